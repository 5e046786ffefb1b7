"""The Wasserstein objectives: with clipped weights, gradient penalties, or weighted samples."""

from keras import optimizers

from keras_gan_losses.losses import (
    KLWassersteinDiscriminatorLoss,
    KLWassersteinGeneratorLoss,
    WassersteinDiscriminatorLoss,
    WassersteinGeneratorLoss,
)
from keras_gan_losses.objectives.clipped_weights import ClippedWeights
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register
from keras_gan_losses.penalties import GradientPenalty


@register("wasserstein")
def wgan(*, weight_limit: float = 0.01, discriminator_steps: int = 5) -> Objective:
    """Mean scores driven apart by a discriminator of clipped weights: `"wgan"`.

    Choose it for its history; `wgan_gp` trains better, because clipped weights drift to
    their limits. Optimizers: RMSprop 5e-5, the paper's, as is all else.

    Args:
        weight_limit: Greatest absolute weight of the discriminator, above 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `weight_limit` is not positive, or `discriminator_steps` below 1.

    Example:
    >>> wgan().discriminator_steps
    5

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """
    return Objective(
        generator_loss=WassersteinGeneratorLoss(),
        discriminator_loss=WassersteinDiscriminatorLoss(),
        discriminator_steps=discriminator_steps,
        discriminator_constraint=ClippedWeights(weight_limit),
        optimizer=optimizers.RMSprop(5e-5),
    )


@register("wasserstein_gp")
def wgan_gp(
    *,
    penalty_weight: float = 10.0,
    target: float = 1.0,
    discriminator_steps: int = 5,
) -> Objective:
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
    >>> wgan_gp(penalty_weight=1.0).penalties[0].weight
    1.0

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028.
    """
    return Objective(
        generator_loss=WassersteinGeneratorLoss(),
        discriminator_loss=WassersteinDiscriminatorLoss(),
        penalties=[GradientPenalty(weight=penalty_weight, target=target)],
        discriminator_steps=discriminator_steps,
        optimizer=optimizers.Adam(1e-4, 0.0, 0.9),
    )


@register("wasserstein_lp")
def wgan_lp(*, penalty_weight: float = 10.0, discriminator_steps: int = 5) -> Objective:
    """Mean scores driven apart by a discriminator whose gradient is at most 1: `"wgan_lp"`.

    Choose it over `wgan_gp` where the penalty weight is hard to tune: the theory asks for
    norms up to 1, not equal to 1. Optimizers: those of WGAN-GP.

    Args:
        penalty_weight: λ, at least 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> wgan_lp().penalties[0].is_one_sided
    True

    Reference:
        Petzka et al., 2018, arXiv:1709.08894.
    """
    return Objective(
        generator_loss=WassersteinGeneratorLoss(),
        discriminator_loss=WassersteinDiscriminatorLoss(),
        penalties=[GradientPenalty(weight=penalty_weight, is_one_sided=True)],
        discriminator_steps=discriminator_steps,
        optimizer=optimizers.Adam(1e-4, 0.0, 0.9),
    )


@register("kl_wasserstein")
def kl_wgan(*, discriminator_steps: int = 4) -> Objective:
    """Mean scores driven apart, generated samples weighted by their own scores: `"kl_wgan"`.

    Choose it for a Wasserstein game that also estimates the ratio of densities. The
    discriminator must be constrained by its layers: put `layers.SpectralNormalization` around
    them, or add a gradient penalty. Optimizers: Adam 2e-4 with β 0 and 0.999 and four
    discriminator steps, the authors' settings for CIFAR-10.

    Args:
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `discriminator_steps` is not a positive whole number.

    Example:
    >>> kl_wgan().discriminator_steps
    4

    Reference:
        Song and Ermon, 2019, arXiv:1910.09779.
    """
    return Objective(
        generator_loss=KLWassersteinGeneratorLoss(),
        discriminator_loss=KLWassersteinDiscriminatorLoss(),
        discriminator_steps=discriminator_steps,
        optimizer=optimizers.Adam(2e-4, 0.0, 0.999),
    )
