"""Progressive growing: digits of 4 × 4 pixels first, then of 8 × 8, blended in.

    python examples/growing.py

Each stage is a GAN of its own, whose networks have the layers of the last one, by name, and a block
for twice the resolution. `carry_over` hands on weights and the optimizers' slots; `FadeIn` lets the
new block in while it trains. In growing.png each row has samples of a stage.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, carry_over, datasets, plots
from keras_gan_losses.layers import FadeIn

SIZES = (4, 8)
LATENT_DIM = 16


def make_data(num_samples=None, size=SIZES[-1]):
    images, _ = datasets.digits()
    factor = SIZES[-1] // size
    smaller = keras.ops.average_pool(images[:num_samples], factor, strides=factor)
    return {"sample": keras.ops.convert_to_numpy(smaller)}


def conv(name, filters, size=3, activation="leaky_relu", **arguments):
    return layers.Conv2D(
        filters, size, padding="same", activation=activation, name=name, **arguments
    )


def to_image(size):
    return conv(f"to_image_{size}", 1, 1, "tanh", dtype="float32")


def make_generator(size, width, fade_rounds):
    latents = keras.Input((LATENT_DIM,))
    features = layers.Dense(SIZES[0] ** 2 * width, activation="leaky_relu", name="start")(latents)
    features = layers.Reshape((SIZES[0], SIZES[0], width))(features)
    features = conv("block_4", width)(features)
    image = to_image(SIZES[0])(features)
    for next_size in SIZES[1 : SIZES.index(size) + 1]:
        features = conv(f"block_{next_size}", width)(layers.UpSampling2D()(features))
        old, new = layers.UpSampling2D()(image), to_image(next_size)(features)
        image = FadeIn(fade_rounds, name=f"fade_{next_size}", dtype="float32")([old, new])
    return keras.Model(latents, image, name="generator")


def make_discriminator(size, width, fade_rounds):
    image = keras.Input((size, size, 1))
    features, smaller = conv(f"from_image_{size}", width, 1)(image), image
    for next_size in reversed(SIZES[1 : SIZES.index(size) + 1]):
        features = layers.AveragePooling2D(2)(conv(f"judge_{next_size}", width)(features))
        smaller = layers.AveragePooling2D(2)(smaller)
        if next_size == size:
            old = conv(f"from_image_{size // 2}", width, 1)(smaller)
            features = FadeIn(fade_rounds, name=f"fade_{size}")([old, features])
    features = layers.Flatten()(conv("judge_4", width)(features))
    return keras.Model(image, layers.Dense(1, name="score")(features), name="discriminator")


def make_gan(size=SIZES[-1], *, width=32, fade_rounds=500, **rules):
    networks = [make(size, width, fade_rounds) for make in (make_generator, make_discriminator)]
    gan = GAN(*networks, latent_dim=LATENT_DIM)
    gan.compile(loss="r1", **rules)
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    trained, rows = None, []
    for size in SIZES:
        gan = make_gan(size)
        if trained is not None:
            print("Carried over:", ", ".join(carry_over(trained, gan)))
        gan.fit(make_data(options.num_samples, size), epochs=options.epochs, verbose=2)
        enlarging = SIZES[-1] // size
        rows.append(gan.generate(8, seed=0).repeat(enlarging, axis=1).repeat(enlarging, axis=2))
        trained = gan
    plots.sample_grid(np.concatenate(rows), num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train on small images, then on larger ones.")
    parser.add_argument("--epochs", type=int, default=30, help="of each stage")
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="growing.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
