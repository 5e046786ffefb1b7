import numpy as np
import pytest

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import (
    RelativisticAverageDiscriminatorLoss,
    RelativisticAverageGeneratorLoss,
    RelativisticAverageHingeDiscriminatorLoss,
    RelativisticAverageHingeGeneratorLoss,
    RelativisticAverageLeastSquaresDiscriminatorLoss,
    RelativisticAverageLeastSquaresGeneratorLoss,
)

LOSSES = {
    "logistic": (RelativisticAverageDiscriminatorLoss, RelativisticAverageGeneratorLoss),
    "least squares": (
        RelativisticAverageLeastSquaresDiscriminatorLoss,
        RelativisticAverageLeastSquaresGeneratorLoss,
    ),
    "hinge": (RelativisticAverageHingeDiscriminatorLoss, RelativisticAverageHingeGeneratorLoss),
}
PAIRED = {
    "logistic": losses.RelativisticPairedDiscriminatorLoss,
    "least squares": losses.RelativisticPairedLeastSquaresDiscriminatorLoss,
    "hinge": losses.RelativisticPairedHingeDiscriminatorLoss,
}


# Jolicoeur-Martineau, 2018, arXiv:1807.00734: algorithm 2 and the appendix's RaLSGAN and
# RaHingeGAN. Sums are over all patches of all samples.
def logistic(real, fake, scale=1.0):
    return scale * (np.logaddexp(0.0, fake.mean() - real) + np.logaddexp(0.0, fake - real.mean()))


def least_squares(real, fake, scale=1.0):
    return scale * ((real - fake.mean() - 1.0) ** 2 + (fake - real.mean() + 1.0) ** 2)


def hinge(real, fake, scale=1.0):
    of_real = np.maximum(0.0, 1.0 - (real - fake.mean()))
    return scale * (of_real + np.maximum(0.0, 1.0 + (fake - real.mean())))


FORMULAS = {"logistic": logistic, "least squares": least_squares, "hinge": hinge}


@pytest.mark.parametrize("kind", LOSSES)
def test_discriminators_loss_is_that_of_the_paper(kind):
    testing.check_loss(LOSSES[kind][0], FORMULAS[kind], arguments={"scale": 0.5})


@pytest.mark.parametrize("kind", LOSSES)
def test_generators_loss_is_that_of_the_paper(kind):
    def formula(real, fake, scale=1.0):
        return FORMULAS[kind](fake, real, scale)

    testing.check_loss(LOSSES[kind][1], formula, arguments={"scale": 0.5})


@pytest.mark.parametrize("kind", LOSSES)
def test_paired_loss_is_the_first_half_where_all_fake_scores_are_equal(kind):
    real, fake = np.float32([0.5, -2.0, 3.0]), np.full(3, 0.75, "float32")
    of_fake = {
        "logistic": np.logaddexp(0.0, 0.25),
        "least squares": 1.25**2,
        "hinge": 1.25,
    }[kind]  # the fake scores' lead over the mean real score 0.5 is 0.25
    average, paired = (float(loss()(real, fake)) for loss in (LOSSES[kind][0], PAIRED[kind]))
    assert average - of_fake == pytest.approx(paired, rel=1e-6)


@pytest.mark.parametrize("kind", LOSSES)
def test_both_forms_agree_on_a_single_pair_up_to_the_factor_2(kind):
    real, fake = np.float32([[1.25]]), np.float32([[0.5]])
    average = float(LOSSES[kind][0](scale=0.5)(real, fake))
    assert average == pytest.approx(float(PAIRED[kind]()(real, fake)))


@pytest.mark.parametrize("scale", [-1.0, float("nan"), float("inf"), "1"])
def test_scale_out_of_range_is_refused(scale):
    with pytest.raises(ValueError, match=r"`scale` must be .* Use 1.0 for the loss of the paper"):
        RelativisticAverageDiscriminatorLoss(scale=scale)


def test_unequal_batches_are_refused():
    with pytest.raises(ValueError, match="needs as many scores of both"):
        RelativisticAverageHingeGeneratorLoss()(np.zeros(2), np.zeros(3))
