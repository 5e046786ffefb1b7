"""What all losses share, on the smallest losses that can be written."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import (
    AdversarialLoss,
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)

SEPARABLE = [
    losses.HingeDiscriminatorLoss,
    losses.LeastSquaresDiscriminatorLoss,
    losses.MinimaxDiscriminatorLoss,
    losses.NonSaturatingDiscriminatorLoss,
    losses.WassersteinDiscriminatorLoss,
]
GENERATORS = [
    losses.HingeGeneratorLoss,
    losses.LeastSquaresGeneratorLoss,
    losses.MinimaxGeneratorLoss,
    losses.NonSaturatingGeneratorLoss,
    losses.WassersteinGeneratorLoss,
]


@keras.saving.register_keras_serializable("small_losses")
class PairedProductLoss(AdversarialLoss):
    def score_losses(self, real_scores, fake_scores):
        return real_scores * fake_scores


@keras.saving.register_keras_serializable("small_losses")
class SquareAndCubeLoss(SeparableDiscriminatorLoss):
    def real_losses(self, real_scores):
        return real_scores**2

    def fake_losses(self, fake_scores):
        return fake_scores**3


@keras.saving.register_keras_serializable("small_losses")
class SquareLoss(FakeScoreGeneratorLoss):
    def fake_losses(self, fake_scores):
        return fake_scores**2


def scores(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_a_loss_of_ones_own_needs_only_its_formula():
    testing.check_loss(PairedProductLoss, lambda real, fake: real * fake)
    testing.check_loss(SquareAndCubeLoss, lambda real, fake: real**2 + fake**3)
    testing.check_loss(SquareLoss, lambda real, fake: fake**2)


def test_losses_without_a_formula_cannot_be_made():
    for kind in (AdversarialLoss, SeparableDiscriminatorLoss, FakeScoreGeneratorLoss):
        with pytest.raises(TypeError, match="abstract"):
            kind()


def test_patch_maps_are_averaged_per_sample():
    real, fake = scores(3, 2, 2, 1), scores(3, 2, 2, 1, seed=1)
    values = ops.convert_to_numpy(PairedProductLoss(reduction=None)(real, fake))
    np.testing.assert_allclose(values, (real * fake).mean(axis=(1, 2, 3)), rtol=1e-6)


def test_score_shapes_with_and_without_a_last_axis_mix():
    real, fake = scores(5), scores(5, 1, seed=1)
    value = PairedProductLoss(reduction="sum")(real, fake)
    np.testing.assert_allclose(float(value), (real * fake[:, 0]).sum(), rtol=1e-5)


def test_equal_numbers_of_scores_are_paired_by_index():
    values = SquareAndCubeLoss(reduction=None)([1.0, 2.0], [3.0, 4.0])
    np.testing.assert_allclose(ops.convert_to_numpy(values), [1.0 + 27.0, 4.0 + 64.0])


@pytest.mark.parametrize(
    ("kind", "real_term", "fake_term"),
    [
        (SquareAndCubeLoss, np.square, lambda f: f**3),
        (
            losses.HingeDiscriminatorLoss,
            lambda r: np.maximum(0, 1 - r),
            lambda f: np.maximum(0, 1 + f),
        ),
        (losses.LeastSquaresDiscriminatorLoss, lambda r: (r - 1) ** 2 / 2, lambda f: f**2 / 2),
        (
            losses.MinimaxDiscriminatorLoss,
            lambda r: np.logaddexp(0, -r),
            lambda f: np.logaddexp(0, f),
        ),
        (losses.WassersteinDiscriminatorLoss, np.negative, np.positive),
    ],
)
@pytest.mark.parametrize(("num_real", "num_fake"), [(6, 2), (3, 5)])
def test_unequal_numbers_of_scores_give_mean_plus_mean(
    kind, real_term, fake_term, num_real, num_fake
):
    real, fake = scores(num_real, 1), scores(num_fake, 1, seed=1)
    expected = np.mean(real_term(real)) + np.mean(fake_term(fake))
    np.testing.assert_allclose(float(kind()(real, fake)), expected, rtol=1e-5)


def test_unequal_numbers_of_patch_maps_give_mean_plus_mean():
    real, fake = scores(6, 2, 3, 1), scores(2, 2, 3, 1, seed=1)
    expected = np.mean(real.astype("float64") ** 2) + np.mean(fake.astype("float64") ** 3)
    np.testing.assert_allclose(float(SquareAndCubeLoss()(real, fake)), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", GENERATORS)
def test_generators_losses_accept_any_number_of_real_scores(kind):
    fake = scores(4, 1)
    value = float(kind()(fake, fake))
    assert float(kind()(scores(7, 1, seed=1), fake)) == value
    assert not kind.uses_real_scores


@pytest.mark.parametrize("kind", [PairedProductLoss, *SEPARABLE])
def test_discriminators_losses_use_real_scores(kind):
    assert kind.uses_real_scores


def test_scores_may_be_nested_lists():
    assert float(PairedProductLoss()([[1.0], [2.0]], [[3.0], [5.0]])) == 6.5
    assert float(PairedProductLoss()([1, 2], [3, 5], sample_weight=[2.0, 0.0])) == 3.0
    probabilities = losses.MinimaxGeneratorLoss(from_logits=False)
    assert float(probabilities([0.5], [0.75])) == pytest.approx(np.log(0.25), rel=1e-6)


def test_scores_may_be_integers():
    assert float(losses.NonSaturatingGeneratorLoss()([0], [0])) == pytest.approx(np.log(2.0))


def test_computation_has_the_chosen_precision():
    values = SquareLoss(reduction=None, dtype="float16")(scores(3), scores(3))
    assert keras.backend.standardize_dtype(values.dtype) == "float16"


@pytest.mark.parametrize("kind", [*SEPARABLE, *GENERATORS])
def test_unknown_arguments_are_refused(kind):
    with pytest.raises(TypeError, match="margins"):
        kind(margins=1.0)
    with pytest.raises(TypeError, match="positional"):
        kind(1.0)


@pytest.mark.parametrize("kind", [*SEPARABLE, *GENERATORS])
def test_unknown_reductions_are_refused(kind):
    with pytest.raises(ValueError, match="reduction"):
        kind(reduction="average")
