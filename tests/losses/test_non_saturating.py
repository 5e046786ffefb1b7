import keras
import numpy as np
import pytest

from keras_gan_losses import testing
from keras_gan_losses.losses import (
    MinimaxDiscriminatorLoss,
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.testing.loss_case import score_gradients

REAL = np.float32([[-3.0], [0.5], [6.0], [0.0]])
FAKE = np.float32([[2.0], [-5.0], [1.0], [0.3]])


def softplus(scores):
    return np.logaddexp(0.0, scores)


# Goodfellow et al., 2014, arXiv:1406.2661, section 3; one-sided smoothing of Salimans et al.,
# 2016, arXiv:1606.03498, section 3.4: cross-entropy with the label 1 − s for real samples.
def discriminator_formula(real_scores, fake_scores, label_smoothing=0.0):
    label = 1.0 - label_smoothing
    real = label * softplus(-real_scores) + (1.0 - label) * softplus(real_scores)
    return real + softplus(fake_scores)


def generator_formula(real_scores, fake_scores):
    return softplus(-fake_scores)


def test_discriminators_loss_is_that_of_the_papers():
    testing.check_loss(
        NonSaturatingDiscriminatorLoss,
        discriminator_formula,
        arguments={"label_smoothing": 0.1},
        saved_arguments={"from_logits": False},
    )


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(
        NonSaturatingGeneratorLoss, generator_formula, saved_arguments={"from_logits": False}
    )


def test_without_smoothing_the_discriminators_loss_is_the_minimax_one():
    value = float(NonSaturatingDiscriminatorLoss()(REAL, FAKE))
    assert value == float(MinimaxDiscriminatorLoss()(REAL, FAKE))


def test_binary_cross_entropy_of_keras_is_the_same_pair():
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = np.ones_like(REAL), np.zeros_like(REAL)
    discriminator = cross_entropy(ones, REAL) + cross_entropy(zeros, FAKE)
    value = NonSaturatingDiscriminatorLoss()(REAL, FAKE)
    assert float(value) == pytest.approx(float(discriminator), rel=1e-6)
    value = NonSaturatingGeneratorLoss()(REAL, FAKE)
    assert float(value) == pytest.approx(float(cross_entropy(ones, FAKE)), rel=1e-6)


def test_smoothed_label_is_that_of_kerass_cross_entropy():
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    labels, zeros = np.full_like(REAL, 0.8), np.zeros_like(REAL)
    expected = cross_entropy(labels, REAL) + cross_entropy(zeros, FAKE)
    value = NonSaturatingDiscriminatorLoss(label_smoothing=0.2)(REAL, FAKE)
    assert float(value) == pytest.approx(float(expected), rel=1e-6)


def test_smoothing_leaves_fake_scores_alone():
    plain = score_gradients(NonSaturatingDiscriminatorLoss(), REAL, FAKE)
    smoothed = score_gradients(NonSaturatingDiscriminatorLoss(label_smoothing=0.3), REAL, FAKE)
    np.testing.assert_array_equal(smoothed[1], plain[1])
    assert np.all(smoothed[0] > plain[0])


def test_smoothed_loss_is_least_at_the_logit_of_the_smoothed_label():
    scores = np.full(1, np.log(0.9 / 0.1), "float32")
    loss = NonSaturatingDiscriminatorLoss(label_smoothing=0.1)
    gradient, _ = score_gradients(loss, scores, scores)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-6)


def test_generator_keeps_its_gradient_where_it_is_worst():
    scores = np.float32([-1e4, -60.0, -20.0])
    _, gradient = score_gradients(NonSaturatingGeneratorLoss(reduction="sum"), scores, scores)
    np.testing.assert_allclose(gradient, -1.0, rtol=1e-6)


@pytest.mark.parametrize(
    "make_loss",
    [
        NonSaturatingGeneratorLoss,
        lambda **arguments: NonSaturatingDiscriminatorLoss(label_smoothing=0.25, **arguments),
    ],
)
def test_probabilities_give_the_value_and_gradient_of_their_logits(make_loss):
    real, fake = (1.0 / (1.0 + np.exp(-scores)) for scores in (REAL, FAKE))
    value = make_loss(from_logits=False)(real, fake)
    assert float(value) == pytest.approx(float(make_loss()(REAL, FAKE)), rel=1e-5)
    by_probability = score_gradients(make_loss(from_logits=False), real, fake)
    by_score = score_gradients(make_loss(), REAL, FAKE)
    for probabilities, gradient, expected in zip(
        (real, fake), by_probability, by_score, strict=True
    ):
        # dσ/ds = σ(1 − σ)
        chained = gradient * probabilities * (1.0 - probabilities)
        np.testing.assert_allclose(chained, expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("label_smoothing", [-0.1, 0.6, float("nan"), "0.1", True])
def test_label_smoothing_out_of_range_is_refused(label_smoothing):
    with pytest.raises(ValueError, match=r"`label_smoothing` must be .* Use 0.0 for the loss"):
        NonSaturatingDiscriminatorLoss(label_smoothing=label_smoothing)
