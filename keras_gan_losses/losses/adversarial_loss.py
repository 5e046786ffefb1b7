"""What all adversarial losses share: their calling convention and their reduction."""

import abc
from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend.global_batch import own_mean
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.held_variables import HoldsVariables
from keras_gan_losses.registration import snake_case
from keras_gan_losses.types import ArrayLike, Scores, Shape, Tensor


class AdversarialLoss(HoldsVariables, keras.losses.Loss, abc.ABC):
    """Turns the scores of real and of generated samples into one value per sample.

    Subclass it for a loss of your own when real and fake scores meet in one formula; if they
    do not, `SeparableDiscriminatorLoss` and `FakeScoreGeneratorLoss` ask for less. Implement
    `score_losses`; keep each constructor argument in an attribute of the same name, and the
    loss is saved and loaded without further code. So are the variables, layers and networks that
    it has in attributes; state changes in `update_state`.

    Conventions, the same for every loss: `y_true` is `real_scores`, `y_pred` is
    `fake_scores`; a higher score means "more real"; every loss is minimised; scores are raw
    outputs, not probabilities, unless a loss has `from_logits` and is told otherwise.

    Args:
        reduction: How the values per sample become one: as in `keras.losses.Loss`.
        name: Name of the loss; by default the class's, in snake case.
        dtype: Precision of the computation, float32 by default. Of "float64" the values per
            sample and their sum are exact to it; the mean over the batch, which is Keras's, is of
            float32 on some backends.

    Call arguments:
        real_scores: Scores of real samples, shape `(batch,)`, `(batch, 1)` or a patch map
            `(batch, …)`, whose scores are averaged per sample.
        fake_scores: Scores of generated samples, likewise.
        sample_weight: Optional weights, shape `(batch,)`: one for each sample, so that there must
            be as many real as generated ones where the loss uses both.

    An infinite or undefined score means that a network has broken. Of infinite ones the value may
    be finite, where the formula has a limit, infinite or NaN; of NaN it is NaN.

    Returns:
        A scalar, or shape `(batch,)` with `reduction=None`.
    """

    uses_real_scores: bool = True
    """Whether the value depends on real scores; if not, training does not compute them."""

    from_logits: bool | None = True
    """Whether scores are raw outputs rather than probabilities; None where either will do."""

    scores_are_energies: bool = False
    """Whether a lower output of the discriminator means "more real"."""

    lets_discriminator_win: bool = False
    """Whether its theory wants a discriminator that tells all samples apart."""

    def __init__(
        self,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        # Keras would number the names, and a saved game would seem to differ from its like.
        name = name or snake_case(type(self).__name__)
        super().__init__(name=name, reduction=reduction, dtype=dtype)

    def update_state(self, batch: BatchScores) -> None:
        """Takes in an update of the loss's player that is over; does nothing by default.

        Args:
            batch: Its `real_scores` and `fake_scores`.
        """

    def measures(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """Scalars that tell the state of training, by their names in the logs; none by default.

        Asked of the discriminator's loss after each of its updates.

        Args:
            real_scores: Scores of real samples, as in a call.
            fake_scores: Scores of generated samples.
        """
        return {}

    def divergence_estimates(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """Estimates of the divergence that a discriminator's loss stands for; none by default.

        `EquilibriumMonitor` logs them under their names, which end in `_estimate`.

        Args:
            real_scores: Scores of real samples, as in a call.
            fake_scores: Scores of as many generated samples.
        """
        return {}

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Tensor:
        """Reduced loss of real and fake scores, which may be nested lists too."""
        # Keras would make each number of a nested list a tensor of its own.
        real_scores, fake_scores = (
            ops.convert_to_tensor(scores, dtype=self.dtype) for scores in (y_true, y_pred)
        )
        if sample_weight is not None:
            used = (real_scores, fake_scores) if self.uses_real_scores else (fake_scores,)
            _check_sample_weight(np.shape(sample_weight), [scores.shape for scores in used])
        return super().__call__(real_scores, fake_scores, sample_weight=sample_weight)

    def call(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        values = self.score_losses(scores_by_sample(real_scores), scores_by_sample(fake_scores))
        return own_mean(values, axis=1)

    @abc.abstractmethod
    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per score.

        Args:
            real_scores: Shape `(batch, scores per sample)`.
            fake_scores: Likewise.

        Returns:
            Values of the same shape.
        """


class SeparableDiscriminatorLoss(AdversarialLoss):
    """Adds a term of the real scores to a term of the fake scores.

    The numbers of real and of generated samples may differ: the value is the mean of the one
    term plus the mean of the other.
    """

    @abc.abstractmethod
    def real_losses(self, real_scores: Scores) -> Tensor:
        """Value for each score of a real sample."""

    @abc.abstractmethod
    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """Value for each score of a generated sample."""

    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """Sum of both terms; of unequal batches, both in one, weighted to the same mean."""
        real_losses, fake_losses = self.real_losses(real_scores), self.fake_losses(fake_scores)
        num_real, num_fake = real_losses.shape[0], fake_losses.shape[0]
        if num_real is None or num_fake is None:
            # In a graph the sizes are unknown, but training makes one a multiple of the other.
            fake_losses = ops.reshape(fake_losses, (ops.shape(real_losses)[0], -1))
            means = [own_mean(part, axis=1, keepdims=True) for part in (real_losses, fake_losses)]
            return means[0] + means[1]
        if num_real == num_fake:
            return real_losses + fake_losses
        share = num_real / (num_real + num_fake)
        return ops.concatenate([real_losses / share, fake_losses / (1.0 - share)], axis=0)


class FakeScoreGeneratorLoss(AdversarialLoss):
    """Judges generated samples by their own scores alone."""

    uses_real_scores: bool = False

    @abc.abstractmethod
    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """Value for each score of a generated sample."""

    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """The term of the fake scores."""
        return self.fake_losses(fake_scores)


def _check_sample_weight(shape: Sequence[int | None], scores: Sequence[Shape]) -> None:
    """Raises unless there is one weight for all, or one for each sample."""
    sizes = [None if not tuple(each) else each[0] for each in scores]
    rows = [shape[0]] if len(shape) and shape[0] != 1 else []
    if rows and len({size for size in (*sizes, *rows) if size is not None}) > 1:
        raise ValueError(
            "`sample_weight` needs one weight for each sample, and as many real as generated "
            f"samples. Received: weights of shape {tuple(shape)} and scores of the shapes "
            f"{', '.join(str(tuple(each)) for each in scores)}. Weight the samples of batches of "
            "one size."
        )


def scores_by_sample(scores: Scores) -> Tensor:
    """Scores in the shape `(batch, scores per sample)`.

    Example:
    >>> scores_by_sample(ops.ones((5, 3, 3, 1))).shape == (5, 9)
    True
    """
    if len(scores.shape) == 2:
        return scores
    return ops.reshape(scores, (ops.shape(scores)[0], -1))
