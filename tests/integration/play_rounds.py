"""Plays some rounds of every objective from fixed weights and noise: `python … OUT.npz`.

Latents and the places of penalties come from arithmetic instead of the backend's random numbers,
so that all backends play the same game.
"""

import math
import sys
from unittest import mock

import keras
import numpy as np
from keras import ops

import keras_gan_losses as kgl
from tests import tiny


def pseudo_noise(shape, seed):
    """Numbers in [0, 1) of a shape, from the count of a seed generator."""
    count = ops.cast(seed.next()[1], "float32")
    # Only a graph of TensorFlow does not know all sizes.
    is_known = all(isinstance(size, int) for size in shape)
    size = math.prod(shape) if is_known else ops.prod(ops.stack(shape))
    phase = ops.arange(1, size + 1, dtype="float32") * 0.7548777 + count * 0.5698403
    return ops.reshape(phase - ops.floor(phase), shape)


class FixedLatents(kgl.latents.LatentSampler):
    """Latents in [-1, 1) that are the same on every backend."""

    def __call__(self, num_samples, seed):
        return 2.0 * pseudo_noise((num_samples, *self.shape), seed) - 1.0


def classifying_networks():
    """A generator of three classes, and a discriminator that tells them beside its score."""
    latents, labels = keras.Input((4,)), keras.Input((), dtype="int32")
    joined = keras.layers.Concatenate()([latents, keras.layers.Embedding(3, 3)(labels)])
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(8, activation="tanh")(joined))
    samples = keras.Input((2,))
    features = keras.layers.Dense(8, activation="tanh")(samples)
    heads = {"scores": 1, "class_logits": 3}
    outputs = {name: keras.layers.Dense(size)(features) for name, size in heads.items()}
    generator = keras.Model([latents, labels], keras.layers.Dense(2)(hidden))
    return generator, keras.Model(samples, outputs)


def play(name, **options):
    """Weights and optimizer slots after four rounds of two discriminator steps each.

    The options go to `compile`.
    """
    keras.utils.set_random_seed(0)
    objective, labels = kgl.objectives.get(name), None
    generator, discriminator = tiny.networks(batch_normalization=True)
    if any(penalty.required_outputs for penalty in objective.penalties):
        (generator, discriminator), labels = classifying_networks(), np.arange(32) % 3
    numbers = np.random.default_rng(1)
    for variable in [*generator.trainable_variables, *discriminator.trainable_variables]:
        variable.assign(numbers.normal(scale=0.5, size=variable.shape))
    gan = kgl.GAN(generator, discriminator, latent_sampler=FixedLatents(4), seed=1)
    gan.compile(
        loss=objective,
        optimizer=keras.optimizers.Adam(1e-2, 0.5, 0.9, epsilon=1e-3),
        discriminator_steps=2,
        **options,
    )

    def uniform(shape, seed=None, **kwargs):
        return pseudo_noise(shape, seed)

    with mock.patch("keras.random.uniform", uniform):
        gan.fit(tiny.samples(32), labels, batch_size=4, epochs=1, shuffle=False, verbose=0)
    return tiny.values([*gan.weights, *gan.optimizer.variables])


def play_all(names):
    """What each game leaves behind."""
    options = {"run_eagerly": keras.backend.backend() == "tensorflow"}
    return {
        f"{name}/{index}": value
        for name in names
        for index, value in enumerate(play(name, **options))
    }


if __name__ == "__main__":
    np.savez(sys.argv[1], **play_all(sys.argv[2:]))
