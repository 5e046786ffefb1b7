import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import (
    AdversarialBatch,
    AuxiliaryClassifierGeneratorPenalty,
    AuxiliaryClassifierPenalty,
)
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
LABELS = np.array([2, 0, 1, 1])
BOTH = pytest.mark.parametrize(
    "kind", [AuxiliaryClassifierPenalty, AuxiliaryClassifierGeneratorPenalty]
)


def discriminator(samples, training):
    return {"scores": samples[:, :1], "class_logits": samples}


def batch_of(fake=FAKE, labels=LABELS, real=REAL):
    return AdversarialBatch(
        discriminator,
        real,
        fake,
        condition=labels,
        discriminator_inputs=lambda samples, condition: samples,
    )


def cross_entropy(logits):
    logits = logits.astype("float64")
    greatest = logits.max(axis=1)
    log_sum = greatest + np.log(np.sum(np.exp(logits - greatest[:, None]), axis=1))
    return log_sum - logits[np.arange(4), LABELS]


# Odena et al., 2016, arXiv:1610.09585, equation 3: L_C for the one player and the other.
def formula(kind, fake, weight=1.0):
    of_real = cross_entropy(REAL) if kind is AuxiliaryClassifierPenalty else 0.0
    return weight * (of_real + cross_entropy(fake))


@BOTH
@pytest.mark.parametrize("arguments", [{}, {"weight": 0.5}])
def test_penalty_is_the_cross_entropy_of_the_labels(kind, arguments):
    values = ops.convert_to_numpy(kind(**arguments)(batch_of()))
    np.testing.assert_allclose(values, formula(kind, FAKE, **arguments), rtol=1e-5)


@BOTH
@pytest.mark.parametrize("labels", [LABELS[:, None], LABELS.astype("float32"), LABELS.tolist()])
def test_labels_may_have_an_axis_of_their_own_and_any_dtype(kind, labels):
    values = ops.convert_to_numpy(kind()(batch_of(labels=labels)))
    np.testing.assert_allclose(values, formula(kind, FAKE), rtol=1e-5)


@BOTH
def test_large_logits_stay_exact(kind):
    values = ops.convert_to_numpy(kind()(batch_of(fake=1e4 * FAKE)))
    np.testing.assert_allclose(values, formula(kind, 1e4 * FAKE), rtol=1e-5)


@BOTH
def test_gradient_by_the_samples_is_that_of_differences(kind):
    fake = keras.Variable(FAKE)

    def value():
        return ops.mean(kind()(batch_of(ops.convert_to_tensor(fake)))), None

    (gradient,) = backend_gradients(value, [fake], [fake])
    expected = central_differences(lambda point: np.mean(formula(kind, point)), FAKE)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)


def test_each_player_has_its_own_term():
    assert AuxiliaryClassifierPenalty().player == "discriminator"
    assert AuxiliaryClassifierGeneratorPenalty().player == "generator"


@BOTH
def test_missing_and_one_hot_labels_are_refused(kind):
    with pytest.raises(ValueError, match=r"needs the samples' labels. Received none"):
        kind()(batch_of(labels=None))
    with pytest.raises(ValueError, match=r"one class index .* \(4, 3\). Of one-hot labels take"):
        kind()(batch_of(labels=np.eye(3)[LABELS]))


@BOTH
def test_saved_penalty_keeps_every_argument(kind):
    check_round_trip(kind, {"weight": 3.0}, common=SAVED_ARGUMENTS)


@BOTH
def test_negative_weight_is_refused(kind):
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0.*weight is 1.0"):
        kind(weight=-1.0)
