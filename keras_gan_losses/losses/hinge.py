"""Both players of the hinge game."""

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class HingeDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Separates real from generated samples by a margin, and no further.

    Choose it for large image models with spectral normalisation: samples beyond the margin give
    no gradient, which bounds the discriminator's advantage.

    Formula, per sample: relu(1 − real) + relu(1 + fake).

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = HingeDiscriminatorLoss()
    >>> float(loss([[1.0]], [[0.5]]))
    1.5

    Reference:
        Lim and Ye, 2017, arXiv:1705.02894; Miyato et al., 2018, arXiv:1802.05957, equation 16.
    """

    def real_losses(self, real_scores: Scores) -> Tensor:
        """How far the score falls short of 1."""
        return ops.relu(1.0 - real_scores)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """How far the score exceeds −1."""
        return ops.relu(1.0 + fake_scores)


@register
class HingeGeneratorLoss(FakeScoreGeneratorLoss):
    """Raises the mean score of generated samples.

    Choose it with `HingeDiscriminatorLoss`. The generator has no margin: a hinge on its side
    would stop it where it does well.

    Formula, per sample: −fake.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = HingeGeneratorLoss()
    >>> float(loss([[0.0]], [[1.5]]))
    -1.5

    Reference:
        Miyato et al., 2018, arXiv:1802.05957, equation 17.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The negative score."""
        return -fake_scores
