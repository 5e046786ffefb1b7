"""Training with and without a callback, for the tests of all of them."""

import keras
import numpy as np

import keras_gan_losses as kgl
from tests import tiny


def every_kind_of_state(seed=1, **kwargs):
    """A GAN with batch statistics, and with dropout in both networks."""
    keras.utils.set_random_seed(seed)

    def network(name, num_inputs, num_outputs, normalization):
        inputs = keras.Input((num_inputs,))
        hidden = keras.layers.Dense(8, activation="tanh")(inputs)
        if normalization:
            hidden = keras.layers.BatchNormalization()(hidden)
        hidden = keras.layers.Dropout(0.3)(hidden)
        return keras.Model(inputs, keras.layers.Dense(num_outputs)(hidden), name=name)

    pair = network("generator", 4, 2, True), network("discriminator", 2, 1, False)
    gan = kgl.GAN(*pair, latent_dim=4)
    gan.compile(**{"loss": "wgan_gp", "discriminator_steps": 2, "optimizer": "adam", **kwargs})
    return gan


def fit(gan, callbacks=(), epochs=2, samples=None, **kwargs):
    """Trains on shuffled data; on torch the order comes from the global generator."""
    data = tiny.samples(40) if samples is None else samples
    arguments = {"batch_size": 8, "epochs": epochs, "verbose": 0, **kwargs}
    return gan.fit(data, callbacks=list(callbacks), **arguments)


def trained_state(gan):
    """All that training changes, the averaged generator aside."""
    averaged = [] if gan.generator_average is None else gan.generator_average.variables
    left_out = {id(variable) for variable in averaged}
    variables = [v for v in [*gan.variables, *gan.optimizer.variables] if id(v) not in left_out]
    return tiny.values(variables)


def assert_leaves_training_alone(make_callbacks, **kwargs):
    """Asserts that weights, statistics, seeds and slots are the same with and without.

    Two calls of `fit`, since the second begins with what the callback left behind.
    """
    plain, watched = every_kind_of_state(**kwargs), every_kind_of_state(**kwargs)
    start = trained_state(plain)
    for gan, callbacks in ((plain, []), (watched, make_callbacks())):
        keras.utils.set_random_seed(7)
        fit(gan, callbacks)
        fit(gan, callbacks)
    pairs = zip(start, trained_state(plain), strict=True)
    assert any(not np.array_equal(one, other) for one, other in pairs)
    tiny.assert_same(trained_state(plain), trained_state(watched))
    return watched
