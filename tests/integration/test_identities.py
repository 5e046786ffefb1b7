"""What must hold between losses and penalties, and what state must show in training."""

from unittest import mock

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from tests import tiny


def numpy(value):
    return ops.convert_to_numpy(ops.stop_gradient(value))


def batch():
    _, discriminator = tiny.networks()
    real, fake = tiny.samples(6), tiny.samples(6, seed=1)
    return kgl.penalties.AdversarialBatch(discriminator, real, fake)


def test_the_zero_centred_penalty_at_the_two_ends_is_r1_and_r2():
    gamma = 3.0
    zero_centred = kgl.penalties.GradientPenalty(weight=gamma / 2, target=0.0)
    seen = batch()
    ends = []
    for share in (1.0, 0.0):
        with mock.patch("keras.random.uniform", lambda shape, seed, s=share: s * ops.ones(shape)):
            ends.append(numpy(zero_centred(seen)))
    r1, r2 = kgl.penalties.R1Penalty(gamma=gamma), kgl.penalties.R2Penalty(gamma=gamma)
    np.testing.assert_allclose(ends[0], numpy(r1(seen)), rtol=1e-5)
    np.testing.assert_allclose(ends[1], numpy(r2(seen)), rtol=1e-5)


@pytest.mark.parametrize("shape", [(7,), (7, 1), (7, 2, 2, 1)])
def test_with_equal_fake_scores_the_paired_loss_is_half_of_the_average_one(shape):
    real = np.random.default_rng(0).normal(size=shape).astype("float32")
    fake = np.full(shape, 0.3, "float32")
    paired = kgl.losses.RelativisticDiscriminatorLoss()(real, fake)
    average = kgl.losses.RelativisticDiscriminatorLoss(comparison="average")(real, fake)
    # The second half, of a generated sample against the mean of the real ones.
    second = np.log1p(np.exp(0.3 - real.astype("float64").mean()))
    np.testing.assert_allclose(float(numpy(paired)) + second, float(numpy(average)), rtol=1e-5)


def test_the_boundary_equilibrium_logs_its_convergence_and_moves_its_weight():
    inputs = keras.Input((2,))
    rebuilt = keras.layers.Dense(2)(keras.layers.Dense(3, activation="tanh")(inputs))
    energy = keras.Model(inputs, ops.mean(ops.abs(rebuilt - inputs), axis=1))
    generator, _ = tiny.networks()
    gan = kgl.GAN(generator, energy, latent_dim=4)
    gan.compile(loss=kgl.objectives.began(gain=0.5), optimizer=keras.optimizers.SGD(0.0))
    logs = gan.fit(4.0 + tiny.samples(16), batch_size=16, epochs=1, verbose=0).history
    real, fake = logs["real_score"][0], logs["fake_score"][0]
    imbalance = 0.5 * real - fake
    # Measured before k moves, and k starts at 0.
    np.testing.assert_allclose(logs["convergence"], [real + abs(imbalance)], rtol=1e-5)
    np.testing.assert_allclose(logs["fake_weight"], [0.0])
    (weight,) = [v for v in gan.non_trainable_variables if v.name == "fake_weight"]
    expected = np.clip(0.5 * imbalance, 0.0, 1.0)
    assert expected > 0.0
    np.testing.assert_allclose(tiny.values([weight])[0], expected, rtol=1e-5)
    before = tiny.values([weight])[0]
    gan.evaluate(tiny.samples(16), verbose=0)
    np.testing.assert_array_equal(tiny.values([weight])[0], before)
