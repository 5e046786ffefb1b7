"""The round of a GAN as one writes it by hand in TensorFlow."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def hand_written_round(
    generator: keras.Model, discriminator: keras.Model, *, uses_penalty: bool
) -> Callable[[Any], None]:
    """Compiled function of a batch: one discriminator update, then one of the generator."""
    betas = (0.0, 0.9) if uses_penalty else (0.5, 0.999)
    optimizers = [keras.optimizers.Adam(1e-4, *betas) for _ in range(2)]
    for optimizer, network in zip(optimizers, (generator, discriminator), strict=True):
        optimizer.build(network.trainable_variables)
    generator_optimizer, discriminator_optimizer = optimizers

    def discriminator_loss(real: Any, fake: Any) -> Any:
        real_scores = discriminator(real, training=True)
        fake_scores = discriminator(fake, training=True)
        if not uses_penalty:
            return tf.reduce_mean(tf.nn.softplus(-real_scores) + tf.nn.softplus(fake_scores))
        share = tf.random.uniform((tf.shape(real)[0],) + (1,) * (len(real.shape) - 1))
        between = fake + share * (real - fake)
        with tf.GradientTape() as tape:
            tape.watch(between)
            scores = discriminator(between, training=True)
        gradient = tf.reshape(tape.gradient(scores, between), (tf.shape(real)[0], -1))
        norms = tf.sqrt(tf.reduce_sum(gradient**2, axis=1) + 1e-12)
        penalty = 10.0 * tf.reduce_mean((norms - 1.0) ** 2)
        return tf.reduce_mean(fake_scores - real_scores) + penalty

    def generator_loss(latents: Any) -> Any:
        scores = discriminator(generator(latents, training=True), training=True)
        return tf.reduce_mean(-scores if uses_penalty else tf.nn.softplus(-scores))

    @tf.function
    def play(real: Any) -> None:
        latents = tf.random.normal((tf.shape(real)[0], 64))
        fake = generator(latents, training=True)
        variables = [variable.value for variable in discriminator.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variables)
            loss = discriminator_loss(real, fake)
        gradients = tape.gradient(loss, variables)
        discriminator_optimizer.apply(gradients, discriminator.trainable_variables)

        latents = tf.random.normal((tf.shape(real)[0], 64))
        variables = [variable.value for variable in generator.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variables)
            loss = generator_loss(latents)
        gradients = tape.gradient(loss, variables)
        generator_optimizer.apply(gradients, generator.trainable_variables)

    return play
