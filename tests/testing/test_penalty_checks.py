"""Each check is given a penalty with one mistake planted in it, and must name it."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.penalties import GradientPenalty, Penalty, R1Penalty
from keras_gan_losses.penalties.penalty import squared_norm


def formula(real, fake, weights, weight=10.0):
    return weight * (np.linalg.norm(weights) - 1.0) ** 2


class RealNormPenalty(Penalty):
    """Base of the planted mistakes, and itself right."""

    uses_gradient = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keras.saving.register_keras_serializable("planted_penalties")(cls)

    def __init__(self, *, weight=10.0, name=None):
        super().__init__(name=name)
        self.weight = weight

    def norm(self, gradient):
        return ops.sqrt(squared_norm(gradient) + 1e-12)

    def call(self, batch):
        return self.weight * ops.square(self.norm(batch.real_gradient) - 1.0)


class CorrectPenalty(RealNormPenalty):
    pass


class NormOverTheBatch(RealNormPenalty):
    def norm(self, gradient):
        return ops.sqrt(ops.sum(ops.square(gradient)) + 1e-12)


class NormOverTheBatchForEachSample(RealNormPenalty):
    def norm(self, gradient):
        return ops.sqrt(ops.sum(ops.square(gradient)) + 1e-12) * ops.ones(len(gradient))


class NormOverPixels(RealNormPenalty):
    def norm(self, gradient):
        return ops.mean(ops.sqrt(ops.sum(ops.square(gradient), axis=-1) + 1e-12), axis=(1, 2))


class SquaredNorm(RealNormPenalty):
    def norm(self, gradient):
        return squared_norm(gradient)


class NoEpsilon(RealNormPenalty):
    def norm(self, gradient):
        return ops.sqrt(squared_norm(gradient))


class StoppedNorm(RealNormPenalty):
    def norm(self, gradient):
        return ops.stop_gradient(super().norm(gradient))


class NormStoppedInOneDimension(RealNormPenalty):
    def norm(self, gradient):
        rows = ops.concatenate([ops.stop_gradient(gradient[:, :1]), gradient[:, 1:]], axis=1)
        return super().norm(rows)


class HalfPrecision(RealNormPenalty):
    def norm(self, gradient):
        flat = ops.reshape(ops.cast(gradient, "float16"), (len(gradient), -1))
        squares = ops.sum(ops.square(flat), axis=1)
        return ops.sqrt(ops.cast(squares, "float32") + 1e-12)


class HalfPrecisionResult(RealNormPenalty):
    def call(self, batch):
        return ops.cast(super().call(batch), "float16")


class WeightDropped(RealNormPenalty):
    def call(self, batch):
        return super().call(batch) / self.weight


class WeightWithoutEffect(RealNormPenalty):
    def call(self, batch):
        return 10.0 * super().call(batch) / self.weight


class MeanBeforeReduction(RealNormPenalty):
    def call(self, batch):
        return ops.mean(super().call(batch))


class SaysItUsesNoGradient(RealNormPenalty):
    uses_gradient = False


class ForgottenConfig(RealNormPenalty):
    def get_config(self):
        return {"name": self.name}


class SavesItsDefault(RealNormPenalty):
    def get_config(self):
        return {"name": self.name, "weight": 10.0}


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (NormOverTheBatch, r"the shape must be \(4,\). Received: \(\)"),
        (NormOverTheBatchForEachSample, "Is the norm over the whole batch?"),
        (NormOverPixels, "Values per sample of NormOverPixels"),
        (SquaredNorm, "Values per sample of SquaredNorm"),
        (NoEpsilon, "must have a finite gradient .* 1e-12"),
        (StoppedNorm, "linear discriminator's weights: .* stop the gradient?"),
        (NormStoppedInOneDimension, "linear discriminator's weights: wrong"),
        (WeightDropped, r"Values per sample of WeightDropped\(\)"),
        (WeightWithoutEffect, r"Values per sample of WeightWithoutEffect\(weight=3.0\)"),
        (MeanBeforeReduction, r"the shape must be \(4,\). Received: \(\)"),
        (SaysItUsesNoGradient, "uses_gradient=False, yet it asks"),
        (ForgottenConfig, r"forgets \['weight'\]"),
        (SavesItsDefault, "returns the default of 'weight'"),
    ],
)
def test_planted_mistake_is_caught(planted, message):
    with pytest.raises(AssertionError, match=message):
        testing.check_penalty(planted, formula, arguments={"weight": 3.0})


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (HalfPrecision, "of a discriminator in float16: must be finite"),
        (HalfPrecisionResult, "values must be float32. Received: float16"),
    ],
)
def test_penalty_in_half_precision_is_caught(planted, message):
    with pytest.raises(AssertionError, match=message):
        testing.check_penalty_precision(planted, formula)


class StoppedWhereCurved(RealNormPenalty):
    """Stops the gradient of a term that is zero for linear discriminators."""

    def call(self, batch):
        gradient = batch.real_gradient
        spread = squared_norm(gradient - ops.mean(gradient, axis=0, keepdims=True))
        return super().call(batch) + ops.stop_gradient(spread)


def test_gradient_lost_for_curved_discriminators_alone_is_caught():
    testing.check_penalty_values(StoppedWhereCurved, formula)
    with pytest.raises(AssertionError, match="curved discriminator's weights"):
        testing.check_penalty_gradients(StoppedWhereCurved, formula)


@keras.saving.register_keras_serializable("planted_penalties")
class ScorePenalty(Penalty):
    def __init__(self, *, weight=1.0, name=None):
        super().__init__(name=name)
        self.weight = weight

    def call(self, batch):
        return self.weight * ops.square(batch.real_scores - batch.fake_scores)[:, 0]


class SaysItUsesAGradient(ScorePenalty):
    uses_gradient = True


def score_formula(real, fake, weights, weight=1.0):
    return weight * ((real - fake) @ weights) ** 2


def test_penalty_on_scores_passes():
    testing.check_penalty(ScorePenalty, score_formula, arguments={"weight": 2.0})


def test_penalty_that_asks_for_no_gradient_must_say_so():
    with pytest.raises(AssertionError, match="uses_gradient=True, yet it does not ask"):
        testing.check_penalty_uses_gradient(SaysItUsesAGradient)


def test_correct_penalties_pass():
    arguments = {"weight": 3.0}
    testing.check_penalty(CorrectPenalty, formula, arguments=arguments)
    testing.check_penalty(
        GradientPenalty,
        formula,
        arguments=arguments,
        saved_arguments={"target": 0.5, "is_one_sided": True, "num_packed": 2},
    )


@keras.saving.register_keras_serializable("planted_penalties")
class MovingPenalty(R1Penalty):
    """Has a state that each call moves on, as running means do."""

    def __init__(self, *, gamma=10.0, name=None):
        super().__init__(gamma=gamma, name=name)
        self.num_calls = keras.Variable(0.0, trainable=False)

    @property
    def variables(self):
        return [self.num_calls]

    def call(self, batch):
        self.num_calls.assign_add(1.0)
        return super().call(batch) * self.num_calls


def test_penalty_with_a_state_starts_afresh_in_each_evaluation():
    def moving_formula(real, fake, weights, gamma=10.0):
        return gamma / 2.0 * np.sum(weights**2)

    testing.check_penalty(MovingPenalty, moving_formula, arguments={"gamma": 2.0})
