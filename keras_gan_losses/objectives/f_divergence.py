"""The f-GAN."""

from keras_gan_losses.losses import FDivergenceDiscriminatorLoss, FDivergenceGeneratorLoss
from keras_gan_losses.losses.divergences import Divergence
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.registration import register


@register
class FDivergence(Objective):
    """An f-divergence of your choice, estimated and lowered: `"fgan_kl"`, for instance.

    Choose it to study which error a divergence forgives; `losses.divergences` tells each.
    Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        divergence: A `Divergence`, or its name: one of `losses.divergences.names()`.
        is_zero_sum: Whether the generator minimises just what the discriminator maximises,
            rather than the paper's practical form.

    Raises:
        ValueError: If there is no divergence of that name.

    Example:
    >>> FDivergence(divergence="kl").discriminator_loss.divergence.threshold
    1.0

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709.
    """

    def __init__(self, *, divergence: str | Divergence, is_zero_sum: bool = False) -> None:
        super().__init__(
            generator_loss=FDivergenceGeneratorLoss(divergence=divergence, is_zero_sum=is_zero_sum),
            discriminator_loss=FDivergenceDiscriminatorLoss(divergence=divergence),
        )
        self.divergence = self.discriminator_loss.divergence
        self.is_zero_sum = is_zero_sum
