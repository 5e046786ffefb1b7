"""Which of the true modes a generator reaches, and how well."""

import dataclasses
import math
from types import MappingProxyType
from typing import Any

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.histogram_divergences import kullback_leibler_divergence
from keras_gan_losses.metrics.sample_checks import as_samples, flatten
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_number

# Farther from its mode than this many standard deviations, a sample is of low quality.
MAX_NUM_DEVIATIONS = 3.0


@dataclasses.dataclass(frozen=True, eq=False)
class CoveredModes:
    """Holds what `mode_coverage` found.

    Args:
        counts: Number of high-quality samples of each mode, int64 of shape `(k,)`.
        num_modes: Number of modes with at least one high-quality sample, in [0, k].
        high_quality_share: Share of samples of high quality, in [0, 1].
        reverse_divergence: Reverse Kullback–Leibler divergence of `counts` from equal counts, in
            [0, log k] nats; NaN where no sample is of high quality.

    Example:
    >>> import numpy as np
    >>> covered = CoveredModes(
    ...     counts=np.array([3, 0]), num_modes=1, high_quality_share=1.0,
    ...     reverse_divergence=np.log(2.0),
    ... )
    >>> covered.num_modes
    1
    """

    counts: np.ndarray
    num_modes: int
    high_quality_share: float
    reverse_divergence: float


def mode_coverage(samples: ArrayLike, modes: ArrayLike, standard_deviation: float) -> CoveredModes:
    """Counts the true modes that generated samples reach, how many do, and how evenly.

    Choose it for mixtures whose modes are known, such as `datasets.ring` and `datasets.grid`:
    it tells mode collapse (few modes), blur (few samples of high quality) and imbalance (a
    high divergence) apart. The published figures are for 2,500 samples.

    Formulas: a sample is of high quality if it lies within 3 standard deviations of its nearest
    mode, that is ‖x − mode‖ ≤ 3σ. (In the plane 98.9 % of the true samples do.) A mode is
    covered if it is the nearest of at least one high-quality sample. With q the shares of the
    k modes among the high-quality samples, the reverse divergence is Σ q log(q k): of the
    generated samples from the uniform distribution, in nats. It is 0 for equal shares and log k
    where all samples sit on one mode. (The other direction would be infinite as soon as a mode
    is missing.) As in the authors' program, low-quality samples are left out of the shares;
    elsewhere every sample counts for its nearest mode.

    The order of the samples does not matter. Memory: the samples in float64.

    Args:
        samples: Generated samples, array or tensor of shape `(n, …)`, finite.
        modes: Centres of the modes, `(k, …)`, each of the shape of a sample.
        standard_deviation: Spread of each mode along each axis, at least 0.

    Returns:
        A `CoveredModes` with `counts`, `num_modes`, `high_quality_share` and
        `reverse_divergence`.

    Raises:
        ValueError: If samples or modes are empty, not finite or of different shapes, two modes
            are the same, or `standard_deviation` is negative.

    Example:
    >>> covered = mode_coverage([[0.1], [0.2], [5.0]], [[0.0], [1.0]], standard_deviation=0.1)
    >>> covered.num_modes, covered.counts.tolist(), round(covered.high_quality_share, 3)
    (1, [2, 0], 0.667)

    Reference:
        Lin et al., PacGAN: The power of two samples in generative adversarial networks, 2018
        (arXiv:1712.04086); after Srivastava et al., VEEGAN, 2017
        (arXiv:1705.07761).
    """
    _check_deviation(standard_deviation)
    samples, modes = flatten(as_samples("samples", samples)), check_modes(modes)
    _check_same_width(samples, modes)
    with needs_extra("metrics"):
        from scipy.spatial import KDTree

    distances, nearest = KDTree(modes).query(samples)
    is_good = distances <= MAX_NUM_DEVIATIONS * standard_deviation
    counts = np.bincount(nearest[is_good], minlength=len(modes))
    return CoveredModes(
        counts=counts,
        num_modes=int(np.count_nonzero(counts)),
        high_quality_share=float(is_good.mean()),
        reverse_divergence=_reverse_divergence(counts),
    )


@register
class ModeCoverage(DistributionMetric):
    """Logs how many true modes generated samples reach, how well, and how evenly.

    Choose it for mixtures whose modes are known. It logs `covered_modes`, `high_quality_share`
    and `reverse_divergence` as `mode_coverage` defines them, and looks at no real samples. Pass
    `num_samples=2500` for the published protocol.

    Args:
        modes: Centres of the modes, `(k, …)`, each of the shape of a sample.
        standard_deviation: Spread of each mode along each axis, at least 0.
        **kwargs: `features`, `on`, `num_samples`, `cache_directory` and `name`, as in
            `DistributionMetric`. Modes are points among the features.

    Raises:
        ValueError: If modes are empty, not finite or the same, or `standard_deviation` is
            negative.

    Example:
    >>> metric = ModeCoverage([[0.0], [1.0]], standard_deviation=0.1)
    >>> metric(fake=[[0.1], [0.2], [5.0], [0.0]])["high_quality_share"]
    0.75

    Reference:
        Lin et al., PacGAN: The power of two samples in generative adversarial networks, 2018
        (arXiv:1712.04086).
    """

    modules = ("scipy",)
    higher_is_better = MappingProxyType(
        {"covered_modes": True, "high_quality_share": True, "reverse_divergence": False}
    )
    uses_real_samples = False

    def __init__(self, modes: ArrayLike, standard_deviation: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _check_deviation(standard_deviation)
        self.modes = check_modes(modes).tolist()
        self.standard_deviation = float(standard_deviation)

    def check_features(self, features: np.ndarray) -> None:
        """Raises if samples and modes are of different shapes."""
        _check_same_width(flatten(features), np.asarray(self.modes))

    def compare(self, real: None, fake: StoredFeatures) -> dict[str, float]:
        """Number of modes, share of good samples and divergence of the modes' shares."""
        covered = mode_coverage(flatten(fake.values), self.modes, self.standard_deviation)
        return {
            "covered_modes": covered.num_modes,
            "high_quality_share": covered.high_quality_share,
            "reverse_divergence": covered.reverse_divergence,
        }


def _check_same_width(samples: np.ndarray, modes: np.ndarray) -> None:
    if samples.shape[1] != modes.shape[1]:
        raise ValueError(
            "`samples` and `modes` must be of one shape. Received: samples of "
            f"{samples.shape[1]} numbers each, modes of {modes.shape[1]}. Pass the modes of the "
            "data that the generator was trained on."
        )


def _check_deviation(standard_deviation: float) -> None:
    check_number(
        "standard_deviation",
        standard_deviation,
        minimum=0.0,
        advice="The paper uses 0.01 on the ring and 0.05 on the grid.",
    )


def check_modes(modes: ArrayLike) -> np.ndarray:
    """Modes as rows in float64.

    Raises:
        ValueError: If they are invalid or one occurs twice.

    Example:
    >>> check_modes([[0, 1], [1, 0]]).shape
    (2, 2)
    """
    rows = flatten(as_samples("modes", modes))
    num_distinct = len(np.unique(rows, axis=0))
    if num_distinct < len(rows):
        raise ValueError(
            f"`modes` must be distinct. Received: {len(rows)} modes, {num_distinct} of them "
            "distinct. Angles of a ring from `linspace(0, 2π, k)` give the first mode twice: add "
            "`endpoint=False`, or take `datasets.ring(…).modes`."
        )
    return rows


def _reverse_divergence(counts: np.ndarray) -> float:
    """Divergence of the shares from equal ones, undefined without samples."""
    if not counts.any():
        return math.nan
    return kullback_leibler_divergence(counts, np.ones(len(counts)))
