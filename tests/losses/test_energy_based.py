import numpy as np
import pytest

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import EnergyBasedDiscriminatorLoss, EnergyBasedGeneratorLoss


# Zhao et al., 2016, arXiv:1609.03126, equations 1 and 2.
def discriminator_formula(real_energies, fake_energies, margin=10.0):
    return real_energies + np.maximum(0.0, margin - fake_energies)


def generator_formula(real_energies, fake_energies):
    return fake_energies


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(
        EnergyBasedDiscriminatorLoss, discriminator_formula, arguments={"margin": 0.75}
    )


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(EnergyBasedGeneratorLoss, generator_formula)


def test_margin_holds_for_each_sample_and_not_for_their_mean():
    energies = np.float32([0.0, 10.0])
    loss = EnergyBasedDiscriminatorLoss(margin=2.0)
    assert float(loss(np.zeros(2), energies)) == 1.0


def test_lower_output_means_more_real():
    real, fake = np.float32([0.5]), np.float32([3.0])
    loss = EnergyBasedDiscriminatorLoss(margin=5.0)
    assert float(loss(real, fake)) < float(loss(fake, real))


def test_only_energy_losses_say_that_their_scores_are_energies():
    named = [
        name
        for name in losses.__all__
        if getattr(getattr(losses, name), "scores_are_energies", False) is True
    ]
    assert named == [
        "BoundaryEquilibriumDiscriminatorLoss",
        "BoundaryEquilibriumGeneratorLoss",
        "EnergyBasedDiscriminatorLoss",
        "EnergyBasedGeneratorLoss",
        "EnergyScores",
    ]


@pytest.mark.parametrize("margin", [0.0, -1.0, float("inf"), None])
def test_margin_out_of_range_is_refused(margin):
    with pytest.raises(ValueError, match=r"`margin` must be .* Use 10.0 for the setting of the"):
        EnergyBasedDiscriminatorLoss(margin=margin)
