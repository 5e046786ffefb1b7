"""The family of divergences that has most others as members or limits."""

import math

from keras import ops

from keras_gan_losses.losses.divergences.divergence import Divergence
from keras_gan_losses.losses.divergences.stable_functions import (
    EXPONENT_LIMIT,
    at_most,
    bounded_exp,
    log_softplus,
    number_like,
)
from keras_gan_losses.losses.precision import at_least_float32
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number

# Keeps e^(20 (α − 1)) within float32; no score reaches it.
_GREATEST_EXPONENT = 80.0


@register
class AlphaDivergence(Divergence):
    """Moves from fidelity (α below 0) over the middle (½) to coverage (α above 1).

    Choose it to set by one number what `ReverseKullbackLeiblerDivergence` (the limit α → 0) and
    `KullbackLeiblerDivergence` (α → 1) fix. α = −1 is half of Neyman's, 2 half of Pearson's
    divergence, ½ twice the squared Hellinger distance.

    f(u) = (u^α − 1 − α (u − 1)) / (α (α − 1)), f*(t) = ((1 − (1 − α) t)^(α/(α−1)) − 1) / α,
    f'(1) = 0. Below 1, T(v) = 1/(1 − α) − log(1 + exp(−v)) and t < 1/(1 − α). Above 1,
    T(v) = v, and f* is −1/α where the base of the power is negative.

    Args:
        alpha: α, any number from −10 to 10 but 0 and 1.

    Raises:
        ValueError: If `alpha` is out of its range, 0 or 1.

    Example:
    >>> divergence = AlphaDivergence(alpha=2.0)
    >>> float(divergence.conjugate(ops.convert_to_tensor(1.0)))
    1.5
    """

    threshold = 0.0

    def __init__(self, *, alpha: float = 0.5) -> None:
        advice = "Use 0.5 for twice the squared Hellinger distance, 2.0 for half of Pearson's."
        check_number("alpha", alpha, minimum=-10.0, maximum=10.0, advice=advice)
        if alpha in (0, 1):
            limit = "'reverse_kl'" if alpha == 0 else "'kl'"
            raise ValueError(
                f"`alpha` must be neither 0 nor 1, where the divergence is only a limit. "
                f"Received: alpha={alpha!r}. The limit itself is the divergence {limit}."
            )
        self.alpha = alpha
        self.domain = (-math.inf, 1.0 / (1.0 - alpha) if alpha < 1.0 else math.inf)

    def generator_function(self, ratios: Tensor) -> Tensor:
        """(u^α − 1 − α (u − 1)) / (α (α − 1))."""
        alpha = self.alpha
        tangent = 1.0 + alpha * (ratios - 1.0)
        return (_power(ratios, alpha) - tangent) / (alpha * (alpha - 1.0))

    def activation(self, scores: Scores) -> Tensor:
        """1/(1 − α) − log(1 + exp(−v)) below 1, v above."""
        return self.domain[1] - ops.softplus(-scores) if self.alpha < 1.0 else scores

    def conjugate(self, outputs: Tensor) -> Tensor:
        """((1 − (1 − α) t)^(α/(α−1)) − 1) / α, continued by its tangent."""
        # The tangent begins where float16 has long ended.
        return ops.cast(self._conjugate(at_least_float32(outputs)), outputs.dtype)

    def _conjugate(self, outputs: Tensor) -> Tensor:
        alpha = self.alpha
        base = ops.relu(1.0 - (1.0 - alpha) * outputs)
        if alpha < 1.0:
            return (_power(base, self._exponent) - 1.0) / alpha
        # The slope at a base b is b^(1/(α−1)), the ratio of densities: here e²⁰.
        limit = math.exp(min(EXPONENT_LIMIT * (alpha - 1.0), _GREATEST_EXPONENT))
        value = (_power(at_most(base, limit), self._exponent) - 1.0) / alpha
        slope = limit ** (1.0 / (alpha - 1.0)) / (alpha - 1.0)
        return value + slope * ops.relu(base - limit)

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """(((1 − α) log(1 + exp(−v)))^(α/(α−1)) − 1) / α below 1."""
        if self.alpha > 1.0:
            return self.conjugate(scores)
        log_base = math.log(1.0 - self.alpha) + log_softplus(-scores)
        return (bounded_exp(self._exponent * log_base) - 1.0) / self.alpha

    @property
    def _exponent(self) -> float:
        return self.alpha / (self.alpha - 1.0)


def _power(base: Tensor, exponent: float) -> Tensor:
    return ops.power(base, number_like(exponent, base))
