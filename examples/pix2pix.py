"""Images from masks, by pix2pix: a U-Net, a discriminator of patches, and the distance of pixels.

    python examples/pix2pix.py

draws handwritten digits from where their ink is. In pix2pix.png each column has the mask, what
the generator made of it, and the real digit: the lower two should be alike in their shades of
grey, which the mask does not tell. `l1` in the log, 100 times the mean distance of pixels, should
fall below half of what it was in the first epoch.
"""

import argparse

import keras
import numpy as np

from keras_gan_losses import GAN, architectures, datasets, penalties, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None):
    images, _ = datasets.digits()
    images = images[:num_samples]
    masks = np.where(images > 0.0, 1.0, -1.0).astype("float32")
    return {"sample": images, "condition": masks}


def make_gan(*, width=32, dropout=0.5, **rules):
    generator = architectures.unet_generator(SHAPE, width=width, dropout=dropout)
    discriminator = architectures.patch_discriminator(SHAPE, SHAPE, width=width, depth=1)
    gan = GAN(generator, discriminator)
    gan.compile(
        loss="non_saturating",
        penalties=[penalties.ReconstructionPenalty("sample", "real", weight=100.0, name="l1")],
        # As in the tutorial of TensorFlow: one pass of the generator serves both players.
        updates_simultaneously=True,
        reuses_fakes=True,
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=16, verbose=2)
    masks, real = data["condition"][:8], data["sample"][:8]
    rows = np.concatenate([masks, gan.generate(8, masks), real])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Translate masks into digits with pix2pix.")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="pix2pix.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
