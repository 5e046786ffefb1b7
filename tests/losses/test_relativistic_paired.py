import numpy as np
import pytest

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import (
    RelativisticPairedDiscriminatorLoss,
    RelativisticPairedGeneratorLoss,
    RelativisticPairedHingeDiscriminatorLoss,
    RelativisticPairedHingeGeneratorLoss,
    RelativisticPairedLeastSquaresDiscriminatorLoss,
    RelativisticPairedLeastSquaresGeneratorLoss,
)

LOSSES = {
    "logistic": (RelativisticPairedDiscriminatorLoss, RelativisticPairedGeneratorLoss),
    "least squares": (
        RelativisticPairedLeastSquaresDiscriminatorLoss,
        RelativisticPairedLeastSquaresGeneratorLoss,
    ),
    "hinge": (RelativisticPairedHingeDiscriminatorLoss, RelativisticPairedHingeGeneratorLoss),
}

# Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4: f₁ of the real sample's lead, where
# f₁(y) is −log σ(y), (y − 1)² and max(0, 1 − y).
DISCRIMINATOR_FORMULAS = {
    "logistic": lambda real, fake: np.logaddexp(0.0, fake - real),
    "least squares": lambda real, fake: (real - fake - 1.0) ** 2,
    "hinge": lambda real, fake: np.maximum(0.0, 1.0 + fake - real),
}


@pytest.mark.parametrize("kind", LOSSES)
def test_discriminators_loss_is_that_of_the_paper(kind):
    testing.check_loss(LOSSES[kind][0], DISCRIMINATOR_FORMULAS[kind])


@pytest.mark.parametrize("kind", LOSSES)
def test_generators_loss_is_the_discriminators_with_swapped_scores(kind):
    testing.check_loss(LOSSES[kind][1], lambda real, fake: DISCRIMINATOR_FORMULAS[kind](fake, real))


@pytest.mark.parametrize("kind", LOSSES)
def test_a_number_added_to_all_scores_changes_nothing(kind):
    real, fake = np.float32([0.5, -2.0, 3.0]), np.float32([1.5, 0.25, -1.0])
    for loss in LOSSES[kind]:
        assert float(loss()(real + 64.0, fake + 64.0)) == pytest.approx(float(loss()(real, fake)))


def test_pairs_are_made_by_index():
    real, fake = np.float32([0.0, 8.0]), np.float32([0.0, 8.0])
    paired = float(RelativisticPairedDiscriminatorLoss()(real, fake))
    crossed = float(RelativisticPairedDiscriminatorLoss()(real, fake[::-1]))
    assert paired == pytest.approx(np.log(2.0))
    assert crossed == pytest.approx(np.mean(np.logaddexp(0.0, [8.0, -8.0])))


def test_one_real_sample_is_not_compared_with_many_generated_ones():
    with pytest.raises(ValueError, match=r"needs as many scores of both\. .* \(1, 1\).* \(3, 1\)"):
        RelativisticPairedDiscriminatorLoss()(np.zeros((1, 1)), np.zeros((3, 1)))


def test_maps_of_unequal_size_are_refused():
    with pytest.raises(ValueError, match="needs as many scores of both"):
        losses.RelativisticPairedGeneratorLoss()(np.zeros((2, 2, 2, 1)), np.zeros((2, 3, 3, 1)))
