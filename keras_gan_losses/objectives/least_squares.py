"""The least-squares GAN."""

from keras_gan_losses.losses import LeastSquaresDiscriminatorLoss, LeastSquaresGeneratorLoss
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import register


@register("least_squares")
def lsgan(
    *,
    real_label: float = 1.0,
    fake_label: float = 0.0,
    generator_target: float = 1.0,
) -> Objective:
    """Scores drawn to labels by squared distance: `"lsgan"`.

    Choose it when cross-entropy trains unsteadily and a gradient penalty costs too much.
    Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5), which the paper uses on one of its data sets.

    Args:
        real_label: Score wanted of real samples (the paper's b).
        fake_label: Score wanted of generated samples (the paper's a).
        generator_target: Score that the generator wants (the paper's c).

    Raises:
        ValueError: If a label is not finite.

    Example:
    >>> lsgan(generator_target=0.5).generator_loss.target
    0.5

    Reference:
        Mao et al., 2017, arXiv:1611.04076.
    """
    return Objective(
        generator_loss=LeastSquaresGeneratorLoss(target=generator_target),
        discriminator_loss=LeastSquaresDiscriminatorLoss(
            real_label=real_label, fake_label=fake_label
        ),
    )
