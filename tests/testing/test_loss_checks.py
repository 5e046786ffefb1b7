"""Each check is given a loss with one mistake planted in it, and must name it."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.losses import (
    AdversarialLoss,
    FakeScoreGeneratorLoss,
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.differences import central_differences
from keras_gan_losses.testing.settings import settings, title


def discriminator_formula(real_scores, fake_scores):
    return np.logaddexp(0.0, -real_scores) + np.logaddexp(0.0, fake_scores)


def generator_formula(real_scores, fake_scores):
    return np.logaddexp(0.0, -fake_scores)


def margin_formula(real_scores, fake_scores, margin=1.0):
    return np.maximum(0.0, margin - real_scores + fake_scores)


def wasserstein_formula(real_scores, fake_scores):
    return fake_scores - real_scores


class FromFormula(AdversarialLoss):
    """Base of the planted mistakes: registers its subclasses."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keras.saving.register_keras_serializable("planted_losses")(cls)


class MarginLoss(FromFormula):
    def __init__(self, *, margin=1.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def score_losses(self, real_scores, fake_scores):
        return ops.relu(self.margin - real_scores + fake_scores)


class LogOfSigmoidPlusEpsilon(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        real, fake = ops.sigmoid(real_scores), ops.sigmoid(fake_scores)
        return -ops.log(real + 1e-8) - ops.log(1.0 - fake + 1e-8)


class SwappedPlayers(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(real_scores) + ops.softplus(-fake_scores)


class ReversedSign(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return -ops.softplus(-real_scores) - ops.softplus(fake_scores)


class OverflowingExponential(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return ops.log(1.0 + ops.exp(-real_scores)) + ops.log(1.0 + ops.exp(fake_scores))


class StoppedGradient(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-real_scores) + ops.softplus(ops.stop_gradient(fake_scores))


class DoubledGradient(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        value = ops.softplus(-real_scores) + ops.softplus(fake_scores)
        return 2.0 * value - ops.stop_gradient(value)


class MeanBeforeReduction(FromFormula):
    def call(self, real_scores, fake_scores):
        return ops.mean(super().call(real_scores, fake_scores))

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-real_scores) + ops.softplus(fake_scores)


class PatchesAsSamples(FromFormula):
    def call(self, real_scores, fake_scores):
        return ops.reshape(self.score_losses(real_scores, fake_scores), (-1,))

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-real_scores) + ops.softplus(fake_scores)


class SumOfPatches(FromFormula):
    def call(self, real_scores, fake_scores):
        values = self.score_losses(real_scores, fake_scores)
        return ops.sum(ops.reshape(values, (len(values), -1)), axis=1)

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-real_scores) + ops.softplus(fake_scores)


class BroadcastPairs(FromFormula):
    """Pairs each real score with each fake one: the average is right, the pairing is not."""

    def call(self, real_scores, fake_scores):
        real, fake = ops.reshape(real_scores, (-1, 1)), ops.reshape(fake_scores, (1, -1))
        return ops.mean(ops.softplus(-real) + ops.softplus(fake), axis=1)

    def score_losses(self, real_scores, fake_scores):
        raise NotImplementedError


class OwnMeanOfWeights(FromFormula):
    """Ignores the reduction that it is given."""

    def __call__(self, real_scores, fake_scores, sample_weight=None):
        values = self.call(ops.convert_to_tensor(real_scores), ops.convert_to_tensor(fake_scores))
        return values if self.reduction is None else ops.mean(values)

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-real_scores) + ops.softplus(fake_scores)


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (LogOfSigmoidPlusEpsilon, "at scores of ±60: wrong"),
        (SwappedPlayers, "Are real and fake scores swapped?"),
        (ReversedSign, "Is the sign reversed?"),
        (OverflowingExponential, "at scores of ±10000: must be finite"),
        (
            StoppedGradient,
            "with respect to the fake scores .* Does an operation stop the gradient?",
        ),
        (DoubledGradient, "Gradient of DoubledGradient.. with respect to the real scores"),
        (MeanBeforeReduction, r"Values per sample .* shape must be \(4,\). Received: \(\)"),
        (PatchesAsSamples, r"shape must be \(4,\). Received: \(24,\)"),
        (SumOfPatches, r"at scores of shape \(4, 2, 3, 1\): wrong"),
        (BroadcastPairs, "Values per sample of BroadcastPairs.*: wrong"),
        (OwnMeanOfWeights, "reduction='sum', sample_weight=None: wrong"),
    ],
)
def test_planted_mistake_of_a_discriminators_loss_is_caught(planted, message):
    with pytest.raises(AssertionError, match=message):
        testing.check_loss(planted, discriminator_formula)


class SaturatingGenerator(FakeScoreGeneratorLoss):
    def fake_losses(self, fake_scores):
        return -ops.softplus(fake_scores)


class CaughtGenerator(FakeScoreGeneratorLoss):
    def fake_losses(self, fake_scores):
        return -ops.softplus(-fake_scores)


@pytest.mark.parametrize(
    ("planted", "message"),
    [(SaturatingGenerator, "wrong"), (CaughtGenerator, "Is the sign reversed?")],
)
def test_planted_mistake_of_a_generators_loss_is_caught(planted, message):
    with pytest.raises(AssertionError, match=message):
        testing.check_loss_values(planted, generator_formula)


class WrongDefault(FromFormula):
    def __init__(self, *, margin=0.9, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def score_losses(self, real_scores, fake_scores):
        return ops.relu(self.margin - real_scores + fake_scores)


class IgnoredArgument(WrongDefault):
    def __init__(self, *, margin=1.0, **kwargs):
        super().__init__(margin=margin, **kwargs)

    def score_losses(self, real_scores, fake_scores):
        return ops.relu(1.0 - real_scores + fake_scores)


def test_default_that_differs_from_the_formulas_is_caught():
    with pytest.raises(AssertionError, match=r"WrongDefault\(\) .*: wrong"):
        testing.check_loss(WrongDefault, margin_formula, arguments={"margin": 2.0})


def test_argument_without_effect_is_caught():
    with pytest.raises(AssertionError, match=r"IgnoredArgument\(margin=2.0\) .*: wrong"):
        testing.check_loss(IgnoredArgument, margin_formula, arguments={"margin": 2.0})


class SaysItNeedsNoRealScores(FromFormula):
    uses_real_scores = False

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(real_scores - fake_scores)


class SaysItNeedsRealScores(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(-fake_scores)


def test_untruthful_uses_real_scores_is_caught():
    with pytest.raises(AssertionError, match="uses_real_scores=False, yet real scores change it"):
        testing.check_loss_uses_real_scores(SaysItNeedsNoRealScores)
    with pytest.raises(AssertionError, match="uses_real_scores=True, yet real scores have no"):
        testing.check_loss_uses_real_scores(SaysItNeedsRealScores)


class PlainLoss(keras.losses.Loss):
    """As one would write it without this package."""

    def __init__(self, margin=1.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, y_true, y_pred):
        values = ops.relu(self.margin - y_true + y_pred)
        return ops.mean(ops.reshape(values, (len(values), -1)), axis=1)


class UnregisteredLoss(PlainLoss):
    def get_config(self):
        return {**super().get_config(), "margin": self.margin}


@keras.saving.register_keras_serializable("planted_losses")
class CorrectPlainLoss(UnregisteredLoss):
    pass


@keras.saving.register_keras_serializable("planted_losses")
class SavesItsDefault(PlainLoss):
    def get_config(self):
        return {**super().get_config(), "margin": 1.0}


@keras.saving.register_keras_serializable("planted_losses")
class RoundsWhatItSaves(PlainLoss):
    def get_config(self):
        return {**super().get_config(), "margin": round(self.margin)}


@keras.saving.register_keras_serializable("planted_losses")
class LoadsSomethingElse(UnregisteredLoss):
    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "margin": 3.0})


@keras.saving.register_keras_serializable("planted_losses")
class SavesTooMuch(UnregisteredLoss):
    def get_config(self):
        return {**super().get_config(), "version": 1}


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (PlainLoss, r"`get_config` of PlainLoss forgets \['margin'\]"),
        (UnregisteredLoss, "cannot be saved and loaded: .*register_keras_serializable"),
        (SavesItsDefault, "returns the default of 'margin', 1.0, though it was made with 2.25"),
        (RoundsWhatItSaves, "after loading: wrong"),
        (LoadsSomethingElse, "changes when it is saved and loaded"),
        (SavesTooMuch, "cannot be saved and loaded"),
    ],
)
def test_planted_mistake_of_saving_is_caught(planted, message):
    with pytest.raises(AssertionError, match=message):
        testing.check_loss_serialization(planted, arguments={"margin": 2.25})


def test_check_of_saving_insists_on_every_argument():
    with pytest.raises(ValueError, match=r"Missing: \['margin'\]"):
        testing.check_loss_serialization(MarginLoss)


def test_check_of_saving_insists_on_values_other_than_the_default():
    with pytest.raises(ValueError, match=r"\['margin'\] have their default values"):
        testing.check_loss_serialization(MarginLoss, arguments={"margin": 1.0})


@pytest.mark.parametrize("make_loss", [MarginLoss, CorrectPlainLoss])
def test_correct_loss_of_a_user_passes(make_loss):
    testing.check_loss(make_loss, margin_formula, arguments={"margin": 2.25})


def test_correct_losses_of_the_package_pass():
    testing.check_loss(
        NonSaturatingDiscriminatorLoss,
        discriminator_formula,
        saved_arguments={"label_smoothing": 0.2, "from_logits": False},
    )
    testing.check_loss(
        NonSaturatingGeneratorLoss, generator_formula, saved_arguments={"from_logits": False}
    )


class AverageMarginLoss(FromFormula):
    """Couples the samples of a batch, by their mean."""

    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(ops.mean(fake_scores) - real_scores)


class AverageWithoutGradient(FromFormula):
    def score_losses(self, real_scores, fake_scores):
        return ops.softplus(ops.stop_gradient(ops.mean(fake_scores)) - real_scores)


def average_formula(real_scores, fake_scores):
    return np.logaddexp(0.0, fake_scores.mean() - real_scores)


def test_loss_that_couples_samples_passes():
    testing.check_loss(AverageMarginLoss, average_formula)


def test_gradient_stopped_in_a_batch_mean_is_caught():
    with pytest.raises(AssertionError, match=r"with respect to the fake scores .* stop"):
        testing.check_loss(AverageWithoutGradient, average_formula)


def test_formula_may_give_one_value_per_sample():
    def formula(real_scores, fake_scores):
        return discriminator_formula(real_scores, fake_scores).mean(axis=1)

    testing.check_loss_values(NonSaturatingDiscriminatorLoss, formula)


def test_formula_of_a_wrong_shape_is_an_error_of_the_caller():
    with pytest.raises(
        ValueError, match=r"one value per score, shape \(4, 1\).* Its shape is \(\)"
    ):
        testing.check_loss_values(MarginLoss, lambda real, fake: margin_formula(real, fake).mean())


def test_formula_that_overflows_is_an_error_of_the_caller():
    def formula(real_scores, fake_scores):
        return np.log(1.0 + np.exp(-real_scores)) + np.log(1.0 + np.exp(fake_scores))

    with pytest.raises(ValueError, match=r"scores of up to 10000. Write it so .*`extreme_scores`"):
        testing.check_loss_extremes(NonSaturatingDiscriminatorLoss, formula)
    testing.check_loss_extremes(NonSaturatingDiscriminatorLoss, formula, extreme_scores=[30.0])


def test_differences_agree_with_known_derivatives():
    points = np.array([[-3.0, 0.5], [2.0, 1e4]])
    np.testing.assert_allclose(central_differences(np.square, points), 2.0 * points, rtol=1e-8)
    near = points[0]
    np.testing.assert_allclose(central_differences(np.tanh, near), 1.0 - np.tanh(near) ** 2)


def test_differences_are_of_the_sum_of_coupled_values():
    points = np.array([1.0, -2.0, 4.0])
    # Σᵢ(xᵢ − mean x)² has the derivative 2(xᵢ − mean x).
    gradient = central_differences(lambda x: (x - x.mean()) ** 2, points)
    np.testing.assert_allclose(gradient, 2.0 * (points - 1.0), atol=1e-10)


def test_comparison_refuses_not_a_number_on_both_sides():
    with pytest.raises(AssertionError, match="Values: must be finite"):
        check_close("Values", [np.nan], [np.nan])


def test_comparison_tolerates_rounding_only():
    check_close("Values", [1.0, 1e-9], [1.000005, 0.0])
    with pytest.raises(AssertionError, match=r"Values: wrong. Expected: \[1.00003"):
        check_close("Values", [1.0], [1.00003])


def test_class_without_defaults_is_checked_in_the_given_setting_alone():
    def make(margin):
        raise NotImplementedError

    assert settings(make, {"margin": 2.0}) == [{"margin": 2.0}]
    assert settings(MarginLoss, {"margin": 2.0}) == [{}, {"margin": 2.0}]
    assert title(MarginLoss, {"margin": 2.0}) == "MarginLoss(margin=2.0)"
