import numpy as np
import pytest

from keras_gan_losses import testing
from keras_gan_losses.losses import (
    HingeDiscriminatorLoss,
    HingeGeneratorLoss,
    WassersteinGeneratorLoss,
)
from keras_gan_losses.testing.loss_case import score_gradients


# Miyato et al., 2018, arXiv:1802.05957, equations 16 and 17, with the sign turned for
# minimisation.
def discriminator_formula(real_scores, fake_scores, real_margin=1.0, fake_margin=1.0):
    return np.maximum(0.0, real_margin - real_scores) + np.maximum(0.0, fake_margin + fake_scores)


def generator_formula(real_scores, fake_scores):
    return -fake_scores


def test_discriminators_loss_is_that_of_the_paper():
    margins = {"real_margin": 0.7, "fake_margin": 2.3}
    testing.check_loss(HingeDiscriminatorLoss, discriminator_formula, arguments=margins)


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(HingeGeneratorLoss, generator_formula)


def test_discriminators_gradient_is_exactly_zero_past_the_margin():
    real, fake = np.float32([1.001, 2.0, 1e4]), np.float32([-1.001, -2.0, -1e4])
    loss = HingeDiscriminatorLoss(reduction="sum")
    assert not np.any(score_gradients(loss, real, fake))
    assert float(loss(real, fake)) == 0.0


def test_discriminators_gradient_has_full_size_before_the_margin():
    real, fake = np.float32([0.999, -1e4]), np.float32([-0.999, 1e4])
    gradients = score_gradients(HingeDiscriminatorLoss(reduction="sum"), real, fake)
    np.testing.assert_array_equal(gradients, [[-1.0, -1.0], [1.0, 1.0]])


def test_generator_has_no_margin():
    fake = np.float32([-5.0, 5.0])
    _, gradient = score_gradients(HingeGeneratorLoss(reduction="sum"), fake, fake)
    np.testing.assert_array_equal(gradient, [-1.0, -1.0])
    assert float(HingeGeneratorLoss()(fake, fake)) == float(WassersteinGeneratorLoss()(fake, fake))


@pytest.mark.parametrize(("score", "value"), [(0.0, 2.0), (1.0, 2.0), (-1.0, 2.0), (3.0, 4.0)])
def test_equal_scores_cost_at_least_2(score, value):
    scores = np.full(2, score, "float32")
    assert float(HingeDiscriminatorLoss()(scores, scores)) == value


def test_a_difference_of_margins_is_a_bias_of_the_scores():
    real, fake = np.random.default_rng(0).normal(size=(2, 8, 1)).astype("float32")
    uneven = HingeDiscriminatorLoss(real_margin=1.5, fake_margin=0.5)(real + 0.5, fake + 0.5)
    assert float(uneven) == pytest.approx(float(HingeDiscriminatorLoss()(real, fake)), rel=1e-6)


@pytest.mark.parametrize("name", ["real_margin", "fake_margin"])
@pytest.mark.parametrize("margin", [-0.1, float("inf"), float("nan"), "1", None])
def test_margin_out_of_range_is_refused(name, margin):
    with pytest.raises(ValueError, match=rf"`{name}` must be .* at least 0.*papers' margins"):
        HingeDiscriminatorLoss(**{name: margin})


def test_margins_that_ask_for_nothing_are_refused():
    with pytest.raises(ValueError, match="With both margins 0"):
        HingeDiscriminatorLoss(real_margin=0.0, fake_margin=0.0)
    assert float(HingeDiscriminatorLoss(real_margin=0.0)([[1.0]], [[0.0]])) == 1.0
