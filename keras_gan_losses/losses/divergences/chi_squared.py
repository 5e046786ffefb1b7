"""Both χ² divergences, the squared Hellinger distance and the total variation."""

import math

from keras import ops

from keras_gan_losses.losses.divergences.divergence import Divergence
from keras_gan_losses.losses.divergences.stable_functions import bounded_exp, log_bounded_exp
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class PearsonDivergence(Divergence):
    """Squares the relative error of the samples' density: E_q (p/q − 1)².

    Choose it for coverage with a loss that is a polynomial.

    f(u) = (u − 1)², T(v) = v, f*(t) = t²/4 + t on all numbers, f'(1) = 0. As in the paper, f is
    taken on negative ratios too, so that fake scores below −2 are drawn back to it.

    Example:
    >>> divergence = PearsonDivergence()
    >>> float(divergence.conjugate(ops.convert_to_tensor(2.0)))
    3.0
    """

    domain = (-math.inf, math.inf)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """(u − 1)²."""
        return ops.square(ratios - 1.0)

    def activation(self, scores: Scores) -> Tensor:
        """The score."""
        return scores

    def conjugate(self, outputs: Tensor) -> Tensor:
        """t²/4 + t."""
        return 0.25 * ops.square(outputs) + outputs


@register
class NeymanDivergence(Divergence):
    """Squares the relative error of the data's density: E_p (q/p − 1)².

    Choose it for fidelity, as the reverse of `PearsonDivergence`.

    f(u) = (u − 1)²/u, T(v) = 1 − exp(−v), f*(t) = 2 − 2 √(1 − t) for t < 1, f'(1) = 0.
    HyperGAN's formula of this name is wrong.

    Example:
    >>> divergence = NeymanDivergence()
    >>> float(divergence.conjugate(ops.convert_to_tensor(-3.0)))
    -2.0
    """

    domain = (-math.inf, 1.0)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """(u − 1)²/u."""
        return ops.square(ratios - 1.0) / ratios

    def activation(self, scores: Scores) -> Tensor:
        """1 − exp(−v)."""
        return 1.0 - bounded_exp(-scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """2 − 2 √(1 − t)."""
        return 2.0 - 2.0 * ops.sqrt(1.0 - outputs)

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """2 − 2 exp(−v/2)."""
        return 2.0 - 2.0 * ops.exp(0.5 * log_bounded_exp(-scores))


@register
class SquaredHellingerDivergence(Divergence):
    """Squares the difference of the densities' roots: ∫ (√p − √q)².

    Choose it for a symmetric divergence that is bounded, by 2, as Jensen–Shannon is.

    f(u) = (√u − 1)², T(v) = 1 − exp(−v), f*(t) = t/(1 − t) for t < 1, f'(1) = 0.

    Example:
    >>> divergence = SquaredHellingerDivergence()
    >>> float(divergence.conjugate(ops.convert_to_tensor(0.5)))
    1.0
    """

    domain = (-math.inf, 1.0)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """(√u − 1)²."""
        return ops.square(ops.sqrt(ratios) - 1.0)

    def activation(self, scores: Scores) -> Tensor:
        """1 − exp(−v)."""
        return 1.0 - bounded_exp(-scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """t/(1 − t)."""
        return outputs / (1.0 - outputs)

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """exp(v) − 1."""
        # 1/(1 − t) − 1, where 1 − t is itself a bounded exponential.
        return bounded_exp(-log_bounded_exp(-scores)) - 1.0


@register
class TotalVariationDivergence(Divergence):
    """Measures the share of samples by which the densities differ: ½ ∫ |p − q|.

    Choose it to compare, not to train: its gradient vanishes where the discriminator is sure.

    f(u) = ½ |u − 1|, T(v) = ½ tanh(v), f*(t) = t for |t| ≤ ½, f'(1) = 0 (f has a kink there).

    Example:
    >>> divergence = TotalVariationDivergence()
    >>> float(divergence.activation(ops.convert_to_tensor(100.0)))
    0.5
    """

    domain = (-0.5, 0.5)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """½ |u − 1|."""
        return 0.5 * ops.abs(ratios - 1.0)

    def activation(self, scores: Scores) -> Tensor:
        """½ tanh(v)."""
        return 0.5 * ops.tanh(scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """The output."""
        return outputs
