"""Kullback–Leibler divergence, its reverse, and their sum."""

import math

from keras import ops

from keras_gan_losses.losses.divergences.divergence import Divergence
from keras_gan_losses.losses.divergences.stable_functions import (
    EXPONENT_LIMIT,
    at_most,
    bounded_exp,
    log_bounded_exp,
    log_wright_omega,
    x_log_x,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class KullbackLeiblerDivergence(Divergence):
    """Weighs most what the generator leaves out: E_p log(p/q).

    Choose it for coverage: the generator would rather blur than drop a mode.

    f(u) = u log u, T(v) = v, f*(t) = exp(t − 1) on all numbers, f'(1) = 1.

    Example:
    >>> divergence = KullbackLeiblerDivergence()
    >>> float(divergence.conjugate(ops.convert_to_tensor(1.0)))
    1.0
    """

    domain = (-math.inf, math.inf)
    threshold = 1.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """U log u."""
        return x_log_x(ratios)

    def activation(self, scores: Scores) -> Tensor:
        """The score."""
        return scores

    def conjugate(self, outputs: Tensor) -> Tensor:
        """exp(t − 1)."""
        return bounded_exp(outputs - 1.0)


@register
class ReverseKullbackLeiblerDivergence(Divergence):
    """Weighs most what the generator makes up: E_q log(q/p).

    Choose it for fidelity: the generator would rather drop a mode than blur.

    f(u) = −log u, T(v) = −exp(−v), f*(t) = −1 − log(−t) for t < 0, f'(1) = −1. With the sign of
    v reversed, as in one table of the paper, a higher score would mean "more fake". HyperGAN's
    formula of this name is wrong.

    Example:
    >>> divergence = ReverseKullbackLeiblerDivergence()
    >>> float(divergence.conjugate_of_scores(ops.convert_to_tensor(3.0)))
    2.0
    """

    domain = (-math.inf, 0.0)
    threshold = -1.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """−log u."""
        return -ops.log(ratios)

    def activation(self, scores: Scores) -> Tensor:
        """−exp(−v)."""
        return -bounded_exp(-scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """−1 − log(−t)."""
        return -1.0 - ops.log(-outputs)

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """V − 1."""
        return -1.0 - log_bounded_exp(-scores)


@register
class JeffreyDivergence(Divergence):
    """Adds the Kullback–Leibler divergences of both directions: E_p log(p/q) + E_q log(q/p).

    Choose it to punish left out and made up samples alike, more sharply than Jensen–Shannon.

    f(u) = (u − 1) log u, T(v) = v, f*(t) = W(e^(1−t)) + 1/W(e^(1−t)) + t − 2 on all numbers,
    with W Lambert's function, f'(1) = 0. HyperGAN's formula of this name is wrong.

    Example:
    >>> divergence = JeffreyDivergence()
    >>> float(divergence.conjugate(ops.convert_to_tensor(0.0)))
    0.0
    """

    domain = (-math.inf, math.inf)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """(u − 1) log u."""
        return (ratios - 1.0) * ops.log(ratios)

    def activation(self, scores: Scores) -> Tensor:
        """The score."""
        return scores

    def conjugate(self, outputs: Tensor) -> Tensor:
        """1/w − 1 − log w, which is the above for w = W(e^(1−t)), as w + log w = 1 − t."""
        limit = 1.0 + EXPONENT_LIMIT
        log_ratio = -log_wright_omega(1.0 - at_most(outputs, limit))
        # The slope of a conjugate is the ratio of densities at which it is tight.
        tangent = ops.relu(outputs - limit) * ops.exp(log_ratio)
        return ops.expm1(log_ratio) + log_ratio + tangent
