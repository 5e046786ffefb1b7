import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import AdversarialBatch, PullingAwayPenalty
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip

FAKE = np.random.default_rng(0).normal(size=(5, 2, 3)).astype("float32")


def discriminator(samples, training):
    return {"scores": samples[:, 0, :1], "features": samples}


# Zhao et al., 2016, arXiv:1609.03126, equation 4: a sum over pairs of unlike samples.
def formula(fake, weight=0.1):
    codes = np.reshape(fake, (len(fake), -1))
    total = 0.0
    for i, first in enumerate(codes):
        for j, second in enumerate(codes):
            if i != j:
                total += (first @ second / np.linalg.norm(first) / np.linalg.norm(second)) ** 2
    return weight * total / (len(fake) * (len(fake) - 1))


@pytest.mark.parametrize("arguments", [{}, {"weight": 2.0}])
def test_mean_of_the_values_is_the_papers_term(arguments):
    values = PullingAwayPenalty(**arguments)(AdversarialBatch(discriminator, FAKE, FAKE))
    assert values.shape == (5,)
    mean = np.mean(ops.convert_to_numpy(values), dtype="float64")
    assert mean == pytest.approx(formula(FAKE.astype("float64"), **arguments), rel=1e-5)


def test_values_are_between_those_of_orthogonal_and_of_parallel_features():
    samples = np.float32([[[2.0, 0.0]], [[-3.0, 0.0]], [[0.0, 5.0]]])
    values = PullingAwayPenalty(weight=1.0)(AdversarialBatch(discriminator, samples, samples))
    np.testing.assert_allclose(ops.convert_to_numpy(values), [0.5, 0.5, 0.0], atol=1e-6)


def gradient_by(samples):
    fake = keras.Variable(samples)

    def value():
        batch = AdversarialBatch(discriminator, samples, ops.convert_to_tensor(fake))
        return ops.mean(PullingAwayPenalty()(batch)), None

    return backend_gradients(value, [fake], [fake])[0]


def test_gradient_by_the_samples_is_that_of_differences():
    expected = central_differences(lambda point: np.asarray(formula(point)), FAKE)
    np.testing.assert_allclose(gradient_by(FAKE), expected, rtol=1e-3, atol=1e-6)


def test_features_of_zero_and_a_batch_of_one_are_harmless():
    assert np.all(np.isfinite(gradient_by(np.zeros((3, 1, 2), "float32"))))
    one = FAKE[:1]
    values = PullingAwayPenalty()(AdversarialBatch(discriminator, one, one))
    np.testing.assert_allclose(ops.convert_to_numpy(values), [0.0], atol=1e-6)
    np.testing.assert_allclose(gradient_by(one), np.zeros((1, 2, 3)), atol=1e-6)


def test_saved_penalty_keeps_every_argument():
    check_round_trip(PullingAwayPenalty, {"weight": 3.0}, common=SAVED_ARGUMENTS)


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0.*weight is 0.1"):
        PullingAwayPenalty(weight=-1.0)
