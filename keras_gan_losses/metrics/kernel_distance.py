"""Kernel distance: the maximum mean discrepancy, with its polynomial kernel the KID."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.feature_checks import check_pair
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.kernels import Kernel, get_kernel
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count

# A block of the kernel's matrix takes 32 MiB of float64.
_BLOCK_ROWS = 2048


@dataclass(frozen=True)
class KernelDistanceEstimate:
    """An estimate and how far chance may have moved it.

    Args:
        value: The estimate. It may be negative: an unbiased estimate of 0 is so half of the time.
        standard_error: Its standard error; NaN where there is none (one subset, or fewer than
            three samples of all).

    Example:
    >>> KernelDistanceEstimate(value=0.25, standard_error=0.01).value
    0.25
    """

    value: float
    standard_error: float


def kernel_distance(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    kernel: str | Kernel = "polynomial",
    is_biased: bool = False,
    num_subsets: int = 100,
    subset_size: int | None = 1000,
    seed: int = 0,
) -> KernelDistanceEstimate:
    """Squared maximum mean discrepancy, unbiased by default.

    Choose it to compare generators from few samples: unlike the Fréchet distance, its expectation
    does not depend on their number, and it compares more than means and covariances. With
    features of an Inception network it is the "kernel inception distance" (KID); with
    `kernel="energy"` it is the energy distance, and with `"gaussian"` what GMMN and MMD-GAN lower.

    Formula: mean of k(x, x′) over pairs of different real samples + the same of fake samples
    − 2 · mean of k(x, y) over real and fake samples, with k(x, y) = (x·y / features + 1)³ by
    default. Since it is unbiased, it may be negative, also for equal sets. With `is_biased` each
    sample is paired with itself too: the value is never negative, and 0 for equal sets, but grows
    as samples get fewer.

    With `subset_size`, it is the mean over subsets drawn without replacement, the same ones for
    the same `seed`, and the standard error is that of this mean (their standard deviation divided
    by √`num_subsets`): the error left by drawing. With None all samples are used at once, which
    has less variance, and the standard error is the jackknife's: that of the finite samples.

    At most four blocks of 32 MiB are held beside a float64 copy of the features.

    Args:
        real: Features of real samples, shape `(n, features)`.
        fake: Features of generated samples, shape `(m, features)`; m need not be n.
        kernel: "polynomial", "gaussian", "energy", or a `Kernel` such as
            `metrics.GaussianKernel(bandwidths=[1.0, 2.0])`. Defaults to "polynomial".
        is_biased: Whether samples are paired with themselves too. The standard error stays that of
            the unbiased estimate. Defaults to False.
        num_subsets: Number of subsets, at least 1; not used if `subset_size` is None. Defaults to
            100.
        subset_size: Samples of either side in a subset, from 2 to the smaller of n and m; None
            takes all. Defaults to 1000.
        seed: Whole number of at least 0 that determines the subsets. Defaults to 0.

    Returns:
        The value and its standard error, in units of the kernel.

    Raises:
        ValueError: If the arrays do not fit together, hold NaN or infinite values, or have fewer
            samples than a subset, or there is no kernel of that name.

    Example:
    >>> samples = np.random.default_rng(0).normal(size=(2000, 3))
    >>> near = kernel_distance(samples[:1000], samples[1000:], num_subsets=20, subset_size=200)
    >>> far = kernel_distance(samples[:1000], samples[1000:] + 1.0, subset_size=None)
    >>> abs(near.value) < 0.1, far.value > 10.0 * far.standard_error
    (True, True)

    Reference: M. Bińkowski et al., Demystifying MMD GANs, arXiv:1801.01401; Gretton et al., A
    kernel two-sample test, JMLR 13, 2012.
    """
    _check_subsets(num_subsets, subset_size, seed)
    kernel = get_kernel(kernel)
    if subset_size is None:
        arrays = check_pair(real, fake, minimum_samples=2, reason="different ones are paired")
        return _estimate_of_all(kernel, *(a.astype("float64") for a in arrays), is_biased=is_biased)
    real, fake = check_pair(
        real,
        fake,
        minimum_samples=subset_size,
        reason=f"each subset has {subset_size} (a smaller `subset_size`, or None, needs fewer)",
    )
    kernel = kernel.fitted(real.astype("float64"))
    rng = np.random.default_rng(seed)
    values = np.empty(num_subsets)
    for index in range(num_subsets):
        chosen = (_draw(rng, array, subset_size) for array in (real, fake))
        values[index] = _kernel_sums(kernel, *chosen).estimate(is_biased=is_biased)
    error = values.std(ddof=1) / math.sqrt(num_subsets) if num_subsets > 1 else math.nan
    return KernelDistanceEstimate(float(values.mean()), float(error))


@register
class KernelDistance(DistributionMetric):
    """Logs the squared kernel distance of generated samples from real ones; lower is better.

    Choose it where samples are too few for `FrechetDistance`; with features of an Inception
    network it is the KID, with `kernel="energy"` the energy distance. It may be negative near 0,
    being unbiased. See `kernel_distance` for the formula, and for the standard error, which is not
    logged.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        kernel: "polynomial", "gaussian", "energy", or a `Kernel`. Defaults to "polynomial".
        is_biased: Whether samples are paired with themselves too. Defaults to False.
        num_subsets: Number of subsets, at least 1; not used if `subset_size` is None. Defaults to
            100.
        subset_size: Samples of either side in a subset, at least 2; None takes all at once.
            Defaults to 1000.
        seed: Whole number of at least 0 that determines the subsets. Defaults to 0.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> metric = KernelDistance(subset_size=None)
    >>> round(metric(np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])), 6)
    297.5

    Reference: M. Bińkowski et al., Demystifying MMD GANs, arXiv:1801.01401.
    """

    modules = ("scipy",)
    higher_is_better = False

    def __init__(
        self,
        features: Features | keras.Model | None = None,
        *,
        kernel: str | Kernel = "polynomial",
        is_biased: bool = False,
        num_subsets: int = 100,
        subset_size: int | None = 1000,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        _check_subsets(num_subsets, subset_size, seed)
        self.minimum_samples = 2 if subset_size is None else subset_size
        super().__init__(features, **kwargs)
        self.kernel = get_kernel(kernel)
        self.is_biased = is_biased
        self.num_subsets = num_subsets
        self.subset_size = subset_size
        self.seed = seed

    def check_count(self, count: int, kind: str) -> None:
        """Raises if so few samples do not make a subset."""
        if self.subset_size is not None and count < self.subset_size:
            raise ValueError(
                f"The metric {self.name!r} draws subsets of {self.subset_size} {kind} samples. "
                f"Received: {count}. Give more, set a smaller `subset_size`, or None for all at "
                "once."
            )
        super().check_count(count, kind)

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Squared kernel distance of the features."""
        return kernel_distance(
            real.values,
            fake.values,
            kernel=self.kernel,
            is_biased=self.is_biased,
            num_subsets=self.num_subsets,
            subset_size=self.subset_size,
            seed=self.seed,
        ).value


def _check_subsets(num_subsets: int, subset_size: int | None, seed: int) -> None:
    check_count("num_subsets", num_subsets, advice="100 is the usual number.")
    check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")
    if subset_size is not None:
        advice = "1000 is the usual size; None takes all samples."
        check_count("subset_size", subset_size, minimum=2, advice=advice)


def _draw(rng: np.random.Generator, values: np.ndarray, size: int) -> np.ndarray:
    return values[rng.choice(len(values), size, replace=False)].astype("float64")


def _estimate_of_all(
    kernel: Kernel, real: np.ndarray, fake: np.ndarray, *, is_biased: bool
) -> KernelDistanceEstimate:
    sums = _kernel_sums(kernel.fitted(real), real, fake)
    variance = _jackknife_variance(sums.within_real, sums.to_fake, len(fake))
    variance += _jackknife_variance(sums.within_fake, sums.to_real, len(real))
    return KernelDistanceEstimate(sums.estimate(is_biased=is_biased), math.sqrt(variance))


class _KernelSums(NamedTuple):
    """For each sample the kernel's sums over its own side, without itself, and over the other.

    Args:
        within_real: Of each real sample, over the other real ones.
        within_fake: Of each generated sample, over the other generated ones.
        to_fake: Of each real sample, over the generated ones.
        to_real: Of each generated sample, over the real ones.
        itself: Of the real and of the generated samples, the sum of each one with itself.
    """

    within_real: np.ndarray
    within_fake: np.ndarray
    to_fake: np.ndarray
    to_real: np.ndarray
    itself: tuple[float, float]

    def estimate(self, *, is_biased: bool) -> float:
        """The squared distance."""
        n, m = len(self.within_real), len(self.within_fake)
        equal = 0.0
        for within, itself in zip((self.within_real, self.within_fake), self.itself, strict=True):
            size, total = len(within), within.sum()
            equal += (total + itself) / size**2 if is_biased else total / (size * (size - 1))
        return float(equal - 2.0 * self.to_fake.sum() / (n * m))


def _jackknife_variance(within: np.ndarray, across: np.ndarray, num_others: int) -> float:
    """Share of one side in the variance, from the estimates that leave out one of its samples.

    Args:
        within: For each sample, the kernel's sum over the other ones of its side.
        across: For each sample, the kernel's sum over the other side.
        num_others: Samples of the other side.
    """
    n = len(within)
    if n < 3:
        return math.nan
    estimates = (within.sum() - 2.0 * within) / ((n - 1) * (n - 2))
    estimates -= 2.0 * (across.sum() - across) / ((n - 1) * num_others)
    return float((n - 1) / n * np.sum((estimates - estimates.mean()) ** 2))


def _kernel_sums(kernel: Kernel, real: np.ndarray, fake: np.ndarray) -> _KernelSums:
    to_fake, to_real = np.zeros(len(real)), np.zeros(len(fake))
    for rows in _blocks(real):
        for columns in _blocks(fake):
            values = kernel(real[rows], fake[columns])
            to_fake[rows] += values.sum(axis=1)
            to_real[columns] += values.sum(axis=0)
    within_real, of_real = _own_side(kernel, real)
    within_fake, of_fake = _own_side(kernel, fake)
    return _KernelSums(within_real, within_fake, to_fake, to_real, (of_real, of_fake))


def _own_side(kernel: Kernel, samples: np.ndarray) -> tuple[np.ndarray, float]:
    """For each sample the kernel's sum over the others, and the sum of each with itself."""
    sums, itself = np.zeros(len(samples)), 0.0
    for rows in _blocks(samples):
        for columns in _blocks(samples):
            if columns.start < rows.start:
                continue
            values = kernel(samples[rows], samples[columns])
            if columns == rows:
                itself += float(np.trace(values))
                np.fill_diagonal(values, 0.0)
            else:
                sums[columns] += values.sum(axis=0)
            sums[rows] += values.sum(axis=1)
    return sums, itself


def _blocks(values: np.ndarray) -> Iterator[slice]:
    for start in range(0, len(values), _BLOCK_ROWS):
        yield slice(start, min(start + _BLOCK_ROWS, len(values)))
