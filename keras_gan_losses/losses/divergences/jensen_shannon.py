"""Jensen–Shannon divergence, and the form of it that the first GAN paper has."""

import math

from keras import ops

from keras_gan_losses.losses.divergences.divergence import Divergence
from keras_gan_losses.losses.divergences.stable_functions import x_log_x
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor

_LOG_2 = math.log(2.0)


@register
class JensenShannonDivergence(Divergence):
    """Compares both densities with their mean m = (p + q)/2: E_p log(p/m) + E_q log(q/m).

    Choose it as `GANDivergence`, from which it differs by a constant, for values that are 0
    where data and samples agree. As the paper's f, it is twice what mostly has this name.

    f(u) = u log u − (u + 1) log((u + 1)/2), T(v) = log 2 − log(1 + exp(−v)),
    f*(t) = −log(2 − exp(t)) for t < log 2, f'(1) = 0.

    Example:
    >>> divergence = JensenShannonDivergence()
    >>> float(divergence.conjugate_of_scores(ops.convert_to_tensor(0.0)))
    0.0
    """

    domain = (-math.inf, _LOG_2)
    threshold = 0.0

    def generator_function(self, ratios: Tensor) -> Tensor:
        """U log u − (u + 1) log((u + 1)/2)."""
        return x_log_x(ratios) - (ratios + 1.0) * (ops.log1p(ratios) - _LOG_2)

    def activation(self, scores: Scores) -> Tensor:
        """Log 2 − log(1 + exp(−v))."""
        return _LOG_2 - ops.softplus(-scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """−log(2 − exp(t))."""
        return -ops.log(2.0 - ops.exp(outputs))

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """log(1 + exp(v)) − log 2."""
        return ops.softplus(scores) - _LOG_2


@register
class GANDivergence(Divergence):
    """Is what the first GAN minimises: the Jensen–Shannon divergence minus log 4.

    Choose it to see that game among the others: the discriminator's loss is
    `MinimaxDiscriminatorLoss`.

    f(u) = u log u − (u + 1) log(u + 1), T(v) = −log(1 + exp(−v)), f*(t) = −log(1 − exp(t)) for
    t < 0, f'(1) = −log 2. Here f(1) is −log 4, not 0.

    Example:
    >>> divergence = GANDivergence()
    >>> round(float(divergence.conjugate_of_scores(ops.convert_to_tensor(0.0))), 4)  # log 2
    0.6931
    """

    domain = (-math.inf, 0.0)
    threshold = -_LOG_2

    def generator_function(self, ratios: Tensor) -> Tensor:
        """U log u − (u + 1) log(u + 1)."""
        return x_log_x(ratios) - (ratios + 1.0) * ops.log1p(ratios)

    def activation(self, scores: Scores) -> Tensor:
        """−log(1 + exp(−v))."""
        return -ops.softplus(-scores)

    def conjugate(self, outputs: Tensor) -> Tensor:
        """−log(1 − exp(t))."""
        return -ops.log(-ops.expm1(outputs))

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """log(1 + exp(v))."""
        return ops.softplus(scores)
