"""The hinge objective."""

from keras import optimizers

from keras_gan_losses.losses import HingeDiscriminatorLoss, HingeGeneratorLoss
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.registration import register


@register
class Hinge(Objective):
    """Scores separated by a margin: `"hinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: Adam 2e-4 with
    β 0 and 0.9, as in the spectral normalisation paper.

    Args:
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        ValueError: If `discriminator_steps` is not a positive whole number.

    Example:
    >>> Hinge().discriminator_steps
    1

    Reference:
        Lim and Ye, 2017, arXiv:1705.02894; Miyato et al., 2018, arXiv:1802.05957.
    """

    def __init__(self, *, discriminator_steps: int = 1) -> None:
        super().__init__(
            generator_loss=HingeGeneratorLoss(),
            discriminator_loss=HingeDiscriminatorLoss(),
            discriminator_steps=discriminator_steps,
            optimizer=paper_optimizer(optimizers.Adam, 2e-4, 0.0, 0.9),
        )
