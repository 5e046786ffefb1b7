"""What losses share that compare real with generated samples, one for one or side with side."""

import abc

from keras_gan_losses.losses.adversarial_loss import AdversarialLoss
from keras_gan_losses.types import Scores, Tensor


class EqualBatchesLoss(AdversarialLoss):
    """Compares as many real as generated samples; implement `batch_losses`.

    Without its check, a batch of one would be compared with all of the other side.
    """

    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per score.

        Raises:
            ValueError: If there are not as many scores of both kinds.
        """
        _check_equal(real_scores.shape, fake_scores.shape)
        return self.batch_losses(real_scores, fake_scores)

    @abc.abstractmethod
    def batch_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per score, of scores in equal shapes."""


def _check_equal(real_shape: tuple[int | None, ...], fake_shape: tuple[int | None, ...]) -> None:
    sizes = zip(real_shape, fake_shape, strict=True)
    if any(None not in pair and pair[0] != pair[1] for pair in sizes):
        raise ValueError(
            "A loss that compares real with generated samples needs as many scores of both. "
            f"Received scores of the shapes {tuple(real_shape)} (real) and {tuple(fake_shape)} "
            "(fake), as (batch, scores per sample). Give batches of one size."
        )
