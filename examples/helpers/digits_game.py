"""The game that the examples of several devices play, told from the devices."""

import argparse
import pathlib

import keras

from keras_gan_losses import GAN, architectures, datasets, plots


def parse_options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--num-samples", type=int, default=1792, help="a multiple of 64")
    parser.add_argument("--out", default="digits.png")
    return parser.parse_args()


def compiled_gan():
    """A small GAN of digits; every process must draw the same weights."""
    keras.utils.set_random_seed(0)
    gan = GAN(*architectures.dcgan((8, 8, 1), latent_dim=32, width=16), latent_dim=32)
    gan.compile(loss="r1")
    return gan


def train(gan, options, *, part=0, num_parts=1):
    """Trains on batches of 64 in all, of which this process has one part."""
    images, _ = datasets.digits()
    own = images[: options.num_samples][part::num_parts]
    gan.fit(own, epochs=options.epochs, batch_size=64 // num_parts, verbose=2 if part == 0 else 0)


def write(gan, options, *, is_chief=True):
    """Saves model and picture. Every process makes the samples, and the chief writes."""
    out = pathlib.Path(options.out)
    gan.save(out.with_suffix(".keras"))
    samples = gan.generate(64, seed=0)
    if is_chief:
        plots.sample_grid(samples).savefig(out)
        print(f"Wrote {out.with_suffix('.keras')} and {out}")
