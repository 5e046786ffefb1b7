"""The relativistic objectives: by pairs, by averages, and R3GAN."""

from keras import optimizers

from keras_gan_losses import losses
from keras_gan_losses.objectives.objective import Objective, paper_optimizer
from keras_gan_losses.penalties import R1Penalty, R2Penalty
from keras_gan_losses.registration import register


@register
class RelativisticPaired(Objective):
    """A real sample against a generated one, by cross-entropy: `"rsgan"`.

    Choose it where modes are dropped; alone it need not converge, with two penalties it does:
    see `R3GAN`. Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Example:
    >>> RelativisticPaired().generator_loss.uses_real_scores
    True

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """

    def __init__(self) -> None:
        super().__init__(
            generator_loss=losses.RelativisticPairedGeneratorLoss(),
            discriminator_loss=losses.RelativisticPairedDiscriminatorLoss(),
        )


@register
class RelativisticPairedLeastSquares(Objective):
    """A real sample against a generated one, by squared distance of their lead: `"rplsgan"`.

    Choose it where scores grow without end under `"rsgan"`. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5).

    Example:
    >>> RelativisticPairedLeastSquares().discriminator_steps
    1

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """

    def __init__(self) -> None:
        super().__init__(
            generator_loss=losses.RelativisticPairedLeastSquaresGeneratorLoss(),
            discriminator_loss=losses.RelativisticPairedLeastSquaresDiscriminatorLoss(),
        )


@register
class RelativisticPairedHinge(Objective):
    """A real sample against a generated one, with a margin: `"rphinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5).

    Example:
    >>> RelativisticPairedHinge().discriminator_steps
    1

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """

    def __init__(self) -> None:
        super().__init__(
            generator_loss=losses.RelativisticPairedHingeGeneratorLoss(),
            discriminator_loss=losses.RelativisticPairedHingeDiscriminatorLoss(),
        )


@register
class RelativisticAverage(Objective):
    """A sample against the other kind's average, by cross-entropy: `"rasgan"`.

    Choose it for images, where it is steadier than the paired form. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0; 0.5 in the author's first code.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> RelativisticAverage(scale=0.5).generator_loss.scale
    0.5

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, algorithm 2.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(
            generator_loss=losses.RelativisticAverageGeneratorLoss(scale=scale),
            discriminator_loss=losses.RelativisticAverageDiscriminatorLoss(scale=scale),
        )
        self.scale = scale


@register
class RelativisticAverageLeastSquares(Objective):
    """A sample against the other kind's average, by squared distance: `"ralsgan"`.

    Choose it for few and large images, on which the paper shows it. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> RelativisticAverageLeastSquares().discriminator_loss.scale
    1.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(
            generator_loss=losses.RelativisticAverageLeastSquaresGeneratorLoss(scale=scale),
            discriminator_loss=losses.RelativisticAverageLeastSquaresDiscriminatorLoss(scale=scale),
        )
        self.scale = scale


@register
class RelativisticAverageHinge(Objective):
    """A sample against the other kind's average, with a margin: `"rahinge"`.

    Choose it with spectral normalisation in the discriminator. Optimizers: those of DCGAN
    (Adam 2e-4, β₁ 0.5), which the paper uses.

    Args:
        scale: Factor of both players' losses, at least 0; 0.5 in the author's first code.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> RelativisticAverageHinge().discriminator_loss.scale
    1.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(
            generator_loss=losses.RelativisticAverageHingeGeneratorLoss(scale=scale),
            discriminator_loss=losses.RelativisticAverageHingeDiscriminatorLoss(scale=scale),
        )
        self.scale = scale


@register
class R3GAN(Objective):
    """Pairs, and a discriminator that is flat at real and at generated samples: `"r3gan"`.

    Choose it for modern networks without tricks, and where modes must not be dropped: it is
    proven to converge near the optimum, and neither penalty suffices alone. Optimizers: Adam
    2e-4 with β 0 and 0.9, at which the authors' schedules begin; they go on to 5e-5 and 0.99, and
    lower γ to a tenth.

    Args:
        gamma: γ of both penalties γ/2 ‖g‖², at least 0. It grows with the size of images: the
            authors begin with 0.05 on CIFAR-10, 1 on ImageNet at 64 × 64 (the default) and 150
            on faces at 256 × 256.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> [penalty.gamma for penalty in R3GAN(gamma=0.05).penalties]
    [0.05, 0.05]

    Reference:
        Huang et al., 2025, arXiv:2501.05441.
    """

    def __init__(self, *, gamma: float = 1.0) -> None:
        super().__init__(
            generator_loss=losses.RelativisticPairedGeneratorLoss(),
            discriminator_loss=losses.RelativisticPairedDiscriminatorLoss(),
            penalties=[R1Penalty(gamma=gamma), R2Penalty(gamma=gamma)],
            optimizer=paper_optimizer(optimizers.Adam, 2e-4, 0.0, 0.9),
        )
        self.gamma = gamma
