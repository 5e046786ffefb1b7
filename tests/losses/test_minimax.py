import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.losses import (
    MinimaxDiscriminatorLoss,
    MinimaxGeneratorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.testing.loss_case import score_gradients


def sigmoid(scores):
    return 1.0 / (1.0 + np.exp(-scores))


# Goodfellow et al., 2014, arXiv:1406.2661, equation 1, with D = σ(score), −log σ(s) = sp(−s).
def discriminator_formula(real_scores, fake_scores):
    return np.logaddexp(0.0, -real_scores) + np.logaddexp(0.0, fake_scores)


def generator_formula(real_scores, fake_scores):
    return -np.logaddexp(0.0, fake_scores)


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(
        MinimaxDiscriminatorLoss, discriminator_formula, saved_arguments={"from_logits": False}
    )


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(
        MinimaxGeneratorLoss, generator_formula, saved_arguments={"from_logits": False}
    )


def test_undecided_discriminator_loses_log_4():
    zeros = np.zeros((3, 1), "float32")
    assert float(MinimaxDiscriminatorLoss()(zeros, zeros)) == pytest.approx(np.log(4.0))
    assert float(MinimaxGeneratorLoss()(zeros, zeros)) == pytest.approx(-np.log(2.0))


def test_the_game_is_of_zero_sum_in_the_fake_scores():
    real, fake = np.full(4, 1e4, "float32"), np.float32([-2.0, 0.0, 1.0, 5.0])
    total = MinimaxDiscriminatorLoss()(real, fake) + MinimaxGeneratorLoss()(real, fake)
    assert float(total) == pytest.approx(0.0, abs=1e-6)


def test_at_the_optimal_discriminator_the_loss_is_the_jensen_shannon_divergence():
    data, generator = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    mixture = (data + generator) / 2.0
    divergence = 0.5 * np.sum(data * np.log(data / mixture))
    divergence += 0.5 * np.sum(generator * np.log(generator / mixture))
    optimal_scores = np.log(data / generator).astype("float32")
    loss = MinimaxDiscriminatorLoss()
    real, fake = (
        np.sum(probabilities * ops.convert_to_numpy(term(optimal_scores)))
        for probabilities, term in ((data, loss.real_losses), (generator, loss.fake_losses))
    )
    assert -(real + fake) == pytest.approx(2.0 * divergence - np.log(4.0), rel=1e-5)


def test_gradients_of_minimax_and_non_saturating_generators_have_the_odds_as_ratio():
    # d/ds −sp(s) = −D and d/ds sp(−s) = −(1 − D).
    scores = np.linspace(-6.0, 6.0, 9).astype("float32")
    _, minimax = score_gradients(MinimaxGeneratorLoss(reduction="sum"), scores, scores)
    _, heuristic = score_gradients(NonSaturatingGeneratorLoss(reduction="sum"), scores, scores)
    certainty = sigmoid(scores.astype("float64"))
    np.testing.assert_allclose(minimax / heuristic, certainty / (1.0 - certainty), rtol=1e-4)


def test_generators_gradient_vanishes_where_the_discriminator_is_sure():
    scores = np.float32([-20.0])
    _, gradient = score_gradients(MinimaxGeneratorLoss(), scores, scores)
    assert -1e-8 < gradient[0] < 0.0


@pytest.mark.parametrize("kind", [MinimaxDiscriminatorLoss, MinimaxGeneratorLoss])
def test_probabilities_give_the_value_of_their_logits(kind):
    real, fake = np.float32([[-3.0], [0.5], [6.0]]), np.float32([[2.0], [-5.0], [1.0]])
    from_probabilities = kind(from_logits=False)(sigmoid(real), sigmoid(fake))
    assert float(from_probabilities) == pytest.approx(float(kind()(real, fake)), rel=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_probabilities_of_0_and_1_give_finite_values(dtype):
    zeros, ones = np.zeros(2, "float32"), np.ones(2, "float32")
    loss = MinimaxDiscriminatorLoss(from_logits=False, dtype=dtype)
    epsilon = keras.config.epsilon()
    assert float(loss(ones, zeros)) == pytest.approx(0.0, abs=1e-3)
    assert float(loss(zeros, ones)) == pytest.approx(-2.0 * np.log(epsilon), rel=0.03)
