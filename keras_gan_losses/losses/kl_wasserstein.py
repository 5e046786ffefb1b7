"""Both players of the KL-Wasserstein GAN."""

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.batch_statistics import batch_weights
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class KLWassersteinDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Drives mean scores apart, generated samples weighted by how real they look.

    Choose it over `WassersteinDiscriminatorLoss` for a discriminator whose exponential estimates
    the ratio of densities. It needs the same constraint: spectral normalisation in the paper.

    Formula, per sample: −real + w · fake, where w = exp(fake) / E exp(fake), E the mean over the
    batch and all patches. The gradient flows through w, as in the authors' code, which for
    images has the hinge of both terms: relu(1 − real) + relu(1 + w · fake).

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = KLWassersteinDiscriminatorLoss()
    >>> float(loss([[3.0], [3.0]], [[1.0], [1.0]]))
    -2.0

    Reference:
        Song and Ermon, 2019, arXiv:1910.09779, section 4.
    """

    lets_discriminator_win = True

    def real_losses(self, real_scores: Scores) -> Tensor:
        """The negative score."""
        return -real_scores

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The weighted score."""
        return batch_weights(fake_scores) * fake_scores


@register
class KLWassersteinGeneratorLoss(FakeScoreGeneratorLoss):
    """Raises the mean score of generated samples, weighted by how real they look.

    Choose it with `KLWassersteinDiscriminatorLoss`. Samples that look real weigh most, those
    that do not get little gradient.

    Formula, per sample: −w · fake, where w = exp(fake) / E exp(fake). The gradient flows
    through w, as in the authors' code.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = KLWassersteinGeneratorLoss()
    >>> float(loss([[0.0], [0.0]], [[1.5], [1.5]]))
    -1.5

    Reference:
        Song and Ermon, 2019, arXiv:1910.09779, section 4.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The negative weighted score."""
        return -batch_weights(fake_scores) * fake_scores
