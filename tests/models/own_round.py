"""A GAN as a round of one's own, which the tests share."""

import functools

import keras
from keras import ops

import keras_gan_losses as kgl
from tests import tiny


@keras.saving.register_keras_serializable("tests")
class AsGAN(kgl.AdversarialModel):
    """Plays what a GAN plays, so that each can be held against the other."""

    def __init__(self, generator, discriminator, rate=0.0, **kwargs):
        players = {"discriminator": [discriminator], "generator": generator}
        super().__init__(players, sample_shape=(2,), logs=["distance", "seen"], **kwargs)
        self.generator, self.discriminator, self.rate = generator, discriminator, rate
        self.losses_of_players = {
            "discriminator": kgl.losses.NonSaturatingDiscriminatorLoss(),
            "generator": kgl.losses.NonSaturatingGeneratorLoss(),
        }
        self.penalty = kgl.penalties.LeCamPenalty()

    def call(self, latents, training=False):
        return self.generator(latents, training=training)

    def round(self, samples, condition):
        for player in self.losses_of_players:
            latents = keras.random.normal((ops.shape(samples)[0], 4), seed=self.seed_generator)
            self.update(player, functools.partial(self.loss_of, player, samples, latents))
        self.log("seen", ops.shape(samples)[0])

    def loss_of(self, player, samples, latents):
        real = self.discriminator(samples, training=True)
        fake = self.discriminator(self.generator(latents, training=True), training=True)
        return self.losses_of_players[player].call(real, fake)

    def evaluation_round(self, samples, condition):
        latents = keras.random.normal((ops.shape(samples)[0], 4), seed=self.seed_generator)
        self.log("distance", ops.mean(ops.square(samples - self(latents)), axis=-1))


def make(*, seed=0, rate=0.01, **kwargs):
    keras.utils.set_random_seed(seed)
    model = AsGAN(*tiny.networks(batch_normalization=True), seed=seed)
    model.compile(optimizers=keras.optimizers.Adam(rate, beta_1=0.5), **kwargs)
    return model


def train(model, **kwargs):
    kwargs = {"epochs": 2, "batch_size": 8, "shuffle": False, "verbose": 0, **kwargs}
    return model.fit(tiny.samples(24), **kwargs).history
