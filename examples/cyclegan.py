"""Digits and their negatives translated into each other without pairs, by CycleGAN.

    python examples/cyclegan.py

Two translators are one generator, whose samples have two leaves, and two discriminators are one. In
cyclegan.png the upper rows are digits and the negatives made of them, the lower rows negatives and
the digits made of them. `cycle` and `identity` in the log should fall, and ink and paper change
their tones. Which digit comes out is up to the game: cycles ask only that the way back be found.
"""

import argparse

import keras
import numpy as np

from keras_gan_losses import GAN, architectures, datasets, penalties, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None):
    images, _ = datasets.digits()
    one, other = np.array_split(images[: num_samples and 2 * num_samples], 2)
    sides = {"x": one[: len(other)], "y": -other[: len(one)]}
    return {"sample": sides, "condition": sides}


def make_generator(width):
    given = {name: keras.Input(SHAPE, name=name) for name in ("x", "y")}
    to_x, to_y = (
        keras.Sequential(
            [architectures.unet_generator(SHAPE, width=width, depth=2, dropout=0.0)], name=name
        )
        for name in ("to_x", "to_y")
    )
    fake = {"x": to_x(given["y"]), "y": to_y(given["x"])}
    cycle = {"x": to_x(fake["y"]), "y": to_y(fake["x"])}
    same = {"x": to_x(given["x"]), "y": to_y(given["y"])}
    return keras.Model(given, {"sample": fake, "cycle": cycle, "same": same}, name="generator")


def make_discriminator(width):
    judged = {name: keras.Input(SHAPE, name=name) for name in ("x", "y")}
    scores = [
        keras.Sequential(
            [architectures.patch_discriminator(SHAPE, width=width, depth=1)], name=f"judge_{name}"
        )(image)
        for name, image in judged.items()
    ]
    return keras.Model(judged, scores, name="discriminator")


def make_gan(*, width=16, **rules):
    gan = GAN(make_generator(width), make_discriminator(width))
    gan.compile(
        **{
            "loss": "lsgan",
            "penalties": [
                penalties.ReconstructionPenalty("cycle", "real", weight=10.0, name="cycle"),
                penalties.ReconstructionPenalty("same", "real", weight=5.0, name="identity"),
            ],
            # The authors halve the discriminators' loss alone.
            "adversarial_weight": 2.0,
            "updates_simultaneously": True,
            "fake_pool": 50,
            "optimizer": keras.optimizers.Adam(2e-4, beta_1=0.5),
            **rules,
        }
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=8, verbose=2)
    given = {name: side[:8] for name, side in data["sample"].items()}
    made = gan.generate(8, given)
    rows = np.concatenate([given["x"], made["y"], given["y"], made["x"]])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Translate digits into negatives and back.")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--num-samples", type=int, default=None, help="of a side; default: all")
    parser.add_argument("--out", default="cyclegan.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
