"""The KL-Wasserstein GAN."""

from keras import optimizers

from keras_gan_losses.losses import KLWassersteinDiscriminatorLoss, KLWassersteinGeneratorLoss
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.registration import register


@register
class KLWasserstein(Objective):
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
    >>> KLWasserstein().discriminator_steps
    4

    Reference:
        Song and Ermon, 2019, arXiv:1910.09779.
    """

    def __init__(self, *, discriminator_steps: int = 4) -> None:
        super().__init__(
            generator_loss=KLWassersteinGeneratorLoss(),
            discriminator_loss=KLWassersteinDiscriminatorLoss(),
            discriminator_steps=discriminator_steps,
            optimizer=paper_optimizer(optimizers.Adam, 2e-4, 0.0, 0.999),
        )
