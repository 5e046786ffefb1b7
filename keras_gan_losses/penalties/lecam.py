"""The LeCam regulariser: scores held near moving averages of the other kind's scores."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class LeCamPenalty(Penalty):
    """Holds scores near the past scores of the other kind of samples.

    Choose it for small data sets, where the discriminator soon knows every real sample by
    heart, with the hinge or the Wasserstein loss.

    Formula, per sample: weight · (max(0, real_score − fake_average)² + max(0, real_average −
    fake_score)²). The averages are moving averages of the batches' mean scores, the present
    batch included, without gradient, and corrected for their start as Adam's are: the first is
    the first batch's mean. So they are in the authors' code for StyleGAN2. Their code for BigGAN
    leaves the penalty out for the first 1,000 updates instead, and ports of it start the
    averages at 0, towards which the first scores are then drawn.

    Of several generated samples for a real one, the mean of their terms is taken.

    The averages are state: they are in `variables`, saved with a GAN, and moved by
    `update_state` after each of the discriminator's updates, those that `every` leaves out
    included.

    Args:
        weight: λ, at least 0. The authors' code has 0.3 for BigGAN on CIFAR-10; larger scores
            need less.
        decay: How much of the averages stays in one update, at least 0 and below 1; 0.99 in
            the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite, or `decay` is outside [0, 1).

    Example:
    >>> score = lambda samples, training: ops.sum(samples, axis=1)
    >>> batch = AdversarialBatch(score, ops.ones((2, 1)), ops.zeros((2, 1)))
    >>> penalty = LeCamPenalty(weight=0.5)
    >>> ops.convert_to_numpy(penalty(batch)).tolist()  # 0.5 ((1 − 0)² + (1 − 0)²)
    [1.0, 1.0]

    Reference:
        Tseng et al., 2021, arXiv:2104.03310.
    """

    def __init__(self, *, weight: float = 0.3, decay: float = 0.99, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "The authors' weight is 0.3 for images of 32 × 32 pixels."
        check_number("weight", weight, minimum=0.0, advice=advice)
        advice = "The paper's decay is 0.99."
        check_number("decay", decay, minimum=0.0, maximum=1.0 - 1e-6, advice=advice)
        self.weight = weight
        self.decay = decay
        self.real_average, self.fake_average, self.total_weight = (
            keras.Variable(0.0, trainable=False, dtype="float32", aggregation="mean", name=name)
            for name in ("real_average", "fake_average", "total_weight")
        )

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        real_scores, fake_scores = batch.real_scores, batch.fake_scores
        real_average, fake_average, _ = self._moved(real_scores, fake_scores)
        above = sample_means(ops.square(ops.relu(real_scores - fake_average)))
        below = sample_means(
            ops.square(ops.relu(real_average - fake_scores)), ops.shape(real_scores)[0]
        )
        return self.weight * (above + below)

    def update_state(self, batch: BatchScores) -> None:
        """Moves the averages after an update of the discriminator.

        Args:
            batch: The scores in that update.
        """
        moved = self._moved(batch.real_scores, batch.fake_scores)
        averages = (self.real_average, self.fake_average, self.total_weight)
        for variable, value in zip(averages, moved, strict=True):
            variable.assign(value)

    def _moved(self, *scores: Scores) -> tuple[Tensor, Tensor, Tensor]:
        """Averages and weight after one more batch."""
        total_weight = self.decay * self.total_weight + (1.0 - self.decay)
        # While little is in the averages, a new batch counts for more.
        rate = (1.0 - self.decay) / total_weight
        real_mean, fake_mean = (
            global_batch.mean(ops.stop_gradient(ops.convert_to_tensor(s, "float32")))
            for s in scores
        )
        return (
            self.real_average + rate * (real_mean - self.real_average),
            self.fake_average + rate * (fake_mean - self.fake_average),
            total_weight,
        )
