"""The dual contrastive game."""

from keras_gan_losses.losses import DualContrastiveDiscriminatorLoss, DualContrastiveGeneratorLoss
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register


@register()
def dual_contrastive(*, is_zero_sum: bool = False) -> Objective:
    """Each sample contrasted with the whole other side: `"dual_contrastive"`.

    Choose it with large batches. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5); the paper
    trains StyleGAN2 with the settings of that network.

    Args:
        is_zero_sum: Whether the generator minimises just what the discriminator maximises,
            rather than the form that keeps its gradient.

    Example:
    >>> dual_contrastive().generator_loss.is_zero_sum
    False

    Reference:
        Yu et al., 2021, arXiv:2103.16748.
    """
    return Objective(
        generator_loss=DualContrastiveGeneratorLoss(is_zero_sum=is_zero_sum),
        discriminator_loss=DualContrastiveDiscriminatorLoss(),
    )
