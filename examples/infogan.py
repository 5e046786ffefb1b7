"""Codes that mean something, by InfoGAN: ten kinds of digits and a slant, found without labels.

    python examples/infogan.py

The generator takes noise, one of ten categories and a number; the discriminator guesses both codes
from what it sees. In infogan.png each row has one category, and the number rises from left to
right: rows should be digits of one kind, or two that look alike. Printed is how well categories
and classes agree: the share of real digits that are of the class most usual among those of which
the discriminator guesses the same category. Without a meaning it would be about 0.1.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, datasets, latents, penalties, plots

NUM_CATEGORIES = 10


def make_data(num_samples=None):
    images, _ = datasets.digits()
    return {"sample": images[:num_samples]}


def make_generator(width, sampler):
    given = {name: keras.Input(shape, name=name) for name, shape in sampler.shape.items()}
    hidden = layers.Concatenate()(list(given.values()))
    for _ in range(2):
        hidden = layers.Dense(8 * width, activation="relu")(layers.BatchNormalization()(hidden))
    image = layers.Dense(64, activation="tanh", dtype="float32")(hidden)
    return keras.Model(given, layers.Reshape((8, 8, 1), dtype="float32")(image), name="generator")


def make_discriminator(width):
    image = keras.Input((8, 8, 1))
    hidden = image
    for filters in (width, 2 * width):
        hidden = layers.Conv2D(filters, 4, strides=2, padding="same")(hidden)
        hidden = layers.LeakyReLU(negative_slope=0.2)(hidden)
    hidden = layers.Flatten()(hidden)
    known = layers.Dense(4 * width, activation="leaky_relu")(hidden)
    outputs = {
        "scores": layers.Dense(1, dtype="float32")(hidden),
        "code_logits": layers.Dense(NUM_CATEGORIES, dtype="float32")(known),
        "style_mean": layers.Dense(1, dtype="float32")(known),
        "style_log_variance": layers.Dense(1, dtype="float32")(known),
    }
    return keras.Model(image, outputs, name="discriminator")


def make_gan(*, width=32, **rules):
    sampler = latents.NamedLatents(
        {
            "noise": latents.NormalLatents(16),
            "code": latents.CategoricalLatents(NUM_CATEGORIES),
            "style": latents.UniformLatents(1),
        }
    )
    gan = GAN(make_generator(width, sampler), make_discriminator(width), latent_sampler=sampler)
    information = (penalties.CategoricalInformationPenalty, penalties.NormalInformationPenalty)
    players = ("discriminator", "generator")
    gan.compile(
        loss="non_saturating",
        penalties=[each(player=player) for each in information for player in players],
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        **rules,
    )
    return gan


def agreement(gan):
    images, classes = datasets.digits()
    guessed = gan.discriminator.predict(images, verbose=0)["code_logits"].argmax(axis=1)
    counts = np.zeros((NUM_CATEGORIES, 10))
    np.add.at(counts, (guessed, classes), 1)
    return counts.max(axis=1).sum() / len(images)


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data["sample"], epochs=options.epochs, batch_size=64, verbose=2)
    codes = np.repeat(np.eye(NUM_CATEGORIES), 8, axis=0)
    styles = np.tile(np.linspace(-1.0, 1.0, 8), NUM_CATEGORIES)[:, np.newaxis]
    rows = gan.generate(8 * NUM_CATEGORIES, latents={"code": codes, "style": styles}, seed=0)
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Real digits that are of the class most usual in their category: {agreement(gan):.2f}")
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Find kinds of digits with InfoGAN.")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="infogan.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
