"""Both players of the Wasserstein GAN."""

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class WassersteinDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Drives the mean scores of real and of generated samples apart.

    Choose it together with something that keeps the discriminator 1-Lipschitz (a gradient
    penalty, spectral normalisation or clipped weights), without which it has no minimum. Then
    −loss estimates the Wasserstein-1 distance from below.

    Formula, per sample: fake − real. Some libraries reverse the sign of both scores.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = WassersteinDiscriminatorLoss()
    >>> float(loss([[3.0]], [[1.0]]))
    -2.0

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """

    lets_discriminator_win = True

    def real_losses(self, real_scores: Scores) -> Tensor:
        """The negative score."""
        return -real_scores

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The score."""
        return fake_scores

    def divergence_estimates(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """Wasserstein-1 distance, as far as the discriminator is 1-Lipschitz."""
        return {"wasserstein_estimate": -ops.mean(self.call(real_scores, fake_scores))}


@register
class WassersteinGeneratorLoss(FakeScoreGeneratorLoss):
    """Raises the mean score of generated samples.

    Choose it with `WassersteinDiscriminatorLoss` or `HingeDiscriminatorLoss`.

    Formula, per sample: −fake.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = WassersteinGeneratorLoss()
    >>> float(loss([[0.0]], [[1.5]]))
    -1.5

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The negative score."""
        return -fake_scores
