"""The objectives of the first GAN paper, and the one that R1 steadies."""

from keras import optimizers

from keras_gan_losses.losses import (
    MinimaxDiscriminatorLoss,
    MinimaxGeneratorLoss,
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.penalties import R1Penalty
from keras_gan_losses.registration import register


@register
class Minimax(Objective):
    """The zero-sum game of the first paper: `"minimax"`.

    Choose it to see the vanishing gradient; to train, choose `NonSaturating`. Optimizers: those
    of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        from_logits: False for a discriminator that ends in a sigmoid.

    Example:
    >>> Minimax().discriminator_steps
    1

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661.
    """

    def __init__(self, *, from_logits: bool = True) -> None:
        super().__init__(
            generator_loss=MinimaxGeneratorLoss(from_logits=from_logits),
            discriminator_loss=MinimaxDiscriminatorLoss(from_logits=from_logits),
        )
        self.from_logits = from_logits


@register
class NonSaturating(Objective):
    """Cross-entropy for both players, the generator with flipped labels: `"non_saturating"`.

    Choose it first. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        label_smoothing: What is taken off the label of real samples, from 0 to 0.5.
        from_logits: False for a discriminator that ends in a sigmoid.

    Raises:
        ValueError: If `label_smoothing` is outside [0, 0.5].

    Example:
    >>> NonSaturating(label_smoothing=0.1).discriminator_loss.label_smoothing
    0.1

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661; optimizers: Radford et al., 2015,
        arXiv:1511.06434.
    """

    def __init__(self, *, label_smoothing: float = 0.0, from_logits: bool = True) -> None:
        super().__init__(
            generator_loss=NonSaturatingGeneratorLoss(from_logits=from_logits),
            discriminator_loss=NonSaturatingDiscriminatorLoss(
                label_smoothing=label_smoothing, from_logits=from_logits
            ),
        )
        self.label_smoothing = label_smoothing
        self.from_logits = from_logits


@register
class R1(Objective):
    """The non-saturating game with a discriminator that is flat at real samples: `"r1"`.

    Choose it for steady training of large image models with one discriminator step. Optimizers:
    RMSprop 1e-4 with decay 0.99, as in the paper.

    Args:
        gamma: γ of the penalty γ/2 ‖g‖², at least 0.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> R1(gamma=5.0).penalties[0].gamma
    5.0

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406.
    """

    def __init__(self, *, gamma: float = 10.0) -> None:
        super().__init__(
            generator_loss=NonSaturatingGeneratorLoss(),
            discriminator_loss=NonSaturatingDiscriminatorLoss(),
            penalties=[R1Penalty(gamma=gamma)],
            optimizer=paper_optimizer(optimizers.RMSprop, 1e-4, 0.99),
        )
        self.gamma = gamma
