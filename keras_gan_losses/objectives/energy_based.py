"""The objectives whose discriminator is an autoencoder that ends in its reconstruction error."""

from keras import optimizers

from keras_gan_losses.losses import (
    BoundaryEquilibriumDiscriminatorLoss,
    BoundaryEquilibriumGeneratorLoss,
    EnergyBasedDiscriminatorLoss,
    EnergyBasedGeneratorLoss,
)
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register


@register("energy_based")
def ebgan(*, margin: float = 10.0) -> Objective:
    """Energies pushed apart up to a margin: `"ebgan"`.

    Choose it with an autoencoder as discriminator. Its output is an energy, lower for real
    samples. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        margin: Energy from which generated samples are let be, above 0.

    Raises:
        ValueError: If `margin` is not a positive number.

    Example:
    >>> ebgan().discriminator_loss.margin
    10.0

    Reference:
        Zhao et al., 2016, arXiv:1609.03126.
    """
    return Objective(
        generator_loss=EnergyBasedGeneratorLoss(),
        discriminator_loss=EnergyBasedDiscriminatorLoss(margin=margin),
    )


@register("boundary_equilibrium")
def began(*, diversity_ratio: float = 0.5, gain: float = 0.001) -> Objective:
    """Energies kept at a set ratio by a weight that adapts: `"began"`.

    Choose it with an autoencoder as discriminator, to trade diversity for quality by one number.
    The output is an energy, lower for real samples. Optimizers: Adam 1e-4, which the paper
    halves whenever its measure of convergence stalls.

    Args:
        diversity_ratio: γ, the ratio of fake to real energy to hold, from 0 to 1. The paper
            shows 0.3, 0.5 and 0.7.
        gain: λ, how fast the weight follows, above 0.

    Raises:
        ValueError: If `diversity_ratio` is outside [0, 1], or `gain` is not positive.

    Example:
    >>> len(began().variables)  # the weight, saved with the GAN
    1

    Reference:
        Berthelot et al., 2017, arXiv:1703.10717.
    """
    return Objective(
        generator_loss=BoundaryEquilibriumGeneratorLoss(),
        discriminator_loss=BoundaryEquilibriumDiscriminatorLoss(
            diversity_ratio=diversity_ratio, gain=gain
        ),
        optimizer=optimizers.Adam(1e-4),
    )
