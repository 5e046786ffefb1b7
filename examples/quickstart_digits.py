"""The shortest way from real data to generated samples.

    python examples/quickstart_digits.py

trains on 1,797 handwritten digits of 8×8 pixels, which come with scikit-learn. Look at
digits.png: most of its 64 tiles should be readable as digits, and all ten should occur. In the
log, `discriminator_accuracy` should stay between 0.5, where it cannot tell real from generated
digits, and 1, where the generator has lost.
"""

import argparse

import keras

from keras_gan_losses import GAN, architectures, datasets, plots


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images, _ = datasets.digits()
    generator, discriminator = architectures.dcgan((8, 8, 1), latent_dim=32, width=32)
    gan = GAN(generator, discriminator, latent_dim=32)
    gan.compile(loss="non_saturating")
    gan.fit(images[: options.num_samples], epochs=options.epochs, batch_size=64, verbose=2)
    plots.sample_grid(gan.generate(64, seed=0)).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train a GAN on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="digits.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
