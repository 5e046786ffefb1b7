"""The game of the spectral normalisation paper."""

from keras import optimizers

from keras_gan_losses.losses import HingeDiscriminatorLoss, HingeGeneratorLoss
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.registration import register


@register
class SpectralNormalizationGAN(Objective):
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
    >>> SpectralNormalizationGAN().discriminator_steps
    5

    Reference:
        Miyato et al., 2018, arXiv:1802.05957.
    """

    def __init__(self, *, discriminator_steps: int = 5) -> None:
        super().__init__(
            generator_loss=HingeGeneratorLoss(),
            discriminator_loss=HingeDiscriminatorLoss(),
            discriminator_steps=discriminator_steps,
            optimizer=paper_optimizer(optimizers.Adam, 2e-4, 0.0, 0.9),
        )
