"""Both players of the least-squares GAN."""

from typing import Any

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number

_ADVICE = "The paper's labels are 0.0 for fake, 1.0 for real and 1.0 for the generator's target."


@register
class LeastSquaresDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Pulls the scores of real and of generated samples to two labels, by their squared distance.

    Choose it when cross-entropy trains unsteadily: samples far on the right side of the boundary
    still give a gradient.

    Formula, per sample: ½ (real − real_label)² + ½ (fake − fake_label)². Some libraries leave
    out the ½, or put a sigmoid before; here, as in the paper, scores are raw.

    Args:
        real_label: Score wanted of real samples (the paper's b).
        fake_label: Score wanted of generated samples (the paper's a).
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If a label is not finite.

    Example:
    >>> loss = LeastSquaresDiscriminatorLoss()
    >>> float(loss([[1.0]], [[1.0]]))
    0.5

    Reference:
        Mao et al., 2017, arXiv:1611.04076, equation 2.
    """

    def __init__(self, *, real_label: float = 1.0, fake_label: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("real_label", real_label, advice=_ADVICE)
        check_number("fake_label", fake_label, advice=_ADVICE)
        self.real_label = real_label
        self.fake_label = fake_label

    def real_losses(self, real_scores: Scores) -> Tensor:
        """Half the squared distance to the real label."""
        return 0.5 * ops.square(real_scores - self.real_label)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """Half the squared distance to the fake label."""
        return 0.5 * ops.square(fake_scores - self.fake_label)


@register
class LeastSquaresGeneratorLoss(FakeScoreGeneratorLoss):
    """Pulls the scores of generated samples to the target, by their squared distance.

    Choose it with `LeastSquaresDiscriminatorLoss`.

    Formula, per sample: ½ (fake − target)². With labels such that b − c = 1 and b − a = 2 the
    game minimises the Pearson χ² divergence; the default is the paper's 0–1 coding.

    Args:
        target: Score that the generator wants (the paper's c).
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `target` is not finite.

    Example:
    >>> loss = LeastSquaresGeneratorLoss()
    >>> float(loss([[0.0]], [[3.0]]))
    2.0

    Reference:
        Mao et al., 2017, arXiv:1611.04076, equation 2.
    """

    def __init__(self, *, target: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("target", target, advice=_ADVICE)
        self.target = target

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """Half the squared distance to the target."""
        return 0.5 * ops.square(fake_scores - self.target)
