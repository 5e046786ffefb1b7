"""Both players of the dual contrastive game."""

from typing import Any

from keras import ops

from keras_gan_losses.losses.batch_statistics import batch_log_sum_exp
from keras_gan_losses.losses.equal_batches import EqualBatchesLoss
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


def contrast(upper: Scores, lower: Scores) -> Tensor:
    """Cost of telling each of `upper` from all of `lower`, and each of `lower` from all of `upper`.

    Args:
        upper: Scores that should be the higher ones, shape `(batch, scores per sample)`.
        lower: Scores that should be the lower ones, likewise.

    Returns:
        One value per score.

    Example:
    >>> scores = ops.zeros((1, 1))
    >>> round(float(contrast(scores, scores)[0, 0]), 4)  # 2 log 2
    1.3863
    """
    of_upper = ops.softplus(batch_log_sum_exp(lower, references=upper))
    of_lower = ops.softplus(batch_log_sum_exp(-upper, references=-lower))
    return of_upper + of_lower


@register
class DualContrastiveDiscriminatorLoss(EqualBatchesLoss):
    """Picks each real sample out of all generated ones, and each generated out of all real ones.

    Choose it with large batches: a sample is contrasted with the whole other side instead of
    with a fixed boundary, which makes the discriminator's task harder and its features better.

    Formula, per sample i, sums over the batch and all patches:
    log(1 + Σⱼ exp(fakeⱼ − realᵢ)) + log(1 + Σⱼ exp(fakeᵢ − realⱼ)). Each term is the
    cross-entropy of a choice among one sample of the one and all of the other kind. With one
    sample it is twice `RelativisticDiscriminatorLoss`.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = DualContrastiveDiscriminatorLoss()
    >>> round(float(loss([[0.0], [0.0]], [[0.0], [0.0]])), 4)  # undecided among 3: 2 log 3
    2.1972

    Reference:
        Yu et al., 2021, arXiv:2103.16748, section 3.
    """

    def batch_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """Cost of finding real among fake, and fake among real."""
        return contrast(real_scores, fake_scores)


@register
class DualContrastiveGeneratorLoss(EqualBatchesLoss):
    """Hides each generated sample among the real ones, and each real among the generated ones.

    Choose it with `DualContrastiveDiscriminatorLoss`. Real scores are needed.

    Formula, per sample: the discriminator's with real and fake scores swapped, which keeps its
    gradient where the discriminator is sure, as the non-saturating loss does. As a zero-sum
    game, which the paper writes down, it is the negative of the discriminator's loss.

    Args:
        is_zero_sum: Whether the generator minimises just what the discriminator maximises, with
            the vanishing gradients that this has.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = DualContrastiveGeneratorLoss(is_zero_sum=True)
    >>> round(float(loss([[0.0], [0.0]], [[0.0], [0.0]])), 4)
    -2.1972

    Reference:
        Yu et al., 2021, arXiv:2103.16748, section 3.
    """

    def __init__(self, *, is_zero_sum: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_zero_sum = is_zero_sum

    def batch_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """Cost of finding fake above real."""
        if self.is_zero_sum:
            return -contrast(real_scores, fake_scores)
        return contrast(fake_scores, real_scores)
