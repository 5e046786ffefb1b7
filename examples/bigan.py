"""BiGAN: a generator and an encoder that are each other's inverse, by a round of one's own.

    python examples/bigan.py

The discriminator sees pairs: a digit with the code that the encoder gives it, or a digit that the
generator has made of a code. A trained network stands on the side of the real samples, which a GAN
of two networks cannot say. In bigan.png each column has a digit and, below it, what the generator
makes of its code.
"""

import argparse

import keras
import numpy as np
from keras import layers, ops

from keras_gan_losses import AdversarialModel, datasets, losses, plots

SHAPE = (8, 8, 1)
LATENT_DIM = 8


@keras.saving.register_keras_serializable("examples")
class BiGAN(AdversarialModel):
    """Trains an encoder and a generator, as one player, against a discriminator of pairs."""

    def __init__(self, generator, encoder, discriminator, **kwargs):
        players = {"discriminator": discriminator, "generator": [generator, encoder]}
        super().__init__(players, sample_shape=SHAPE, logs=["reconstruction_error"], **kwargs)
        self.generator, self.encoder, self.discriminator = generator, encoder, discriminator
        self.discriminator_loss = losses.NonSaturatingDiscriminatorLoss()
        self.generator_loss = losses.NonSaturatingGeneratorLoss()

    def call(self, images, training=False):
        """What the generator makes of the images' codes."""
        return self.generator(self.encoder(images, training=training), training=training)

    def round(self, images, condition):
        """The discriminator's update, then that of both directions."""
        codes = keras.random.normal((ops.shape(images)[0], LATENT_DIM), seed=self.seed_generator)

        def scores():
            encoded = self.encoder(images, training=True)
            generated = self.generator(codes, training=True)
            real = self.discriminator([images, encoded], training=True)
            return real, self.discriminator([generated, codes], training=True)

        def both_directions():
            real, fake = scores()
            # To the encoder, the pairs that the generator makes are the real ones.
            return self.generator_loss(real, fake) + self.generator_loss(-fake, -real)

        self.update("discriminator", lambda: self.discriminator_loss(*scores()))
        self.update("generator", both_directions)

    def evaluation_round(self, images, condition):
        """How far images are from what their codes become."""
        self.log("reconstruction_error", ops.mean(ops.abs(self(images) - images), axis=(1, 2, 3)))


def make_data(num_samples=None):
    images, _ = datasets.digits()
    return {"sample": images[:num_samples]}


def make_model(*, width=128, **arguments):
    hidden = [width, width]
    generator = keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(64, activation="tanh"),
            layers.Reshape(SHAPE),
        ],
        name="generator",
    )
    encoder = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(LATENT_DIM),
        ],
        name="encoder",
    )
    image, code = keras.Input(SHAPE), keras.Input((LATENT_DIM,))
    features = layers.Concatenate()([layers.Flatten()(image), code])
    for units in hidden:
        features = layers.Dense(units, activation="leaky_relu")(features)
    discriminator = keras.Model([image, code], layers.Dense(1)(features), name="discriminator")
    model = BiGAN(generator, encoder, discriminator)
    model.compile(optimizers=keras.optimizers.Adam(2e-4, beta_1=0.5), **arguments)
    return model


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images = make_data(options.num_samples)["sample"]
    model = make_model()
    model.fit(images, epochs=options.epochs, verbose=2)
    print(model.evaluate(images, return_dict=True, verbose=0))
    rows = np.concatenate([images[:8], model.predict(images[:8], verbose=0)])
    plots.sample_grid(rows, num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train a generator and its inverse.")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="bigan.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
