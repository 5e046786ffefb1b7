"""The objectives of the first GAN paper, and what steadies or extends them."""

from keras import optimizers

from keras_gan_losses.losses import (
    AlphaDiscriminatorLoss,
    AlphaGeneratorLoss,
    MinimaxDiscriminatorLoss,
    MinimaxGeneratorLoss,
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register
from keras_gan_losses.penalties import (
    AuxiliaryClassifierGeneratorPenalty,
    AuxiliaryClassifierPenalty,
    DraganPenalty,
    R1Penalty,
)


@register()
def minimax(*, from_logits: bool = True) -> Objective:
    """The zero-sum game of the first paper: `"minimax"`.

    Choose it to see the vanishing gradient; to train, choose `non_saturating`. Optimizers: those
    of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        from_logits: False for a discriminator that ends in a sigmoid.

    Example:
    >>> minimax().discriminator_steps
    1

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661.
    """
    return Objective(
        generator_loss=MinimaxGeneratorLoss(from_logits=from_logits),
        discriminator_loss=MinimaxDiscriminatorLoss(from_logits=from_logits),
    )


@register("binary_crossentropy")
def non_saturating(*, label_smoothing: float = 0.0, from_logits: bool = True) -> Objective:
    """Cross-entropy for both players, the generator with flipped labels: `"non_saturating"`.

    Choose it as the simplest game, without penalties; `r3gan` finds modes more safely.
    Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        label_smoothing: What is taken off the label of real samples, from 0 to 0.5.
        from_logits: False for a discriminator that ends in a sigmoid.

    Raises:
        ValueError: If `label_smoothing` is outside [0, 0.5].

    Example:
    >>> non_saturating(label_smoothing=0.1).discriminator_loss.label_smoothing
    0.1

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661; optimizers: Radford et al., 2015,
        arXiv:1511.06434.
    """
    return Objective(
        generator_loss=NonSaturatingGeneratorLoss(from_logits=from_logits),
        discriminator_loss=NonSaturatingDiscriminatorLoss(
            label_smoothing=label_smoothing, from_logits=from_logits
        ),
    )


@register()
def alpha_gan(
    *,
    discriminator_alpha: float = 0.5,
    generator_alpha: float = 1.0,
    is_saturating: bool = False,
    from_logits: bool = True,
) -> Objective:
    """The α-loss, with another α for each player: `"alpha_gan"`.

    Choose it to tune how much each player minds its mistakes: the discriminator's α below 1 keeps
    it from being content with what it tells apart for sure. With 1 for both it is
    `non_saturating`. It is another game than `fgan_alpha`, whose α is that of a divergence.
    The papers tune both; the defaults are a choice of ours in their range. Optimizers: those of
    DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        discriminator_alpha: α of the discriminator, at least 0.05; the papers tune it below 1.
        generator_alpha: α of the generator, at least 0.05.
        is_saturating: Whether the generator plays the first paper's saturating form.
        from_logits: False for a discriminator that ends in a sigmoid.

    Raises:
        ValueError: If an α is below 0.05 or not finite.

    Example:
    >>> alpha_gan(discriminator_alpha=0.7).discriminator_loss.alpha
    0.7

    Reference:
        Welfert et al., 2023, arXiv:2302.14320; Welfert et al., 2023, arXiv:2310.18291.
    """
    return Objective(
        generator_loss=AlphaGeneratorLoss(
            alpha=generator_alpha, is_saturating=is_saturating, from_logits=from_logits
        ),
        discriminator_loss=AlphaDiscriminatorLoss(
            alpha=discriminator_alpha, from_logits=from_logits
        ),
    )


@register()
def r1(*, gamma: float = 10.0) -> Objective:
    """The non-saturating game with a discriminator that is flat at real samples: `"r1"`.

    Choose it for steady training of large image models with one discriminator step. Optimizers:
    RMSprop 1e-4 with decay 0.99, as in the paper.

    Args:
        gamma: γ of the penalty γ/2 ‖g‖², at least 0.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> r1(gamma=5.0).penalties[0].gamma
    5.0

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406.
    """
    return Objective(
        generator_loss=NonSaturatingGeneratorLoss(),
        discriminator_loss=NonSaturatingDiscriminatorLoss(),
        penalties=[R1Penalty(gamma=gamma)],
        optimizer=optimizers.RMSprop(1e-4, 0.99),
    )


@register()
def dragan(*, penalty_weight: float = 10.0) -> Objective:
    """The non-saturating game with a gradient penalty around the data: `"dragan"`.

    Choose it for steady training at one discriminator step a round, where WGAN-GP takes five.
    Optimizers: those of the authors' code (Adam 1e-4, β 0.5, 0.9).

    Args:
        penalty_weight: λ of the gradient penalty, at least 0.

    Raises:
        ValueError: If `penalty_weight` is negative or not finite.

    Example:
    >>> dragan(penalty_weight=5.0).penalties[0].weight
    5.0

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.
    """
    return Objective(
        generator_loss=NonSaturatingGeneratorLoss(),
        discriminator_loss=NonSaturatingDiscriminatorLoss(),
        penalties=[DraganPenalty(weight=penalty_weight)],
        optimizer=optimizers.Adam(1e-4, 0.5, 0.9),
    )


@register("auxiliary_classifier")
def acgan(*, penalty_weight: float = 1.0) -> Objective:
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
    >>> [penalty.weight for penalty in acgan().penalties]
    [1.0, 1.0]

    Reference:
        Odena et al., 2016, arXiv:1610.09585.
    """
    return Objective(
        generator_loss=NonSaturatingGeneratorLoss(),
        discriminator_loss=NonSaturatingDiscriminatorLoss(),
        penalties=[
            AuxiliaryClassifierPenalty(weight=penalty_weight),
            AuxiliaryClassifierGeneratorPenalty(weight=penalty_weight),
        ],
    )
