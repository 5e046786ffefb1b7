"""The Inception score, of any classifier's probabilities."""

from typing import NamedTuple

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.classifiers import as_classifier, check_gives_probabilities
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.sample_checks import as_samples
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName
from keras_gan_losses.types import ArrayLike, PathLike
from keras_gan_losses.validation import check_count

# Softmax in half precision adds up to 1 within this.
MAX_SUM_ERROR = 5e-3


class ClassifierScoreValue(NamedTuple):
    """Holds what `classifier_score` found.

    Args:
        mean: Mean score over the splits, in [1, number of classes].
        standard_deviation: Its spread over the splits, 0 for one split.

    Example:
    >>> ClassifierScoreValue(mean=2.0, standard_deviation=0.0).mean
    2.0
    """

    mean: float
    standard_deviation: float


def classifier_score(probabilities: ArrayLike, *, num_splits: int = 1) -> ClassifierScoreValue:
    """Rises with how surely a classifier names generated samples, and how many classes occur.

    Choose it to compare with published Inception scores, which are this number for the
    probabilities of Inception v3, 50,000 samples and 10 splits. It never looks at real data: a
    generator of one perfect sample of each class has the best score. Scores of different
    classifiers cannot be compared.

    Formula: exp(mean over samples of KL(p(y|x) ‖ p(y))), p(y|x) the row of a sample and p(y)
    the mean row, both of the split. Rows that are all the same give 1, sure and balanced ones
    the number of classes. The score of n samples is at most n and rises with n: keep the number
    of samples, and of splits, when comparing.

    Splits are consecutive parts, as even as can be; with more than one, the order of the
    samples matters. The spread is the population's (divided by the number of splits), as in
    the authors' program. Memory: the probabilities in float64, twice.

    Args:
        probabilities: Class probabilities of generated samples, `(n, num_classes)`, each row at
            least 0 and of sum 1 (within 0.005, and then divided by its sum).
        num_splits: Number of parts whose scores are averaged, in [1, n]. Defaults to 1.

    Returns:
        A tuple of `mean`, in [1, num_classes], and `standard_deviation`.

    Raises:
        ValueError: If rows are no probabilities, or there are fewer samples than splits.

    Example:
    >>> round(classifier_score([[1.0, 0.0], [0.0, 1.0]]).mean, 6)
    2.0

    Reference:
        Salimans et al., Improved techniques for training GANs, 2016 (arXiv:1606.03498).
    """
    _check_num_splits(num_splits)
    rows = check_probabilities(probabilities, minimum=num_splits)
    scores = [_score(part) for part in np.array_split(rows, num_splits)]
    return ClassifierScoreValue(float(np.mean(scores)), float(np.std(scores)))


@register
class ClassifierScore(DistributionMetric):
    """Logs how surely a classifier names generated samples, and how variedly; higher is better.

    Choose it where Inception scores are usual, with a classifier of your own classes. It looks at
    no real samples, so that it cannot tell whether generated ones resemble them. See
    `classifier_score` for the formula; the mean over the splits is logged.

    Args:
        classifier: Model or features that give the probabilities of the classes,
            `(batch, num_classes)`.
        num_splits: Number of parts whose scores are averaged, at least 1. Defaults to 1.
        on: As in `DistributionMetric`.
        num_samples: How many samples are generated, at least `num_splits`; None is as many as
            there are real ones.
        cache_directory: As in `DistributionMetric`; without effect here.
        name: Name in the logs. Defaults to "classifier_score".

    Raises:
        ValueError: If `num_splits` is out of its range, or the classifier ends in a dense layer
            without activation, which gives logits, or is an inner layer of a model.
        TypeError: If the classifier is no model and no features.

    Example:
    >>> from keras_gan_losses.metrics.features import FlattenedFeatures
    >>> metric = ClassifierScore(FlattenedFeatures())  # samples that are probabilities already
    >>> round(metric(fake=np.eye(5)), 6)
    5.0

    Reference:
        Salimans et al., Improved techniques for training GANs, 2016 (arXiv:1606.03498).
    """

    modules = ("scipy",)
    higher_is_better = True
    uses_real_samples = False

    def __init__(
        self,
        classifier: Features | keras.Model,
        *,
        num_splits: int = 1,
        on: LeafName = None,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
        name: str | None = None,
    ) -> None:
        _check_num_splits(num_splits)
        # Each instance needs as many samples as it has splits.
        self.minimum_samples = num_splits
        super().__init__(
            as_classifier(classifier),
            on=on,
            num_samples=num_samples,
            cache_directory=cache_directory,
            name=name,
        )
        check_gives_probabilities(self.features)
        self.classifier = self.features
        self.num_splits = num_splits

    def compare(self, real: None, fake: StoredFeatures) -> float:
        """Mean score over the splits."""
        return classifier_score(fake.values, num_splits=self.num_splits).mean


def _check_num_splits(num_splits: int) -> None:
    check_count("num_splits", num_splits, advice="Use 1, or 10 as in the paper.")


def check_probabilities(probabilities: ArrayLike, *, minimum: int = 1) -> np.ndarray:
    """Rows of class probabilities in float64, each divided by its sum.

    Raises:
        ValueError: If there are too few, or a row is no probabilities.

    Example:
    >>> check_probabilities([[0.25, 0.75]])
    array([[0.25, 0.75]])
    """
    rows = as_samples("probabilities", probabilities, minimum=minimum)
    if rows.ndim != 2:
        raise ValueError(
            "`probabilities` must have the shape (n, num_classes). Received: probabilities of "
            f"shape {rows.shape}. Average or classify each sample as a whole."
        )
    sums = rows.sum(axis=1, keepdims=True)
    is_valid = (rows >= 0.0).all(axis=1) & (np.abs(sums[:, 0] - 1.0) <= MAX_SUM_ERROR)
    if not is_valid.all():
        row = int(np.argmin(is_valid))
        raise ValueError(
            "Each row of `probabilities` must be at least 0 and of sum 1. Received: row "
            f"{row} with values in [{rows[row].min():g}, {rows[row].max():g}] and sum "
            f"{sums[row, 0]:g}. Apply a softmax if the classifier gives logits."
        )
    return rows / sums


def _score(rows: np.ndarray) -> float:
    """Score of one split; rounding does not carry it out of its range."""
    with needs_extra("metrics"):
        from scipy.special import rel_entr

    divergence = rel_entr(rows, rows.mean(axis=0)).sum() / len(rows)
    return float(np.clip(np.exp(divergence), 1.0, rows.shape[1]))
