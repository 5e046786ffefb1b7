"""Small networks and data that the tests share."""

import keras
import numpy as np
from keras import layers

import keras_gan_losses as kgl


def networks(*, batch_normalization=False, num_classes=None, last_activation=None):
    """A generator from 4 latents to 2-D samples, and its discriminator."""
    return (
        _network("generator", 4, 2, batch_normalization, num_classes, None),
        _network("discriminator", 2, 1, False, num_classes, last_activation),
    )


def _network(name, num_inputs, num_outputs, batch_normalization, num_classes, last_activation):
    values = keras.Input((num_inputs,))
    inputs, hidden = values, values
    if num_classes:
        labels = keras.Input((), dtype="int32")
        inputs = [values, labels]
        hidden = layers.Concatenate()([values, layers.Embedding(num_classes, 3)(labels)])
    hidden = layers.Dense(8, activation="tanh")(hidden)
    if batch_normalization:
        hidden = layers.BatchNormalization()(hidden)
    outputs = layers.Dense(num_outputs, activation=last_activation)(hidden)
    return keras.Model(inputs, outputs, name=name)


def samples(num_samples=48, seed=0):
    """Real 2-D samples."""
    return np.random.default_rng(seed).normal(size=(num_samples, 2)).astype("float32")


def compiled_gan(*, seed=None, latent_dim=4, num_classes=None, batch_normalization=False, **kwargs):
    """A GAN of the small networks; keyword arguments go to `compile`."""
    pair = networks(batch_normalization=batch_normalization, num_classes=num_classes)
    gan = kgl.GAN(*pair, latent_dim=latent_dim, seed=seed)
    gan.compile(**kwargs)
    return gan


def values(variables):
    """The variables' values as arrays."""
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def state(gan):
    """All that training changes: networks, random generators, optimizers."""
    return values([*gan.variables, *gan.optimizer.variables])


def assert_same(first, second):
    """Asserts that two lists of arrays are identical to the bit."""
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
