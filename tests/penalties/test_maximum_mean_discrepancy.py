"""The maximum mean discrepancy of features, pair by pair in NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import AdversarialBatch, MaximumMeanDiscrepancyPenalty
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 5, 2, 3)).astype("float32")


def discriminator(samples, training):
    return {"scores": samples[:, 0, :1], "features": [samples, ops.square(samples[:, :1])]}


# Li et al., 2015, arXiv:1502.02761, equation 3; Li et al., 2017, arXiv:1705.08584, section 5.
def formula(fake, weight=1.0, bandwidths=(1.0, 2.0, 4.0, 8.0, 16.0)):
    def mean_kernel(first, second):
        squares = np.sum((first[:, None] - second[None]) ** 2, axis=(2, 3))
        return np.mean(sum(np.exp(-squares / (2.0 * width**2)) for width in bandwidths))

    total = 0.0
    for layer in (lambda samples: samples, lambda samples: samples[:, :1] ** 2):
        real, made = layer(REAL.astype("float64")), layer(fake)
        total += mean_kernel(real, real) + mean_kernel(made, made) - 2.0 * mean_kernel(real, made)
    return weight * total


@pytest.mark.parametrize("arguments", [{}, {"weight": 0.25, "bandwidths": [0.5, 3.0]}])
def test_penalty_is_the_biased_discrepancy_of_all_layers(arguments):
    batch = AdversarialBatch(discriminator, REAL, FAKE)
    values = MaximumMeanDiscrepancyPenalty(**arguments)(batch)
    assert values.shape == (5,)
    expected = formula(FAKE.astype("float64"), **arguments)
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-5)


def test_gradient_by_the_samples_is_that_of_differences():
    fake = keras.Variable(FAKE)

    def value():
        batch = AdversarialBatch(discriminator, REAL, ops.convert_to_tensor(fake))
        return ops.mean(MaximumMeanDiscrepancyPenalty()(batch)), None

    (gradient,) = backend_gradients(value, [fake], [fake])
    expected = central_differences(lambda point: np.asarray(formula(point)), FAKE)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)


def test_equal_samples_far_from_the_origin_are_at_zero():
    for samples in (REAL, REAL + np.float32(1e3)):
        batch = AdversarialBatch(discriminator, samples, samples[::-1])
        np.testing.assert_allclose(MaximumMeanDiscrepancyPenalty()(batch), 0.0, atol=1e-5)


def test_saved_penalty_keeps_every_argument():
    arguments = {"weight": 3.0, "bandwidths": [0.5, 3.0]}
    check_round_trip(MaximumMeanDiscrepancyPenalty, arguments, common=SAVED_ARGUMENTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": -1.0}, "`weight` must be a finite number and at least 0"),
        ({"bandwidths": []}, "`bandwidths` must hold at least one number"),
        ({"bandwidths": [0.0]}, "`bandwidths` must be a finite number and at least 1e-06"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MaximumMeanDiscrepancyPenalty(**arguments)
