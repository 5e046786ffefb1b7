"""Divergences of each dimension alone, for tables and signals."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.histogram_divergences import (
    jensen_shannon_divergence,
    kullback_leibler_divergence,
)
from keras_gan_losses.metrics.sample_checks import as_sample_sets, flatten
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count


def marginal_histograms(
    real: ArrayLike, fake: ArrayLike, *, num_bins: int = 32
) -> tuple[np.ndarray, np.ndarray]:
    """Counts real and generated samples in the same bins, for each dimension by itself.

    Choose it to plot or compare the columns of a table or the time steps of a signal.

    Each dimension's bins come from the real samples: `num_bins` of equal width from the least
    to the greatest real value, both included, and on either side an open bin for what lies
    beyond. Nothing is lost: each row of counts adds up to the number of samples. The open bins
    hold no real sample. Where all real values are equal, one inner bin holds exactly that
    value.

    Args:
        real: Real samples, array or tensor of shape `(n, …)`, finite. Flattened per sample.
        fake: Generated samples, `(m, …)`, each of the same shape.
        num_bins: Number of inner bins, at least 1. Defaults to 32.

    Returns:
        Counts of the real and of the generated samples, two int64 arrays of shape
        `(d, num_bins + 2)`, d numbers to a sample; column 0 lies below all real values and the
        last column above.

    Raises:
        ValueError: If samples are empty, not finite or of different shapes, or `num_bins` is not
            a whole number of at least 1.

    Example:
    >>> real_counts, fake_counts = marginal_histograms(
    ...     [[0.0], [1.0], [2.0]], [[-5.0], [2.0], [7.0]], num_bins=2
    ... )
    >>> real_counts.tolist(), fake_counts.tolist()
    ([[0, 1, 2, 0]], [[1, 0, 1, 1]])

    Source: the bins are this package's own; inside the real range they are those of
    `numpy.histogram`.
    """
    _check_num_bins(num_bins)
    real, fake = (flatten(samples) for samples in as_sample_sets(real=real, fake=fake))
    # By halves, since the span of huge values overflows.
    edges = np.linspace(real.min(axis=0) / 2.0, real.max(axis=0) / 2.0, num_bins + 1, axis=1) * 2.0
    edges[:, 0], edges[:, -1] = real.min(axis=0), real.max(axis=0)
    return _counts(real, edges), _counts(fake, edges)


def marginal_jensen_shannon_divergence(
    real: ArrayLike, fake: ArrayLike, *, num_bins: int = 32
) -> float:
    """Averages over the dimensions how far their histograms differ; 0 where all agree.

    Choose it for tables and signals, where each dimension has a meaning. It is blind to
    dependence between dimensions: shuffling a column by itself changes nothing. Pair it with
    `sliced_wasserstein_distance`, which sees dependence.

    Formula: mean over dimensions of `jensen_shannon_divergence` of `marginal_histograms`, in
    nats. Of two finite samples of one distribution it is not 0 but about
    (num_bins − 1)/8 · (1/n + 1/m), 0.008 for 1,000 samples each.

    Args:
        real: Real samples, array or tensor of shape `(n, …)`, finite. Flattened per sample.
        fake: Generated samples, `(m, …)`, each of the same shape.
        num_bins: Number of bins over the real range, at least 1. Defaults to 32.

    Returns:
        A number in [0, log 2], exactly 0 where all histograms agree.

    Raises:
        ValueError: If samples are empty, not finite or of different shapes, or `num_bins` is not
            a whole number of at least 1.

    Example:
    >>> marginal_jensen_shannon_divergence([[0, 1], [1, 0]], [[0, 0], [1, 1]])
    0.0

    Reference:
        Lin, Divergence measures based on the Shannon entropy, 1991.
    """
    return _mean_over_dimensions(jensen_shannon_divergence, real, fake, num_bins)


def marginal_kullback_leibler_divergence(
    real: ArrayLike, fake: ArrayLike, *, num_bins: int = 32
) -> float:
    """Averages over the dimensions how much of the real histograms is left out.

    Choose it with few, well filled bins. One bin with real and without generated samples makes
    it infinite; nothing is smoothed. `marginal_jensen_shannon_divergence` is always finite, and
    says besides what it is blind to.

    Formula: mean over dimensions of `kullback_leibler_divergence` of `marginal_histograms`, in
    nats, the real ones first.

    Args:
        real: Real samples, array or tensor of shape `(n, …)`, finite. Flattened per sample.
        fake: Generated samples, `(m, …)`, each of the same shape.
        num_bins: Number of bins over the real range, at least 1. Defaults to 32.

    Returns:
        A number of at least 0, exactly 0 where all histograms agree; it may be infinite.

    Raises:
        ValueError: If samples are empty, not finite or of different shapes, or `num_bins` is not
            a whole number of at least 1.

    Example:
    >>> marginal_kullback_leibler_divergence([[0, 1], [1, 0]], [[0, 0], [1, 0]])
    inf

    Reference:
        Kullback and Leibler, On information and sufficiency, 1951.
    """
    return _mean_over_dimensions(kullback_leibler_divergence, real, fake, num_bins)


@register
class MarginalJensenShannonDivergence(DistributionMetric):
    """Logs how far histograms of each dimension differ on average; lower is better.

    Choose it for tables and signals, beside a distance that sees dependence between dimensions.
    See `marginal_jensen_shannon_divergence` for the formula.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        num_bins: Number of bins over the real range, at least 1. Defaults to 32.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If `num_bins` is not a whole number of at least 1.

    Example:
    >>> metric = MarginalJensenShannonDivergence(num_bins=2)
    >>> round(metric([[0.0], [1.0]], [[2.0], [3.0]]), 4)  # log 2: nothing in common
    0.6931

    Reference:
        Lin, Divergence measures based on the Shannon entropy, 1991.
    """

    modules = ("scipy",)
    higher_is_better = False

    def __init__(
        self, features: Features | keras.Model | None = None, *, num_bins: int = 32, **kwargs: Any
    ) -> None:
        super().__init__(features, **kwargs)
        _check_num_bins(num_bins)
        self.num_bins = num_bins

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Mean divergence of the features' histograms."""
        return marginal_jensen_shannon_divergence(real.values, fake.values, num_bins=self.num_bins)


@register
class MarginalKullbackLeiblerDivergence(DistributionMetric):
    """Logs how much of the histograms of each dimension is left out; lower is better.

    Choose it with few, well filled bins: it is infinite as long as one bin with real samples has
    no generated one. See `marginal_kullback_leibler_divergence` for the formula.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        num_bins: Number of bins over the real range, at least 1. Defaults to 32.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If `num_bins` is not a whole number of at least 1.

    Example:
    >>> metric = MarginalKullbackLeiblerDivergence(num_bins=2)
    >>> metric([[0.0], [1.0]], [[0.0], [0.1]])
    inf

    Reference:
        Kullback and Leibler, On information and sufficiency, 1951.
    """

    modules = ("scipy",)
    higher_is_better = False

    def __init__(
        self, features: Features | keras.Model | None = None, *, num_bins: int = 32, **kwargs: Any
    ) -> None:
        super().__init__(features, **kwargs)
        _check_num_bins(num_bins)
        self.num_bins = num_bins

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Mean divergence of the features' histograms."""
        return marginal_kullback_leibler_divergence(
            real.values, fake.values, num_bins=self.num_bins
        )


def _check_num_bins(num_bins: int) -> None:
    check_count("num_bins", num_bins, advice="32 suits a thousand samples or more.")


def _mean_over_dimensions(
    divergence: Callable[[ArrayLike, ArrayLike], float],
    real: ArrayLike,
    fake: ArrayLike,
    num_bins: int,
) -> float:
    """Mean divergence of the marginals' histograms."""
    pairs = zip(*marginal_histograms(real, fake, num_bins=num_bins), strict=True)
    return float(np.mean([divergence(*histograms) for histograms in pairs]))


def _counts(samples: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Number of samples in each bin, a row for each dimension."""
    num_bins = edges.shape[1] - 1
    rows = []
    for values, limits in zip(samples.T, edges, strict=True):
        bins = np.searchsorted(limits, values, side="right")
        # The greatest real value belongs to the last inner bin, not to what lies beyond.
        bins[values == limits[-1]] = num_bins
        rows.append(np.bincount(bins, minlength=num_bins + 2))
    return np.stack(rows)
