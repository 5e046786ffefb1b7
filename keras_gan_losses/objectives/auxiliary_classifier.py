"""The objective of the auxiliary classifier GAN."""

from keras_gan_losses.losses import NonSaturatingDiscriminatorLoss, NonSaturatingGeneratorLoss
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.penalties import (
    AuxiliaryClassifierGeneratorPenalty,
    AuxiliaryClassifierPenalty,
)
from keras_gan_losses.registration import register


@register
class AuxiliaryClassifier(Objective):
    """Cross-entropy, with a discriminator that tells the class beside its score: `"acgan"`.

    Choose it for labelled data. The generator takes `[latents, labels]`, the labels class
    indices; the discriminator takes samples alone and returns
    `{"scores": …, "class_logits": …}`. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5), as in the
    paper.

    Args:
        penalty_weight: Weight of the class's cross-entropy for both players, at least 0.

    Raises:
        ValueError: If `penalty_weight` is negative or not finite.

    Example:
    >>> [penalty.weight for penalty in AuxiliaryClassifier().penalties]
    [1.0, 1.0]

    Reference:
        Odena et al., 2016, arXiv:1610.09585.
    """

    def __init__(self, *, penalty_weight: float = 1.0) -> None:
        super().__init__(
            generator_loss=NonSaturatingGeneratorLoss(),
            discriminator_loss=NonSaturatingDiscriminatorLoss(),
            penalties=[
                AuxiliaryClassifierPenalty(weight=penalty_weight),
                AuxiliaryClassifierGeneratorPenalty(weight=penalty_weight),
            ],
        )
        self.penalty_weight = penalty_weight
