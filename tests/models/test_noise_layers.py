"""Generators that draw random numbers in layers of their own, also in inference."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from tests import tiny


@keras.saving.register_keras_serializable(package="tests")
class Noise(layers.Layer):
    """Adds noise, in training and after it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs):
        return inputs + keras.random.normal(ops.shape(inputs), seed=self.seed_generator)


@pytest.fixture
def gan():
    generator = keras.Sequential([keras.Input((4,)), layers.Dense(2), Noise()])
    gan = kgl.GAN(generator, tiny.networks()[1], latent_dim=4, seed=0)
    distance = kgl.metrics.SlicedWassersteinDistance(name="distance")
    gan.compile(metrics=[distance], run_eagerly=keras.backend.backend() != "jax")
    return gan


def test_a_seed_reaches_noise_layers_and_training_does_not_see_it(gan):
    before = tiny.state(gan)
    first, second, other = (gan.generate(8, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, second)
    assert (first != other).all()
    tiny.assert_same(before, tiny.state(gan))
    assert (gan.generate(8) != gan.generate(8)).all()


def test_evaluation_draws_the_same_noise_at_each_call_and_leaves_trainings_alone(gan):
    samples = tiny.samples(16)
    before = tiny.values(gan.variables)
    logs = [gan.evaluate(samples, verbose=0, return_dict=True) for _ in range(2)]
    measured = gan.measure(samples, metrics=[kgl.metrics.SlicedWassersteinDistance()])
    assert logs[0] == logs[1]
    assert measured["sliced_wasserstein_distance"] == logs[0]["distance"]
    tiny.assert_same(before, tiny.values(gan.variables))


def test_training_goes_the_same_way_with_and_without_evaluation(gan):
    samples, ends = tiny.samples(16), []
    path = [each.copy() for each in tiny.values(gan.variables)]
    for validation in (None, samples):
        for variable, value in zip(gan.variables, path, strict=True):
            variable.assign(value)
        gan.compile(optimizer=keras.optimizers.SGD(0.01), run_eagerly=gan.run_eagerly)
        gan.fit(samples, epochs=2, shuffle=False, validation_data=validation, verbose=0)
        ends.append(tiny.values(gan.trainable_variables))
    tiny.assert_same(*ends)
