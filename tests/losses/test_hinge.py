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
def discriminator_formula(real_scores, fake_scores):
    return np.maximum(0.0, 1.0 - real_scores) + np.maximum(0.0, 1.0 + fake_scores)


def generator_formula(real_scores, fake_scores):
    return -fake_scores


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(HingeDiscriminatorLoss, discriminator_formula)


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
