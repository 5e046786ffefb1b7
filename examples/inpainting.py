"""Holes filled from what is around them, by a context encoder.

    python examples/inpainting.py

cuts a square of 4×4 pixels out of each digit, anywhere, and has it drawn again. In inpainting.png
each column has the digit with its hole, what the generator made of it, and the real one: strokes
should go on through the hole. The last line compares the error in the holes with that of leaving
them grey.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, architectures, datasets, penalties, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None):
    images, _ = datasets.digits()
    images = images[:num_samples]
    corners = np.random.default_rng(0).integers(0, 5, (len(images), 2))
    holes = np.zeros_like(images)
    for hole, (row, column) in zip(holes, corners, strict=True):
        hole[row : row + 4, column : column + 4] = 1.0
    return {"sample": images, "condition": {"masked": images * (1.0 - holes), "hole": holes}}


def make_generator(width):
    masked, hole = keras.Input(SHAPE, name="masked"), keras.Input(SHAPE, name="hole")
    joined = layers.Concatenate()([masked, hole])
    made = architectures.unet_generator(SHAPE, (8, 8, 2), width=width, dropout=0.0)(joined)
    filled = layers.Add(dtype="float32")([masked, layers.Multiply(dtype="float32")([made, hole])])
    return keras.Model({"masked": masked, "hole": hole}, filled, name="generator")


def make_gan(*, width=32, **rules):
    discriminator = architectures.patch_discriminator(SHAPE, width=width, depth=1)
    gan = GAN(make_generator(width), discriminator)
    pixels = penalties.ReconstructionPenalty(
        "sample", "real", loss="mean_squared_error", weight=999.0, name="pixels"
    )
    gan.compile(loss="non_saturating", penalties=[pixels], **rules)  # the paper's 0.999 to 0.001
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=32, verbose=2)
    real, condition = data["sample"], data["condition"]
    made = gan.generate(len(real), condition)
    rows = np.concatenate([images[:8] for images in (condition["masked"], made, real)])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    inside = condition["hole"] > 0.0
    errors = [np.abs(images - real)[inside].mean() for images in (condition["masked"], made)]
    print("Mean error in the holes: grey {:.3f}, generated {:.3f}".format(*errors))
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Fill holes of digits by an adversarial game.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="inpainting.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
