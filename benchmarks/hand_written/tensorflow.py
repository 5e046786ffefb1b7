"""The loop by hand in TensorFlow: one `tf.function` a round."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.hand_written import rules
from benchmarks.workloads import LATENT_DIM, Workload


def prepare(workload: Workload, *, jit_compile: bool | None) -> Callable[[int], None]:
    """Function that plays a number of rounds."""
    generator, discriminator = workload.build()
    play = tf.function(
        hand_written_round(generator, discriminator, workload), jit_compile=jit_compile
    )
    data = workload.data()
    size = workload.batch_size * workload.discriminator_steps

    def run(num_rounds: int) -> None:
        order = np.random.permutation(num_rounds * size)
        for first in range(0, len(order), size):
            play(tf.constant(data[order[first : first + size]]))
        discriminator.trainable_variables[0].numpy()

    return run


def hand_written_round(
    generator: keras.Model, discriminator: keras.Model, workload: Workload
) -> Callable[[Any], None]:
    """Function of a round's samples that updates both players, still to be compiled."""
    game = rules.RULES[workload.loss]
    optimizers = [keras.optimizers.Adam(rules.LEARNING_RATE, *game.betas) for _ in range(2)]
    for optimizer, network in zip(optimizers, (generator, discriminator), strict=True):
        optimizer.build(network.trainable_variables)
    layers = [layer for layer in discriminator.layers if hasattr(layer, "before_update")]
    batch_size, steps = workload.batch_size, workload.discriminator_steps

    def score_with_gradient(samples: Any) -> tuple[Any, Any]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(samples)
            scores = discriminator(samples, training=True)
        return scores, tape.gradient(scores, samples)

    def discriminator_loss(real: Any, fake: Any) -> Any:
        if game.penalises_at_samples:
            (real_scores, at_real), (fake_scores, at_fake) = map(score_with_gradient, (real, fake))
            penalty = rules.zero_gradient_penalty(at_real) + rules.zero_gradient_penalty(at_fake)
            return game.discriminator_loss(real_scores, fake_scores) + penalty
        real_scores, fake_scores = (discriminator(s, training=True) for s in (real, fake))
        loss = game.discriminator_loss(real_scores, fake_scores)
        if game.penalises_between:
            share = tf.random.uniform((batch_size,) + (1,) * (len(real.shape) - 1))
            _, gradient = score_with_gradient(fake + share * (real - fake))
            loss += rules.unit_gradient_penalty(gradient)
        return loss

    def generator_loss(real: Any) -> Any:
        fake = generator(tf.random.normal((batch_size, LATENT_DIM)), training=True)
        fake_scores = discriminator(fake, training=True)
        sees_real = game.generator_sees_real
        real_scores = discriminator(real, training=True) if sees_real else fake_scores
        return game.generator_loss(real_scores, fake_scores)

    def update(network: keras.Model, optimizer: Any, loss: Callable[[], Any]) -> None:
        values = [variable.value for variable in network.trainable_variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            value = loss()
        optimizer.apply(tape.gradient(value, values), network.trainable_variables)

    def play(batch: Any) -> None:
        for step in range(steps):
            real = batch[step * batch_size : (step + 1) * batch_size]
            for layer in layers:
                layer.before_update()
            fake = generator(tf.random.normal((batch_size, LATENT_DIM)), training=True)
            update(discriminator, optimizers[1], lambda r=real, f=fake: discriminator_loss(r, f))
        update(generator, optimizers[0], lambda: generator_loss(real))

    return play
