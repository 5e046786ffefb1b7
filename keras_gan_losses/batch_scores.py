"""What losses and penalties with state see of an update that is over."""

from dataclasses import dataclass

from keras_gan_losses.types import Scores


@dataclass(frozen=True)
class BatchScores:
    """Scores of one update, for `update_state`; an `AdversarialBatch` may stand in its place.

    Args:
        real_scores: Scores of the real samples; in the generator's update, where its loss has
            `uses_real_scores` False, those of the generated samples again.
        fake_scores: Scores of the generated samples.

    Example:
    >>> BatchScores([[1.0]], [[0.0]]).fake_scores
    [[0.0]]
    """

    real_scores: Scores
    fake_scores: Scores
