"""The hinge games."""

from keras import optimizers

from keras_gan_losses.losses import HingeDiscriminatorLoss, HingeGeneratorLoss
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register


@register()
def hinge(
    *, real_margin: float = 1.0, fake_margin: float = 1.0, discriminator_steps: int = 1
) -> Objective:
    """Scores separated by a margin: `"hinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: Adam 2e-4 with
    β 0 and 0.9, as in the spectral normalisation paper.

    Args:
        real_margin: Score from which real samples cost nothing, at least 0.
        fake_margin: Minus the score up to which generated samples cost nothing, at least 0.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `discriminator_steps` is not a positive whole number, a margin is negative
            or not finite, or both are 0.

    Example:
    >>> hinge().discriminator_steps
    1

    Reference:
        Lim and Ye, 2017, arXiv:1705.02894; Miyato et al., 2018, arXiv:1802.05957.
    """
    return Objective(
        generator_loss=HingeGeneratorLoss(),
        discriminator_loss=HingeDiscriminatorLoss(real_margin=real_margin, fake_margin=fake_margin),
        discriminator_steps=discriminator_steps,
        optimizer=optimizers.Adam(2e-4, 0.0, 0.9),
    )


@register("spectral_normalization")
def sngan(*, discriminator_steps: int = 5) -> Objective:
    """The hinge game for a discriminator of spectral norm 1, with its paper's schedule: `"sngan"`.

    Choose it for images, on a small budget of tuning. The spectral normalisation itself is in
    the network, not here: put `layers.SpectralNormalization` around each of the discriminator's
    layers. Optimizers: Adam 2e-4 with β 0 and 0.9 and five discriminator steps, the paper's
    settings for residual networks.

    Args:
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `discriminator_steps` is not a positive whole number.

    Example:
    >>> sngan().discriminator_steps
    5

    Reference:
        Miyato et al., 2018, arXiv:1802.05957.
    """
    return Objective(
        generator_loss=HingeGeneratorLoss(),
        discriminator_loss=HingeDiscriminatorLoss(),
        discriminator_steps=discriminator_steps,
        optimizer=optimizers.Adam(2e-4, 0.0, 0.9),
    )
