"""Which loss suits these networks and these data? Several losses, several seeds, one report.

    python examples/compare_losses.py

trains networks that are defined here on handwritten digits, with four objectives and three seeds
each, all with the same number of discriminator updates, and measures them on features of a small
classifier that is trained first. One of the four is of our own making: R3GAN with smaller steps.
Put your networks and data in place of these.

Open comparison/report.html: the summary says which objective ended nearest to the real digits,
and whether three seeds are enough to say so; below are samples of each run. Stop the program
whenever you like and run it again: it plays only what is missing.
"""

import argparse

import keras
from keras import layers

from keras_gan_losses import datasets, metrics
from keras_gan_losses.comparison import DiscriminatorUpdates, compare

LATENT_DIM = 32


def build_networks():
    """A generator and a discriminator of 8×8 images, as one would write them for a first try."""
    generator = keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            layers.Dense(4 * 4 * 32, activation="relu"),
            layers.Reshape((4, 4, 32)),
            layers.UpSampling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(1, 3, padding="same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(64, 3, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    return generator, discriminator


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images, labels = datasets.digits()
    features = metrics.features.classifier_features(images, labels)
    # The last 297 digits are held out: no run is trained on them, and all are measured by them.
    compared = compare(
        build_networks,
        images[: min(options.num_samples, 1500)],
        {
            "non_saturating": "non_saturating",
            "lsgan": "lsgan",
            "r3gan": "r3gan",
            "r3gan, small steps": {
                "loss": "r3gan",
                "optimizer": keras.optimizers.Adam(5e-5, 0.5),
            },
        },
        latent_dim=LATENT_DIM,
        reference=images[1500:],
        seeds=options.seeds,
        metrics=[metrics.FrechetDistance(features), metrics.PrecisionRecall(features)],
        budget=DiscriminatorUpdates(24 * options.epochs),
        num_measurements=5,
        title="Four losses on handwritten digits",
        out=options.out,
    )
    for (objective, seed), reason in compared.failures.items():
        print(f"Failed: {objective}, seed {seed}: {reason}")
    print(f"Open {compared.report}")


def parse_options():
    parser = argparse.ArgumentParser(description="Compare losses on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=40, help="of 24 discriminator updates")
    parser.add_argument("--num-samples", type=int, default=1500, help="to train on")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", default="comparison")
    return parser.parse_args()


if __name__ == "__main__":
    main()
