import numpy as np
import pytest

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import AlphaDiscriminatorLoss, AlphaGeneratorLoss
from keras_gan_losses.testing.loss_case import score_gradients

REAL = np.float32([[-3.0], [0.5], [6.0], [0.0]])
FAKE = np.float32([[2.0], [-5.0], [1.0], [0.3]])


# Welfert et al., 2023, arXiv:2302.14320, of the probability σ(score); where the power exceeds
# e²⁰, its tangent by the logarithm of the probability.
def alpha_loss(scores, alpha):
    if alpha == 1.0:
        return np.logaddexp(0.0, -scores)
    exponent = (alpha - 1.0) / alpha * -np.logaddexp(0.0, -scores)
    bounded = np.minimum(exponent, 20.0)
    power = np.exp(bounded) * (1.0 + exponent - bounded)
    return alpha / (alpha - 1.0) * (1.0 - power)


def discriminator_formula(real_scores, fake_scores, alpha=1.0):
    return alpha_loss(real_scores, alpha) + alpha_loss(-fake_scores, alpha)


def generator_formula(real_scores, fake_scores, alpha=1.0, is_saturating=False):
    return -alpha_loss(-fake_scores, alpha) if is_saturating else alpha_loss(fake_scores, alpha)


@pytest.mark.parametrize("alpha", [0.5, 3.0, 1e6])
def test_discriminators_loss_is_that_of_the_paper(alpha):
    testing.check_loss(
        AlphaDiscriminatorLoss,
        discriminator_formula,
        arguments={"alpha": alpha},
        saved_arguments={"from_logits": False},
    )


def test_the_least_alpha_is_right_where_it_grows_fastest():
    arguments = {"alpha": 0.05}
    testing.check_loss_values(AlphaDiscriminatorLoss, discriminator_formula, arguments=arguments)
    testing.check_loss_extremes(AlphaDiscriminatorLoss, discriminator_formula, arguments=arguments)


@pytest.mark.parametrize("alpha", [0.3, 3.0])
def test_generators_loss_is_that_of_the_papers(alpha):
    testing.check_loss(
        AlphaGeneratorLoss,
        generator_formula,
        arguments={"alpha": alpha, "is_saturating": True},
        saved_arguments={"from_logits": False},
    )
    testing.check_loss_values(AlphaGeneratorLoss, generator_formula, arguments={"alpha": alpha})
    testing.check_loss_extremes(AlphaGeneratorLoss, generator_formula, arguments={"alpha": alpha})


@pytest.mark.parametrize("alpha", [1.0, 1.0 - 1e-7, 1.0 + 1e-7])
def test_at_one_it_is_cross_entropy_and_close_to_one_close_to_it(alpha):
    pairs = [
        (AlphaDiscriminatorLoss(alpha=alpha), losses.NonSaturatingDiscriminatorLoss()),
        (AlphaGeneratorLoss(alpha=alpha), losses.NonSaturatingGeneratorLoss()),
        (AlphaGeneratorLoss(alpha=alpha, is_saturating=True), losses.MinimaxGeneratorLoss()),
    ]
    for loss, cross_entropy in pairs:
        expected = float(cross_entropy(REAL, FAKE))
        assert float(loss(REAL, FAKE)) == pytest.approx(expected, rel=1e-6)
        np.testing.assert_allclose(
            score_gradients(loss, REAL, FAKE),
            score_gradients(cross_entropy, REAL, FAKE),
            rtol=1e-5,
            atol=1e-7,
        )


def test_at_one_half_it_is_exponential():
    expected = np.mean(np.exp(-REAL.astype("float64")) + np.exp(FAKE.astype("float64")))
    assert float(AlphaDiscriminatorLoss(alpha=0.5)(REAL, FAKE)) == pytest.approx(expected)


def test_in_the_limit_it_is_the_total_variation_of_probabilities():
    def sigmoid(scores):
        return 1.0 / (1.0 + np.exp(-scores.astype("float64")))

    expected = np.mean(2.0 - sigmoid(REAL) - sigmoid(-FAKE))
    assert float(AlphaDiscriminatorLoss(alpha=1e8)(REAL, FAKE)) == pytest.approx(expected)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 1.0, 2.0, 3.0])
def test_discriminators_best_score_is_alpha_times_the_logarithm_of_the_ratio(alpha):
    # One place, where real samples are three times as dense as generated ones.
    score = np.float32([alpha * np.log(3.0)])
    real_gradient, fake_gradient = score_gradients(
        AlphaDiscriminatorLoss(alpha=alpha), score, score
    )
    np.testing.assert_allclose(0.75 * real_gradient + 0.25 * fake_gradient, 0.0, atol=1e-6)
    assert np.abs(real_gradient) > 1e-2


def test_probabilities_give_the_value_of_their_logits():
    real, fake = (1.0 / (1.0 + np.exp(-scores)) for scores in (REAL, FAKE))
    for make in (AlphaDiscriminatorLoss, AlphaGeneratorLoss):
        value = float(make(alpha=0.5, from_logits=False)(real, fake))
        assert value == pytest.approx(float(make(alpha=0.5)(REAL, FAKE)), rel=1e-4)


@pytest.mark.parametrize("make", [AlphaDiscriminatorLoss, AlphaGeneratorLoss])
@pytest.mark.parametrize("alpha", [0.0, -1.0, 0.01, float("inf"), float("nan"), "1", None])
def test_alpha_out_of_range_is_refused(make, alpha):
    with pytest.raises(ValueError, match=r"`alpha` must be .* at least 0.05.*1e6 for the limit"):
        make(alpha=alpha)
