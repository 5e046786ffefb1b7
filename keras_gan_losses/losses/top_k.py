"""Top-k training: the generator learns from its best samples only."""

import math
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.losses.adversarial_loss import AdversarialLoss
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Size, Tensor
from keras_gan_losses.validation import check_number


@register
class TopKGeneratorLoss(AdversarialLoss):
    """Lets the generator learn only from those samples that pass best for real.

    Choose it to go on improving a generator: the gradient of its worst samples often points away
    from the data. It wraps any generator loss, and may take its place in any objective. All
    samples count at first, until the discriminator has learned what real samples look like.

    Formula, per sample: (batch / k) · loss(real, fake) for the k samples of the highest scores, 0
    for the others, with k = max(minimum_fraction, decay^t) · batch, rounded and at least 1, after
    t updates of the generator. The mean over the batch is so the mean over the k, and the others'
    scores are constants. Of a patch map the mean score counts, of energies the lowest. NaN
    always counts.
    Statistics of the whole batch, as relativistic losses have, remain those of the whole batch.

    t is state: it is in `variables`, saved with a GAN, and left alone by calls.

    Args:
        loss: The generator loss to wrap, an `AdversarialLoss`. Its reduction is not used.
        decay: Factor of the share at each update, above 0 and at most 1. The paper's is 0.99 at
            each epoch: with n updates in one, 0.99 ** (1 / n). The default is that for 1,000
            updates, and reaches a half after 69,000.
        minimum_fraction: Share at which the decay ends, above 0 and at most 1; 0.5 in the paper.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        TypeError: If `loss` is not an `AdversarialLoss`.
        ValueError: If `decay` or `minimum_fraction` is not in (0, 1].

    Example:
    >>> from keras_gan_losses.losses.hinge import HingeGeneratorLoss
    >>> loss = TopKGeneratorLoss(HingeGeneratorLoss(), decay=0.5)
    >>> scores = [[1.0], [2.0], [4.0], [5.0]]
    >>> float(loss(scores, scores))
    -3.0
    >>> loss.update_state(BatchScores(scores, scores))  # k is now 2
    >>> float(loss(scores, scores))
    -4.5

    Reference:
        Sinha et al., 2020, arXiv:2002.06224.
    """

    def __init__(
        self,
        loss: AdversarialLoss,
        *,
        decay: float = 0.99999,
        minimum_fraction: float = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(loss, AdversarialLoss):
            raise TypeError(
                "`loss` must be an AdversarialLoss of the generator. Received: "
                f"loss={loss!r}. Use one of keras_gan_losses.losses."
            )
        advice = "Use 0.99 ** (1 / updates per epoch) for the setting of the paper."
        check_number("decay", decay, minimum=1e-12, maximum=1.0, advice=advice)
        advice = "Use 0.5 for the setting of the paper."
        check_number(
            "minimum_fraction", minimum_fraction, minimum=1e-12, maximum=1.0, advice=advice
        )
        self.loss = loss
        self.uses_real_scores = loss.uses_real_scores
        self.from_logits = loss.from_logits
        self.scores_are_energies = loss.scores_are_energies
        self.decay = decay
        self.minimum_fraction = minimum_fraction
        # A count, because a product of so many factors near 1 would lose digits.
        self.num_updates = keras.Variable(
            0, trainable=False, dtype="int32", aggregation="only_first_replica", name="num_updates"
        )

    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per sample, shape `(batch, 1)`."""
        num_samples = ops.shape(fake_scores)[0] * backend.num_replicas()
        num_kept = self._num_kept(num_samples)
        is_kept = ops.expand_dims(self._ranks(fake_scores) < num_kept, axis=1)
        # What is no number is not hidden among the samples that do not count.
        is_kept = ops.logical_or(is_kept, ops.isnan(ops.mean(fake_scores, axis=1, keepdims=True)))
        fake_scores = ops.where(is_kept, fake_scores, ops.stop_gradient(fake_scores))
        values = ops.expand_dims(self.loss.call(real_scores, fake_scores), axis=1)
        scale = ops.cast(num_samples, "float32") / ops.cast(num_kept, "float32")
        return ops.where(is_kept, ops.cast(scale, values.dtype) * values, ops.zeros_like(values))

    def update_state(self, batch: BatchScores) -> None:
        """Counts an update of the generator.

        Args:
            batch: The scores in that update.
        """
        self.num_updates.assign_add(1)
        self.loss.update_state(batch)

    def _num_kept(self, num_samples: Size) -> Tensor:
        power = math.log(self.decay) * ops.cast(self.num_updates, "float32")
        fraction = ops.maximum(self.minimum_fraction, ops.exp(power))
        kept = ops.round(fraction * ops.cast(num_samples, "float32"))
        return ops.maximum(ops.cast(kept, "int32"), 1)

    def _ranks(self, scores: Scores) -> Tensor:
        """Place of each sample among the global batch's, 0 for the most real."""
        order = ops.mean(scores, axis=1) if self.scores_are_energies else -ops.mean(scores, axis=1)
        order = global_batch.all_rows(order)
        # Ranks, unlike the k best themselves, have a shape that does not change with k.
        return ops.cast(global_batch.own_rows(ops.argsort(ops.argsort(order))), "int32")
