import numpy as np
import pytest
from keras import ops

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import EnergyBasedDiscriminatorLoss, EnergyBasedGeneratorLoss
from keras_gan_losses.losses.energy_based import pulling_away_term


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


# Equation 4, with loops.
def pulling_away_formula(codes):
    num_samples = len(codes)
    total = 0.0
    for i in range(num_samples):
        for j in range(num_samples):
            if i != j:
                norms = np.linalg.norm(codes[i]) * np.linalg.norm(codes[j])
                total += (np.dot(codes[i], codes[j]) / norms) ** 2
    return total / (num_samples * (num_samples - 1))


def test_mean_of_the_pulling_away_term_is_that_of_the_paper():
    codes = np.random.default_rng(0).normal(size=(5, 2, 3)).astype("float32")
    values = ops.convert_to_numpy(pulling_away_term(codes))
    assert values.shape == (5,)
    assert np.mean(values) == pytest.approx(pulling_away_formula(codes.reshape(5, 6)), rel=1e-5)


def test_pulling_away_term_is_1_for_parallel_codes_of_any_length_and_sign():
    codes = np.float32([[1.0, 2.0], [-3.0, -6.0], [0.5, 1.0]])
    np.testing.assert_allclose(ops.convert_to_numpy(pulling_away_term(codes)), 1.0, rtol=1e-5)


def test_pulling_away_term_is_finite_for_codes_of_zero():
    np.testing.assert_array_equal(ops.convert_to_numpy(pulling_away_term(np.zeros((3, 4)))), 0.0)


def test_pulling_away_term_of_one_sample_is_refused():
    with pytest.raises(ValueError, match=r"at least two samples.*Received: shape \(1, 4\)"):
        pulling_away_term(np.ones((1, 4)))
