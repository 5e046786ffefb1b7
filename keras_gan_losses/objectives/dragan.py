"""The objective of DRAGAN."""

from keras import optimizers

from keras_gan_losses.losses import NonSaturatingDiscriminatorLoss, NonSaturatingGeneratorLoss
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.penalties import DraganPenalty
from keras_gan_losses.registration import register


@register
class DRAGAN(Objective):
    """The non-saturating game with a gradient penalty around the data: `"dragan"`.

    Choose it for steady training at one discriminator step a round, where WGAN-GP takes five.
    Optimizers: those of the authors' code (Adam 1e-4, β 0.5, 0.9).

    Args:
        penalty_weight: λ of the gradient penalty, at least 0.

    Raises:
        ValueError: If `penalty_weight` is negative or not finite.

    Example:
    >>> DRAGAN(penalty_weight=5.0).penalties[0].weight
    5.0

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.
    """

    def __init__(self, *, penalty_weight: float = 10.0) -> None:
        super().__init__(
            generator_loss=NonSaturatingGeneratorLoss(),
            discriminator_loss=NonSaturatingDiscriminatorLoss(),
            penalties=[DraganPenalty(weight=penalty_weight)],
            optimizer=paper_optimizer(optimizers.Adam, 1e-4, 0.5, 0.9),
        )
        self.penalty_weight = penalty_weight
