"""Rows of a table, by CTGAN's game: packs of ten rows, WGAN-GP, and heads for numbers and classes.

    python examples/table.py

imitates a made-up table of customers: a kind of three, an age that depends on it, and spending that
depends on both. Printed is, for each kind, its share and the means of both numbers, real above
generated: they should agree to about 0.15.
"""

import argparse

import keras
import numpy as np
from keras import layers, ops

from keras_gan_losses import GAN, losses, penalties
from keras_gan_losses.layers import Packing

KINDS = ("student", "worker", "retired")
NUM_PACKED = 10


def make_data(num_samples=None):
    random, size = np.random.default_rng(0), num_samples or 4000
    kinds = random.choice(3, size, p=[0.2, 0.5, 0.3])
    age = np.array([-0.8, 0.0, 0.8])[kinds] + random.normal(0.0, 0.1, size)
    spending = np.array([-0.6, 0.6, 0.0])[kinds] - 0.3 * age + random.normal(0.0, 0.1, size)
    rows = np.concatenate([np.eye(3)[kinds], np.stack([age, spending], axis=1)], axis=1)
    return {"sample": rows.astype("float32")}


@keras.saving.register_keras_serializable(package="examples")
class GumbelSoftmax(layers.Layer):
    """Draws a class, nearly one-hot, in a way that lets gradients through."""

    def __init__(self, temperature=0.2, **kwargs):
        super().__init__(**kwargs)
        self.temperature = temperature
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, logits):
        """Shares of the classes, nearly 0 or 1."""
        uniform = keras.random.uniform(ops.shape(logits), 1e-6, 1.0, seed=self.seed_generator)
        return ops.softmax((logits - ops.log(-ops.log(uniform))) / self.temperature)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "temperature": self.temperature}


def make_generator(width, latent_dim):
    latents = keras.Input((latent_dim,))
    hidden = latents
    for _ in range(2):
        change = layers.Dense(width, activation="relu")(hidden)
        hidden = layers.Concatenate()([hidden, change])
    kind = GumbelSoftmax(dtype="float32")(layers.Dense(len(KINDS))(hidden))
    numbers = layers.Dense(2, dtype="float32")(hidden)
    row = layers.Concatenate(dtype="float32")([kind, numbers])
    return keras.Model(latents, row, name="generator")


def make_discriminator(width):
    hidden_layers = [
        layer
        for _ in range(2)
        for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2))
    ]
    packing = Packing(NUM_PACKED)
    scores = layers.Dense(1, dtype="float32")
    return keras.Sequential([keras.Input((len(KINDS) + 2,)), packing, *hidden_layers, scores])


def make_gan(*, width=128, latent_dim=16, **rules):
    gan = GAN(make_generator(width, latent_dim), make_discriminator(width), latent_dim=latent_dim)
    adam = keras.optimizers.Adam(5e-4, beta_1=0.5, beta_2=0.9)
    gan.compile(
        loss={
            "generator": losses.WassersteinGeneratorLoss(),
            "discriminator": losses.WassersteinDiscriminatorLoss(),
        },
        # Of packs, as the discriminator judges them.
        penalties=[penalties.GradientPenalty(num_packed=NUM_PACKED)],
        optimizer=adam,
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data["sample"], epochs=options.epochs, batch_size=100, verbose=2)
    report(data["sample"], gan.generate(len(data["sample"]), seed=0))


def report(real, made):
    for name, kind in zip(KINDS, range(len(KINDS)), strict=True):
        for what, rows in (("real", real), ("generated", made)):
            chosen = rows[rows[:, :3].argmax(axis=1) == kind]
            share, means = len(chosen) / len(rows), chosen[:, 3:].mean(axis=0)
            print(
                f"{name:8} {what:10} share {share:.2f}, age {means[0]:.2f}, spending {means[1]:.2f}"
            )


def parse_options():
    parser = argparse.ArgumentParser(description="Imitate a table in the manner of CTGAN.")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--num-samples", type=int, default=4000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
