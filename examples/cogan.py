"""Digits and their negatives drawn side by side without pairs, by CoGAN.

    python examples/cogan.py

Two generators share all layers but the last, and two discriminators all but the first, so that one
latent makes an image of each kind. In cogan.png each column is one latent: the lower image should
be the negative of the upper one, though no digit was shown beside its own negative.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, datasets, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None):
    images, _ = datasets.digits()
    one, other = np.array_split(images[: num_samples and 2 * num_samples], 2)
    return {"sample": {"digit": one[: len(other)], "negative": -other[: len(one)]}}


def make_generator(width, latent_dim):
    latents = keras.Input((latent_dim,))
    hidden = layers.Dense(4 * width, activation="relu")(latents)
    hidden = layers.Dense(8 * width, activation="relu")(hidden)

    def image():
        values = layers.Dense(64, activation="tanh", dtype="float32")(hidden)
        return layers.Reshape(SHAPE, dtype="float32")(values)

    return keras.Model(latents, {"digit": image(), "negative": image()}, name="generator")


def make_discriminator(width):
    images = {name: keras.Input(SHAPE, name=name) for name in ("digit", "negative")}
    shared = keras.Sequential(
        [
            layers.Dense(4 * width),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1, dtype="float32"),
        ]
    )
    scores = []
    for image in images.values():
        hidden = layers.Dense(8 * width)(layers.Flatten()(image))
        scores.append(shared(layers.LeakyReLU(negative_slope=0.2)(hidden)))
    return keras.Model(images, scores, name="discriminator")


def make_gan(*, width=32, latent_dim=16, **rules):
    gan = GAN(make_generator(width, latent_dim), make_discriminator(width), latent_dim=latent_dim)
    gan.compile(loss="non_saturating", **rules)
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    gan = make_gan()
    gan.fit(make_data(options.num_samples), epochs=options.epochs, batch_size=32, verbose=2)
    made = gan.generate(8, seed=0)
    rows = np.concatenate([made["digit"], made["negative"]])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Draw digits and their negatives together.")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--num-samples", type=int, default=None, help="of a side; default: all")
    parser.add_argument("--out", default="cogan.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
