"""The Wasserstein objectives: with clipped weights, and with two kinds of gradient penalty."""

from typing import Any

import keras
from keras import ops, optimizers

from keras_gan_losses.losses import WassersteinDiscriminatorLoss, WassersteinGeneratorLoss
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.penalties import GradientPenalty
from keras_gan_losses.registration import register
from keras_gan_losses.validation import check_number

# Gulrajani et al., 2017, arXiv:1704.00028, algorithm 1.
_ADAM = paper_optimizer(optimizers.Adam, 1e-4, 0.0, 0.9)


class ClippedWeights(keras.constraints.Constraint):
    """Clips weights to [−limit, limit]."""

    def __init__(self, limit: float) -> None:
        advice = "The paper's limit is 0.01."
        check_number("weight_limit", limit, minimum=1e-12, advice=advice)
        self.limit = limit

    def __call__(self, weights: Any) -> Any:
        """The weights, each at most `limit` from 0."""
        return ops.clip(weights, -self.limit, self.limit)


@register
class Wasserstein(Objective):
    """Mean scores driven apart by a discriminator of clipped weights: `"wgan"`.

    Choose it for its history; `WassersteinGP` trains better, because clipped weights drift to
    their limits. Optimizers: RMSprop 5e-5.

    Args:
        weight_limit: Greatest absolute weight of the discriminator, above 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `weight_limit` is not positive, or `discriminator_steps` below 1.

    Example:
    >>> Wasserstein().discriminator_steps
    5

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """

    def __init__(self, *, weight_limit: float = 0.01, discriminator_steps: int = 5) -> None:
        super().__init__(
            generator_loss=WassersteinGeneratorLoss(),
            discriminator_loss=WassersteinDiscriminatorLoss(),
            discriminator_steps=discriminator_steps,
            discriminator_constraint=ClippedWeights(weight_limit),
            optimizer=paper_optimizer(optimizers.RMSprop, 5e-5),
        )
        self.weight_limit = weight_limit


@register
class WassersteinGP(Objective):
    """Mean scores driven apart by a discriminator whose gradient has norm 1: `"wgan_gp"`.

    Choose it when a game collapses or its losses should mean something: −`discriminator_loss`
    estimates the Wasserstein-1 distance. It costs five discriminator steps with a second
    derivative each. The discriminator must not use batch normalisation, which ties samples
    together. Optimizers: Adam 1e-4 with β 0 and 0.9.

    Args:
        penalty_weight: λ, at least 0.
        target: Norm wanted of the gradient, at least 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> WassersteinGP(penalty_weight=1.0).penalties[0].weight
    1.0

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028.
    """

    def __init__(
        self,
        *,
        penalty_weight: float = 10.0,
        target: float = 1.0,
        discriminator_steps: int = 5,
    ) -> None:
        super().__init__(
            generator_loss=WassersteinGeneratorLoss(),
            discriminator_loss=WassersteinDiscriminatorLoss(),
            penalties=[GradientPenalty(weight=penalty_weight, target=target)],
            discriminator_steps=discriminator_steps,
            optimizer=_ADAM,
        )
        self.penalty_weight = penalty_weight
        self.target = target


@register
class WassersteinLP(Objective):
    """Mean scores driven apart by a discriminator whose gradient is at most 1: `"wgan_lp"`.

    Choose it over `WassersteinGP` where the penalty weight is hard to tune: the theory asks for
    norms up to 1, not equal to 1. Optimizers: those of WGAN-GP.

    Args:
        penalty_weight: λ, at least 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> WassersteinLP().penalties[0].is_one_sided
    True

    Reference:
        Petzka et al., 2018, arXiv:1709.08894.
    """

    def __init__(self, *, penalty_weight: float = 10.0, discriminator_steps: int = 5) -> None:
        super().__init__(
            generator_loss=WassersteinGeneratorLoss(),
            discriminator_loss=WassersteinDiscriminatorLoss(),
            penalties=[GradientPenalty(weight=penalty_weight, is_one_sided=True)],
            discriminator_steps=discriminator_steps,
            optimizer=_ADAM,
        )
        self.penalty_weight = penalty_weight
