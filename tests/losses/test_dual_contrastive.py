import numpy as np
import pytest
from scipy.special import logsumexp

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import DualContrastiveDiscriminatorLoss, DualContrastiveGeneratorLoss


# Yu et al., 2021, arXiv:2103.16748, section 3: each sample is chosen by a softmax among itself
# and the whole other side.
def choice(own, others):
    rows = [logsumexp([score, *others.ravel()]) - score for score in own.ravel()]
    return np.reshape(rows, own.shape)


def discriminator_formula(real_scores, fake_scores):
    return choice(real_scores, fake_scores) + choice(-fake_scores, -real_scores)


def generator_formula(real_scores, fake_scores, is_zero_sum=False):
    if is_zero_sum:
        return -discriminator_formula(real_scores, fake_scores)
    return discriminator_formula(fake_scores, real_scores)


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(DualContrastiveDiscriminatorLoss, discriminator_formula)


def test_generators_loss_is_the_discriminators_with_swapped_scores_or_its_negative():
    testing.check_loss(
        DualContrastiveGeneratorLoss, generator_formula, arguments={"is_zero_sum": True}
    )


def test_single_pair_costs_twice_the_relativistic_paired_loss():
    real, fake = np.float32([[1.25]]), np.float32([[0.5]])
    contrastive = float(DualContrastiveDiscriminatorLoss()(real, fake))
    paired = float(losses.RelativisticDiscriminatorLoss()(real, fake))
    assert contrastive == pytest.approx(2.0 * paired)


def test_undecided_discriminator_pays_for_a_choice_among_all():
    scores = np.full((7, 1), 3.0, "float32")
    value = float(DualContrastiveDiscriminatorLoss()(scores, scores))
    assert value == pytest.approx(2.0 * np.log(8.0))


def test_unequal_batches_are_refused():
    with pytest.raises(ValueError, match="needs as many scores of both"):
        DualContrastiveDiscriminatorLoss()(np.zeros(2), np.zeros(3))
