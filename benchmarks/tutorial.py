"""A GAN in the style of Keras's tutorials: a model with a `train_step` of its own.

Its habits are those of the published examples: tapes that watch everything, the generator run
inside the discriminator's tape, and a forward pass for each thing that is wanted.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from benchmarks.hand_written import rules
from benchmarks.workloads import LATENT_DIM, Workload


def prepare(workload: Workload) -> Callable[[int], None]:
    """Function that plays a number of rounds."""
    gan = TutorialGAN(*workload.build(), workload)
    betas = rules.RULES[workload.loss].betas
    gan.compile(
        keras.optimizers.Adam(rules.LEARNING_RATE, *betas),
        keras.optimizers.Adam(rules.LEARNING_RATE, *betas),
    )
    data = workload.data()
    size = workload.batch_size * workload.discriminator_steps

    def run(num_rounds: int) -> None:
        gan.fit(data[: num_rounds * size], batch_size=size, verbose=0)

    return run


class TutorialGAN(keras.Model):
    """Both networks, and the round written out."""

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, workload: Workload
    ) -> None:
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.workload = workload
        self.game = rules.RULES[workload.loss]
        self.discriminator_mean = keras.metrics.Mean(name="d_loss")
        self.generator_mean = keras.metrics.Mean(name="g_loss")

    def compile(self, generator_optimizer: Any, discriminator_optimizer: Any) -> None:
        """Keeps the optimizers, as tutorials do."""
        super().compile()
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """What the logs show."""
        return [self.discriminator_mean, self.generator_mean]

    def gradient(self, samples: Any) -> Any:
        """Gradient of the scores at samples."""
        with tf.GradientTape() as tape:
            tape.watch(samples)
            scores = self.discriminator(samples, training=True)
        return tape.gradient(scores, samples)

    def penalty(self, real: Any, fake: Any) -> Any:
        """All gradient penalties of the game."""
        value = 0.0
        if self.game.penalises_between:
            share = tf.random.uniform([tf.shape(real)[0], 1, 1, 1])
            between = real + share * (fake - real)
            value += rules.unit_gradient_penalty(self.gradient(between))
        if self.game.penalises_at_samples:
            for samples in (real, fake):
                value += rules.zero_gradient_penalty(self.gradient(samples))
        return value

    def train_step(self, data: Any) -> dict[str, Any]:
        """One round."""
        size = self.workload.batch_size
        for step in range(self.workload.discriminator_steps):
            real = data[step * size : (step + 1) * size]
            latents = tf.random.normal((size, LATENT_DIM))
            for layer in self.discriminator.layers:
                if hasattr(layer, "before_update"):
                    layer.before_update()
            with tf.GradientTape() as tape:
                fake = self.generator(latents, training=True)
                fake_scores = self.discriminator(fake, training=True)
                real_scores = self.discriminator(real, training=True)
                loss = self.game.discriminator_loss(real_scores, fake_scores)
                discriminator_loss = loss + self.penalty(real, fake)
            weights = self.discriminator.trainable_weights
            gradients = tape.gradient(discriminator_loss, weights)
            self.discriminator_optimizer.apply_gradients(zip(gradients, weights, strict=True))
        latents = tf.random.normal((size, LATENT_DIM))
        with tf.GradientTape() as tape:
            fake = self.generator(latents, training=True)
            fake_scores = self.discriminator(fake, training=True)
            sees_real = self.game.generator_sees_real
            real_scores = self.discriminator(real, training=True) if sees_real else fake_scores
            generator_loss = self.game.generator_loss(real_scores, fake_scores)
        weights = self.generator.trainable_weights
        gradients = tape.gradient(generator_loss, weights)
        self.generator_optimizer.apply_gradients(zip(gradients, weights, strict=True))
        self.discriminator_mean.update_state(discriminator_loss)
        self.generator_mean.update_state(generator_loss)
        return {"d_loss": self.discriminator_mean.result(), "g_loss": self.generator_mean.result()}
