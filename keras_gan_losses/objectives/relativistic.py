"""The relativistic objectives: by pairs, by averages, and R3GAN."""

from typing import Any

from keras import optimizers

from keras_gan_losses.losses import (
    AdversarialLoss,
    RelativisticDiscriminatorLoss,
    RelativisticGeneratorLoss,
)
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register
from keras_gan_losses.penalties import R1Penalty, R2Penalty


@register("relativistic", "relativistic_paired", "rgan", "rpgan")
def rsgan() -> Objective:
    """A real sample against a generated one, by cross-entropy: `"rsgan"`.

    Choose it where modes are dropped; alone it need not converge, with two penalties it does:
    see `r3gan`. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Example:
    >>> rsgan().generator_loss.uses_real_scores
    True

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """
    return Objective(
        **_losses(),
    )


@register("relativistic_paired_least_squares")
def rplsgan() -> Objective:
    """A real sample against a generated one, by squared distance of their lead: `"rplsgan"`.

    Choose it where scores grow without end under `"rsgan"`. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5).

    Example:
    >>> rplsgan().discriminator_steps
    1

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """
    return Objective(
        **_losses(cost="least_squares"),
    )


@register("relativistic_paired_hinge")
def rphinge() -> Objective:
    """A real sample against a generated one, with a margin: `"rphinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5).

    Example:
    >>> rphinge().discriminator_steps
    1

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """
    return Objective(
        **_losses(cost="hinge"),
    )


@register("ragan", "relativistic_average")
def rasgan(*, scale: float = 1.0) -> Objective:
    """A sample against the other kind's average, by cross-entropy: `"rasgan"`.

    Choose it for images, where it is steadier than the paired form. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0; 0.5 in the author's first code.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> rasgan(scale=0.5).generator_loss.scale
    0.5

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, algorithm 2.
    """
    return Objective(
        **_losses(comparison="average", scale=scale),
    )


@register("relativistic_average_least_squares")
def ralsgan(*, scale: float = 1.0) -> Objective:
    """A sample against the other kind's average, by squared distance: `"ralsgan"`.

    Choose it for few and large images, on which the paper shows it. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> ralsgan().discriminator_loss.scale
    1.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """
    return Objective(
        **_losses(cost="least_squares", comparison="average", scale=scale),
    )


@register("relativistic_average_hinge")
def rahinge(*, scale: float = 1.0) -> Objective:
    """A sample against the other kind's average, with a margin: `"rahinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0; 0.5 in the author's first code.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> rahinge().discriminator_loss.scale
    1.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """
    return Objective(
        **_losses(cost="hinge", comparison="average", scale=scale),
    )


@register()
def r3gan(*, gamma: float = 1.0) -> Objective:
    """Pairs, and a discriminator that is flat at real and at generated samples: `"r3gan"`.

    Choose it for modern networks without tricks, and where modes must not be dropped: it is
    proven to converge near the optimum, and neither penalty suffices alone. Optimizers: Adam
    2e-4 with β 0 and 0.9, at which the authors' schedules begin; they go on to 5e-5 and 0.99, and
    lower γ to a tenth.

    Args:
        gamma: γ of both penalties γ/2 ‖g‖², at least 0. It grows with the size of images: the
            authors begin with 0.05 on CIFAR-10, 1 on ImageNet at 64 × 64 (the default) and 150
            on faces at 256 × 256.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> [penalty.gamma for penalty in r3gan(gamma=0.05).penalties]
    [0.05, 0.05]

    Reference:
        Huang et al., 2025, arXiv:2501.05441.
    """
    return Objective(
        **_losses(),
        penalties=[R1Penalty(gamma=gamma), R2Penalty(gamma=gamma)],
        optimizer=optimizers.Adam(2e-4, 0.0, 0.9),
    )


def _losses(**arguments: Any) -> dict[str, AdversarialLoss]:
    return {
        "generator_loss": RelativisticGeneratorLoss(**arguments),
        "discriminator_loss": RelativisticDiscriminatorLoss(**arguments),
    }
