"""Precision, recall, density and coverage: quality and variety of samples, told apart."""

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.feature_checks import check_features, check_pair
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.pairwise_distances import PairwiseDistances
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count


@dataclass(frozen=True)
class PrecisionRecallEstimate:
    """How much of either side lies near the other one.

    Args:
        precision: Share of generated samples near a real one, from 0 to 1.
        recall: Share of real samples near a generated one, from 0 to 1.
        density: Real samples that a generated one is near to, relative to the number expected of
            equal distributions; from 0, about 1 if they are equal, and above it where generated
            samples crowd in dense regions.
        coverage: Share of real samples with a generated one nearby, from 0 to 1.

    Example:
    >>> PrecisionRecallEstimate(precision=1.0, recall=0.5, density=1.2, coverage=0.6).recall
    0.5
    """

    precision: float
    recall: float
    density: float
    coverage: float


def precision_recall(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    num_neighbors: int = 5,
    counts_ties: bool = False,
    real_radii: ArrayLike | None = None,
) -> PrecisionRecallEstimate:
    """Precision, recall, density and coverage from distances to nearest neighbours.

    Choose it to see whether a generator makes bad samples (precision, density) or leaves some out
    (recall, coverage), which one number cannot tell. Density and coverage, of which the
    neighbourhoods are those of real samples only, suffer less from outliers. All four depend on
    the number of samples: compare values of equal numbers.

    Formula: with r(x) the distance of x to its k-th nearest neighbour on its own side, precision
    is the share of fake y with |x − y| < r(x) for any real x; recall the share of real x with
    |x − y| < r(y) for any fake y; density the mean over y of the number of x with |x − y| < r(x),
    divided by k; coverage the share of x with |x − y| < r(x) for any y.

    Elsewhere: `<` is that of the package prdc by the authors of density and coverage;
    torch-fidelity and the papers' formulas have `<=`, for which set `counts_ties`. They differ
    where distances are equal, as between copies or whole numbers, and equal distances are
    recognised here: a generated copy of a real sample is as far from others as the original is.

    Memory grows with the number of samples, not with its square: about 100 MiB beside some copies
    of the features.

    Args:
        real: Features of real samples, shape `(n, features)`, n above `num_neighbors`.
        fake: Features of generated samples, shape `(m, features)`, m above `num_neighbors`.
        num_neighbors: k, at least 1. Defaults to 5.
        counts_ties: Whether a distance equal to a radius counts as below it. Defaults to False.
        real_radii: What `neighborhood_radii` gave for `real` and `num_neighbors`, where the same
            real samples are used again. Defaults to None: they are computed.

    Returns:
        The four values.

    Raises:
        ValueError: If the arrays do not fit together, hold NaN or infinite values, or have too few
            samples.

    Example:
    >>> real = np.arange(20.0).reshape(20, 1)
    >>> values = precision_recall(real, real[:10] + 0.25, num_neighbors=2)
    >>> values.precision, values.recall, values.coverage
    (1.0, 0.6, 0.55)

    Reference: T. Kynkäänniemi et al., Improved precision and recall metric for assessing
    generative models, arXiv:1904.06991; M. F. Naeem et al., Reliable fidelity and diversity
    metrics for generative models, arXiv:2002.09797.
    """
    _check_neighbors(num_neighbors)
    real, fake = check_pair(
        real, fake, minimum_samples=num_neighbors + 1, reason=_reason(num_neighbors)
    )
    real, fake = real.astype("float64"), fake.astype("float64")
    if real_radii is None:
        real_radii = PairwiseDistances(real, real).nearest(num_neighbors)
    real_radii = np.asarray(real_radii, dtype="float64")
    if real_radii.shape != (len(real),):
        raise ValueError(
            "`real_radii` must hold one radius for each real sample. Received: real_radii of "
            f"shape {real_radii.shape} for {len(real)} real samples. Compute it by "
            "`neighborhood_radii(real, num_neighbors=...)`."
        )
    fake_radii = PairwiseDistances(fake, fake).nearest(num_neighbors)
    return _estimate(real, fake, (real_radii, fake_radii), num_neighbors, counts_ties)


def neighborhood_radii(features: ArrayLike, *, num_neighbors: int = 5) -> np.ndarray:
    """Distance of each sample to its `num_neighbors`-th nearest neighbour among the others.

    Choose it to compute the real samples' share of `precision_recall` once.

    Args:
        features: Features of samples, shape `(n, features)`, n above `num_neighbors`.
        num_neighbors: Which neighbour, at least 1. Defaults to 5.

    Returns:
        Array of shape `(n,)`, in units of the features.

    Raises:
        ValueError: If the features have another shape, are NaN or infinite, or too few.

    Example:
    >>> neighborhood_radii(np.array([[0.0], [1.0], [5.0]]), num_neighbors=1).tolist()
    [1.0, 1.0, 4.0]

    Reference: T. Kynkäänniemi et al., Improved precision and recall metric for assessing
    generative models, arXiv:1904.06991.
    """
    _check_neighbors(num_neighbors)
    values = check_features(
        "features", features, minimum_samples=num_neighbors + 1, reason=_reason(num_neighbors)
    ).astype("float64")
    return PairwiseDistances(values, values).nearest(num_neighbors)


@register
class PrecisionRecall(DistributionMetric):
    """Logs precision, recall, density and coverage of generated samples; higher is better.

    Choose it beside a distance, to see whether bad samples or missing ones make it large. The
    neighbourhoods of real samples are computed once, and used at each evaluation. See
    `precision_recall` for the formulas.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        num_neighbors: Size of a neighbourhood, at least 1. Defaults to 5.
        counts_ties: Whether a distance equal to a radius counts as below it. Defaults to False.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.
            Take as many generated samples as real ones, which is what `num_samples` None does.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> metric = PrecisionRecall(num_neighbors=2)
    >>> real = np.arange(20.0).reshape(20, 1)
    >>> values = metric(real, real[:10] + 0.25)
    >>> values["precision"], values["recall"], values["coverage"]
    (1.0, 0.6, 0.55)

    Reference: T. Kynkäänniemi et al., Improved precision and recall metric for assessing
    generative models, arXiv:1904.06991; M. F. Naeem et al., Reliable fidelity and diversity
    metrics for generative models, arXiv:2002.09797.
    """

    modules = ("scipy",)
    higher_is_better = MappingProxyType(
        {"precision": True, "recall": True, "density": True, "coverage": True}
    )

    def __init__(
        self,
        features: Features | keras.Model | None = None,
        *,
        num_neighbors: int = 5,
        counts_ties: bool = False,
        **kwargs: Any,
    ) -> None:
        _check_neighbors(num_neighbors)
        # Besides itself, each sample has so many neighbours.
        self.minimum_samples = num_neighbors + 1
        super().__init__(features, **kwargs)
        self.num_neighbors = num_neighbors
        self.counts_ties = counts_ties
        self._radii: WeakKeyDictionary[StoredFeatures, np.ndarray] = WeakKeyDictionary()

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> dict[str, float]:
        """The four values of the features."""
        values = precision_recall(
            real.values,
            fake.values,
            num_neighbors=self.num_neighbors,
            counts_ties=self.counts_ties,
            real_radii=self._radii_of(real),
        )
        return asdict(values)

    def _radii_of(self, real: StoredFeatures) -> np.ndarray:
        """Radii of real samples, whose statistics come back at each evaluation."""
        radii = self._radii.get(real)
        if radii is None or len(radii) != real.count:
            radii = neighborhood_radii(real.values, num_neighbors=self.num_neighbors)
            self._radii[real] = radii
        return radii


def _check_neighbors(num_neighbors: int) -> None:
    check_count("num_neighbors", num_neighbors, advice="5 is that of the paper.")


def _reason(num_neighbors: int) -> str:
    return f"each has {num_neighbors} neighbours besides itself"


def _estimate(
    real: np.ndarray,
    fake: np.ndarray,
    radii: tuple[np.ndarray, np.ndarray],
    num_neighbors: int,
    counts_ties: bool,
) -> PrecisionRecallEstimate:
    is_precise = np.zeros(len(fake), dtype=bool)
    is_recalled, is_covered = np.zeros((2, len(real)), dtype=bool)
    num_near = 0
    distances = PairwiseDistances(real, fake)
    for rows, columns, near_real, near_fake in distances.within(*radii, counts_ties=counts_ties):
        is_precise[columns] |= near_real.any(axis=0)
        is_covered[rows] |= near_real.any(axis=1)
        is_recalled[rows] |= near_fake.any(axis=1)
        num_near += int(np.count_nonzero(near_real))
    return PrecisionRecallEstimate(
        precision=float(is_precise.mean()),
        recall=float(is_recalled.mean()),
        density=float(num_near / (num_neighbors * len(fake))),
        coverage=float(is_covered.mean()),
    )
