"""An autoencoder whose codes are normal, by the adversarial autoencoder of Makhzani et al.

    python examples/adversarial_autoencoder.py

What is imitated are not images but codes: draws of the normal distribution are the real samples,
and the encoder makes codes that cannot be told from them. Its decoder, a further output of the
generator, draws the code to what gives the image back. adversarial_autoencoder.png has digits,
what the autoencoder made of them, and, in the lower two rows, decoded draws of the distribution.
Printed are means and standard deviations of the codes: they should be near 0 and 1.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, architectures, datasets, penalties, plots

SHAPE = (8, 8, 1)


def make_data(num_samples=None, code_dim=4):
    images, _ = datasets.digits()
    images = images[:num_samples]
    codes = np.random.default_rng(0).normal(size=(len(images), code_dim)).astype("float32")
    return {"sample": codes, "condition": images}


def make_decoder(width, code_dim):
    return keras.Sequential(
        [
            keras.Input((code_dim,)),
            layers.Dense(8 * width, activation="relu"),
            layers.Dense(8 * width, activation="relu"),
            layers.Dense(64, activation="tanh", dtype="float32"),
            layers.Reshape(SHAPE, dtype="float32"),
        ],
        name="decoder",
    )


def make_autoencoder(width, code_dim):
    image = keras.Input(SHAPE)
    hidden = layers.Flatten()(image)
    for _ in range(2):
        hidden = layers.Dense(8 * width, activation="relu")(hidden)
    code = layers.Dense(code_dim, dtype="float32")(hidden)
    outputs = {"sample": code, "image": make_decoder(width, code_dim)(code)}
    return keras.Model(image, outputs, name="generator")


def make_gan(*, width=32, code_dim=4, **rules):
    units = (8 * width, 8 * width)
    _, discriminator = architectures.mlp((code_dim,), code_dim, hidden_units=units)
    gan = GAN(make_autoencoder(width, code_dim), discriminator)
    pixels = penalties.ReconstructionPenalty("image", "condition", loss="mse", name="pixels")
    gan.compile(
        loss="non_saturating",
        penalties=[pixels],
        adversarial_weight=0.02,
        optimizer=keras.optimizers.Adam(5e-4, beta_1=0.5),
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=64, verbose=2)
    codes = gan.generate(len(data["sample"]), data["condition"])
    print(f"Codes: means {codes.mean(axis=0).round(2)}, deviations {codes.std(axis=0).round(2)}")
    decoder, images = gan.generator.get_layer("decoder"), data["condition"][:8]
    again, drawn = (decoder.predict(part, verbose=0) for part in (codes[:8], data["sample"][:16]))
    rows = np.concatenate([images, again, drawn])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train an adversarial autoencoder.")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="adversarial_autoencoder.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
