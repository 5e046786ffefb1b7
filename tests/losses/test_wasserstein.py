import numpy as np
import pytest

from keras_gan_losses import testing
from keras_gan_losses.losses import WassersteinDiscriminatorLoss, WassersteinGeneratorLoss
from keras_gan_losses.testing.loss_case import score_gradients


# Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1, lines 5 and 10, with the sign turned for
# minimisation.
def discriminator_formula(real_scores, fake_scores):
    return fake_scores - real_scores


def generator_formula(real_scores, fake_scores):
    return -fake_scores


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(WassersteinDiscriminatorLoss, discriminator_formula)


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(WassersteinGeneratorLoss, generator_formula)


def test_negative_loss_of_the_optimal_discriminator_is_the_distance():
    # Between two points of the line, the distance is |x − y|, and the optimum scores −position.
    real_positions, fake_positions = np.float32([1.0, 1.0]), np.float32([3.5, 3.5])
    value = WassersteinDiscriminatorLoss()(-real_positions, -fake_positions)
    assert float(value) == pytest.approx(-2.5)


def test_constant_added_to_all_scores_changes_nothing_for_the_discriminator():
    real, fake = np.float32([1.0, 2.0]), np.float32([-3.0, 0.5])
    loss = WassersteinDiscriminatorLoss()
    assert float(loss(real + 8.0, fake + 8.0)) == float(loss(real, fake))


def test_gradients_are_the_same_at_all_scores():
    scores = np.float32([-1e4, 0.0, 1e4, 3.0])
    gradients = score_gradients(WassersteinDiscriminatorLoss(), scores, scores)
    np.testing.assert_allclose(gradients, [[-0.25] * 4, [0.25] * 4])
