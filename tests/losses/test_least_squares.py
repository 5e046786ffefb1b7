import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.losses import LeastSquaresDiscriminatorLoss, LeastSquaresGeneratorLoss


# Mao et al., 2017, arXiv:1611.04076, equation 2; 0–1 coding: a = 0, b = c = 1.
def discriminator_formula(real_scores, fake_scores, real_label=1.0, fake_label=0.0):
    return ((real_scores - real_label) ** 2 + (fake_scores - fake_label) ** 2) / 2.0


def generator_formula(real_scores, fake_scores, target=1.0):
    return (fake_scores - target) ** 2 / 2.0


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(
        LeastSquaresDiscriminatorLoss,
        discriminator_formula,
        arguments={"real_label": 0.9, "fake_label": -1.25},
    )


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(LeastSquaresGeneratorLoss, generator_formula, arguments={"target": 0.5})


def test_scores_at_their_labels_cost_nothing():
    real, fake = np.ones(3, "float32"), np.zeros(3, "float32")
    assert float(LeastSquaresDiscriminatorLoss()(real, fake)) == 0.0
    assert float(LeastSquaresGeneratorLoss()(real, real)) == 0.0


def test_both_values_are_exact_in_a_small_example():
    real, fake = np.float32([2.0, 4.0]), np.float32([-1.0, 3.0])
    assert float(LeastSquaresDiscriminatorLoss()(real, fake)) == (0.5 + 4.5 + 0.5 + 4.5) / 2.0
    assert float(LeastSquaresGeneratorLoss()(real, fake)) == (2.0 + 2.0) / 2.0


def test_generators_loss_at_the_optimal_discriminator_is_the_pearson_divergence():
    # With b − c = 1 and b − a = 2 (section 3.2.2): 2·value is χ²(p_data + p_g ‖ 2 p_g), where
    # the paper adds the same term at real samples.
    data, generator = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    optimal_scores = ((data - generator) / (data + generator)).astype("float32")
    loss = LeastSquaresGeneratorLoss(target=0.0, reduction=None)
    values = ops.convert_to_numpy(loss(optimal_scores, optimal_scores))
    divergence = np.sum((data - generator) ** 2 / (data + generator))
    assert 2.0 * np.sum((data + generator) * values) == pytest.approx(divergence, rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        (LeastSquaresDiscriminatorLoss, "real_label"),
        (LeastSquaresDiscriminatorLoss, "fake_label"),
        (LeastSquaresGeneratorLoss, "target"),
    ],
)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_labels_that_are_not_finite_are_refused(kind, argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must be a finite number. Received:") as e:
        kind(**{argument: value})
    assert "The paper's labels are 0.0 for fake, 1.0 for real" in str(e.value)
