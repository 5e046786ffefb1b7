"""Fréchet distance that copying of training data does not lower (MiFID)."""

from typing import Any

import keras
import numpy as np

from keras_gan_losses.metrics.feature_checks import check_pair
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.frechet_distance import frechet_distance
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.training_set_metric import TrainingSetMetric
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_number

# What a copy of the training set, whose distance is 0, divides by.
_EPSILON = 1e-14
_BLOCK_ROWS = 2048


def memorization_informed_frechet_distance(
    real: ArrayLike, fake: ArrayLike, *, training: ArrayLike | None = None, threshold: float = 0.1
) -> float:
    """Squared Fréchet distance, raised where generated samples are too near to training samples.

    Choose it to compare generators where copying would win, as in a competition: the Fréchet
    distance of the training set itself is 0. To see copying as such,
    `nearest_neighbor_memorization` says more.

    Formula: frechet_distance(real, fake) / d if d < threshold, without the division otherwise,
    where d is the mean over generated samples of the least 1 − |cos| to a training sample, cos
    being the cosine of both feature vectors, and at least 1e-14. The sides are not alike:
    torchmetrics, given real and fake in this order, takes the least distance of each real sample.

    Args:
        real: Features of real samples, shape `(n, features)`.
        fake: Features of generated samples, shape `(m, features)`.
        training: Features of the samples that the generator was trained on; None, as in the paper,
            for the real ones.
        threshold: Distance below which samples count as copied, from 0 to 1. It depends on the
            features: choose it below the d of held-out real samples. Defaults to 0.1, that of the
            paper's competition.

    Returns:
        The squared distance, raised or not, at least 0.

    Raises:
        ValueError: If the arrays do not fit together, hold NaN or infinite values, or have fewer
            than 2 samples, or `threshold` is out of its range.

    Example:
    >>> real = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 2.0]])
    >>> memorization_informed_frechet_distance(real, real + [8.0, -9.0])
    145.0
    >>> raised = memorization_informed_frechet_distance(real, 2.0 * real)  # the same directions
    >>> raised > 1e12
    True

    Reference: Bai et al., On training sample memorization, 2021, arXiv:2106.03062.
    """
    check_number("threshold", threshold, minimum=0.0, maximum=1.0, advice="The paper has 0.1.")
    distance = frechet_distance(real, fake)
    training = real if training is None else training
    nearness = _mean_least_distance(
        *(each.astype("float64") for each in check_pair(training, fake))
    )
    return distance / max(nearness, _EPSILON) if nearness < threshold else distance


@register
class MemorizationInformedFrechetDistance(TrainingSetMetric):
    """Logs the Fréchet distance, raised where training samples are copied; lower is better.

    Choose it to choose a checkpoint where copying would win, with validation data that were never
    trained on. See `memorization_informed_frechet_distance` for the formula.

    The training samples are not saved with a GAN; after loading, set the attribute `training`.

    Args:
        training: Samples that the generator is trained on, `(k, …)`. None, as after loading,
            leaves the metric without a value until they are set.
        features: What is compared of each sample; None for the samples themselves.
        threshold: Distance below which samples count as copied, from 0 to 1. Defaults to 0.1.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If training samples are empty or not finite, or `threshold` is out of its range.

    Example:
    >>> real = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 2.0]])
    >>> MemorizationInformedFrechetDistance(real)(real, real + [8.0, -9.0])
    145.0

    Reference: Bai et al., On training sample memorization, 2021, arXiv:2106.03062.
    """

    modules = ("scipy",)
    higher_is_better = False
    minimum_samples = 2

    def __init__(
        self,
        training: ArrayLike,
        features: Features | keras.Model | None = None,
        *,
        threshold: float = 0.1,
        **kwargs: Any,
    ) -> None:
        check_number("threshold", threshold, minimum=0.0, maximum=1.0, advice="The paper has 0.1.")
        super().__init__(training, features, **kwargs)
        self.threshold = threshold

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """The distance of the features, raised or not."""
        return memorization_informed_frechet_distance(
            real.values, fake.values, training=self.training_features, threshold=self.threshold
        )


def _mean_least_distance(training: np.ndarray, fake: np.ndarray) -> float:
    """Mean over generated samples of the least 1 − |cos| to a training sample."""
    training, fake = map(_directions, (training, fake))
    largest = np.zeros(len(fake))
    for start in range(0, len(training), _BLOCK_ROWS):
        cosines = np.abs(fake @ training[start : start + _BLOCK_ROWS].T)
        largest = np.maximum(largest, cosines.max(axis=1))
    return float(np.mean(np.maximum(1.0 - largest, 0.0)))


def _directions(features: np.ndarray) -> np.ndarray:
    """Rows of length 1; one of zeros, which has no direction, stays as it is."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.where(lengths > 0.0, lengths, 1.0)
