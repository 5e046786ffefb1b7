"""Four times the pixels, as by SRGAN and Real-ESRGAN: pixels, what a network sees, and a game.

    python examples/super_resolution.py

makes digits of 8×8 pixels from means of 2×2. In super_resolution.png each column has the coarse
digit, what the generator made of it, and the real one. The last line compares the error of pixels
with that of the coarse digit itself, which should be clearly greater.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, architectures, datasets, metrics, penalties, plots


def make_data(num_samples=None):
    images, _ = datasets.digits()
    images = images[:num_samples]
    coarse = images.reshape(len(images), 4, 2, 4, 2, 1).mean(axis=(2, 4))
    return {"sample": images, "condition": coarse}


def make_generator(width, num_blocks=2):
    coarse = keras.Input((4, 4, 1))
    hidden = layers.Conv2D(width, 3, padding="same")(coarse)
    for _ in range(num_blocks):
        change = layers.Conv2D(width, 3, padding="same", activation="relu")(hidden)
        hidden = hidden + layers.Conv2D(width, 3, padding="same")(change)
    hidden = layers.Conv2D(width, 3, padding="same", activation="relu")(hidden)
    hidden = layers.UpSampling2D()(hidden)
    hidden = layers.Conv2D(width, 3, padding="same", activation="relu")(hidden)
    # Samples keep full precision where the layers before them compute in less.
    fine = layers.Conv2D(1, 3, padding="same", activation="tanh", dtype="float32")(hidden)
    return keras.Model(coarse, fine, name="generator")


def make_perceptual_network():
    """What a small classifier of digits sees, in place of one that knows photographs."""
    classifier = metrics.features.classifier_features(*datasets.digits(), epochs=3).model
    seen = [each.output for each in classifier.layers if isinstance(each, layers.Conv2D)]
    return keras.Model(classifier.input, [*seen, classifier.get_layer("features").output])


def make_gan(*, width=32, **rules):
    discriminator = architectures.patch_discriminator((8, 8, 1), width=width, depth=1)
    gan = GAN(make_generator(width), discriminator)
    gan.compile(
        loss="non_saturating",
        # Real-ESRGAN has 1, 1 and 0.1 for the game; here the game has 1.
        penalties=[
            penalties.ReconstructionPenalty("sample", "real", weight=10.0, name="l1"),
            penalties.PerceptualPenalty(make_perceptual_network(), weight=10.0, name="perceptual"),
        ],
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=32, verbose=2)
    real, coarse = data["sample"], data["condition"]
    shown = coarse.repeat(2, axis=1).repeat(2, axis=2)
    made = gan.generate(len(real), coarse)
    rows = np.concatenate([shown[:8], made[:8], real[:8]])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    errors = [np.abs(images - real).mean() for images in (shown, made)]
    print("Mean error of a pixel: coarse {:.3f}, generated {:.3f}".format(*errors))
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Refine digits by an adversarial game.")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="super_resolution.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
