"""A sharp autoencoder: the game of VQ-GAN, without the quantiser.

    python examples/autoencoder.py

packs digits of 64 pixels into 8 numbers. What shall be imitated is also what the generator is
given: `fit` gets the same images twice. In autoencoder.png each column has what the generator made
and, below it, the digit that it was given; the codes come from its encoder alone.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, AdaptiveWeight, architectures, datasets, penalties, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None):
    images, _ = datasets.digits()
    images = images[:num_samples]
    return {"sample": images, "condition": images}


def make_autoencoder(width):
    encoder = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(width, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2D(2 * width, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2D(2, 1),
        ],
        name="encoder",
    )
    decoder = keras.Sequential(
        [
            keras.Input((2, 2, 2)),
            layers.Conv2D(2 * width, 3, padding="same", activation="relu"),
            layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2D(
                1, 3, padding="same", activation="tanh", dtype="float32", name="to_image"
            ),
        ],
        name="decoder",
    )
    return keras.Sequential([encoder, decoder], name="generator")


def make_gan(*, width=32, **rules):
    discriminator = architectures.patch_discriminator(SHAPE, width=width, depth=1)
    gan = GAN(make_autoencoder(width), discriminator)
    pixels = penalties.ReconstructionPenalty("sample", "condition", weight=10.0, name="pixels")
    # Of the game, so that it pulls at the last layer as strongly as the pixels do.
    weight = AdaptiveWeight(layer="to_image", of="pixels")
    gan.compile(loss="hinge", penalties=[pixels], adversarial_weight=weight, **rules)
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=32, verbose=2)
    images = data["sample"][:8]
    rows = np.concatenate([gan.generate(8, images), images])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    codes = gan.generator.get_layer("encoder").predict(images, verbose=0)
    print(f"Codes of shape {codes.shape}")
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train an autoencoder with an adversarial loss.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="autoencoder.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
