"""Centring of scores: what holds those of a game that compares them to one origin."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class ScoreCentringPenalty(Penalty):
    """Holds the middle between real and generated scores at 0.

    Choose it with relativistic and Wasserstein losses: they see differences of scores alone, so
    that both kinds may drift together, out of half precision in the end. It leaves the
    differences alone.

    Formula, per sample: weight · (real_score + fake_score)², real and generated samples in pairs;
    of patch maps the mean over patches, and of several generated samples for a real one the mean
    over them. ProGAN's drift penalty is weight · real_score², which draws the real scores alone
    to 0, and so the difference too.

    Args:
        weight: λ, at least 0; 0.01 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.

    Example:
    >>> score = lambda samples, training: ops.sum(samples, axis=1)
    >>> batch = AdversarialBatch(score, 3.0 * ops.ones((2, 1)), -ops.ones((2, 1)))
    >>> ops.convert_to_numpy(ScoreCentringPenalty(weight=0.5)(batch)).tolist()  # 0.5 (3 − 1)²
    [2.0, 2.0]

    Reference:
        Lin et al., 2025, arXiv:2511.22475.
    """

    def __init__(self, *, weight: float = 0.01, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 0.01.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        num_real = ops.shape(batch.real_scores)[0]
        real_scores = ops.reshape(batch.real_scores, (num_real, 1, -1))
        num_scores = ops.shape(real_scores)[2]
        # Each real sample beside its generated ones.
        fake_scores = ops.reshape(batch.fake_scores, (num_real, -1, num_scores))
        return self.weight * sample_means(ops.square(real_scores + fake_scores))
