"""Digits on request: both networks are told which digit it is about.

    python examples/conditional_digits.py

trains on images with their labels, then asks for each digit eight times. In conditional.png
each column should show the digit that is written above it, in eight different hands. The last
line of the output measures that: the spread of generated digits of one class should be near that
of real ones.

With `--loss hinge` the spread stays near zero: each class becomes one picture. A discriminator
that is told the class can be satisfied by a single good example of each; the two penalties of
R3GAN, which keep it flat around real and generated samples, prevent that here.
"""

import argparse

import keras
import numpy as np

from keras_gan_losses import GAN, architectures, datasets, plots


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images, labels = datasets.digits()
    images, labels = images[: options.num_samples], labels[: options.num_samples]
    # The generator takes [latents, labels], the discriminator [images, labels].
    pair = architectures.dcgan((8, 8, 1), latent_dim=32, width=32, num_classes=10)
    gan = GAN(*pair, latent_dim=32)
    gan.compile(loss=options.loss)
    gan.fit(images, labels, epochs=options.epochs, batch_size=64, verbose=2)
    wanted = np.tile(np.arange(10), 8)
    samples = gan.generate(len(wanted), wanted, seed=0)
    plots.sample_grid(samples, num_columns=10, labels=wanted).savefig(options.out)
    print(f"Wrote {options.out}")
    of_one_class = [gan.generate(100, digit, seed=0).std(axis=0).mean() for digit in range(10)]
    real = [images[labels == digit].std(axis=0).mean() for digit in range(10)]
    print(f"Spread in a class: generated {np.mean(of_one_class):.2f}, real {np.mean(real):.2f}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train a conditional GAN on digits.")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--loss", default="r3gan", help="any name in objectives.names()")
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="conditional.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
