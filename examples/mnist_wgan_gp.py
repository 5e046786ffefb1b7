"""A Wasserstein GAN with gradient penalty on MNIST, streamed from tensorflow-datasets.

    python examples/mnist_wgan_gp.py

downloads MNIST the first time. Without a network, put the four original files of MNIST into a
folder and add `--manual-dir FOLDER`; `--data-dir` is where the prepared set is kept.

Look at two things. `discriminator_loss`, which leaves the penalty out, is the estimate of the
Wasserstein distance with its sign turned: after a first fall it should climb towards 0 while the
samples get better, which is what this objective is known for. And of the 64 tiles of mnist.png
many should be digits. More epochs make more of them.
"""

import argparse

import keras

from keras_gan_losses import GAN, architectures, datasets, plots


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    split = "train" if options.num_samples is None else f"train[:{options.num_samples}]"
    images = datasets.images(
        "mnist",
        split=split,
        batch_size=64,
        data_dir=options.data_dir,
        manual_dir=options.manual_dir,
    )
    # Five discriminator updates, each on a batch of its own, make one round.
    gan = GAN(*architectures.dcgan((28, 28, 1), 64, width=options.width), latent_dim=64)
    # The paper's rate of 1e-4 is meant for a hundred times as many updates.
    gan.compile(loss="wgan_gp", optimizer=keras.optimizers.Adam(5e-4, 0.5, 0.9))
    gan.fit(images, epochs=options.epochs, verbose=2)
    plots.sample_grid(gan.generate(64, seed=0)).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train a WGAN-GP on MNIST.")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--width", type=int, default=16, help="channels next to the image")
    parser.add_argument("--num-samples", type=int, default=None, help="default: all 60,000")
    parser.add_argument("--data-dir", default=None, help="folder of prepared sets")
    parser.add_argument("--manual-dir", default=None, help="folder of the original files")
    parser.add_argument("--out", default="mnist.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
