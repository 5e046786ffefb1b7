"""Exact Wasserstein distance of small sets of samples."""

import warnings
from typing import Any

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.sample_checks import as_sample_sets, check_order, flatten
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike

# There the distances take 200 MB, and the exact solution 10 seconds or more.
MAX_NUM_PAIRS = 25_000_000
# POT's own 100,000 do not suffice for thousands of samples.
MAX_NUM_ITERATIONS = 100_000_000


def wasserstein_distance(real: ArrayLike, fake: ArrayLike, *, order: int = 1) -> float:
    """Least mean distance over which real samples must be moved to become the generated ones.

    Choose it for exact values of small sets: points in the plane, tables, features of up to a
    few thousand samples. The number has the samples' unit and can be explained to anyone.
    `sliced_wasserstein_distance` takes large sets. In many dimensions the distance of two
    finite samples of the same distribution is far from 0 and shrinks slowly, as n^(−1/d):
    compare it with the distance between two halves of the real data.

    Formula, over all couplings π of the two sets with equal weights:
    (min over π of Σ π_ij ‖real_i − fake_j‖^p)^(1/p), ‖·‖ Euclidean and p the order. Solved by
    POT's network simplex (`ot.emd2`), which has no entropic blur. A shift by v gives |v|.
    Some libraries report the square at order 2; here the root is always taken.

    Memory: 8 bytes for each pair of samples, hence a limit of 25,000,000 pairs (5,000 real and
    5,000 generated samples). The order of the samples does not matter.

    Args:
        real: Real samples, array or tensor of shape `(n, …)`, finite.
        fake: Generated samples, `(m, …)`, each of the same shape; m need not be n.
        order: 1 or 2. Order 2 weighs far outliers more. Defaults to 1.

    Returns:
        A number of at least 0 in the unit of the samples, exactly 0 for identical sets.

    Raises:
        ValueError: If samples are empty, not finite, of different shapes or too many, or `order`
            is another one.

    Example:
    >>> import numpy as np
    >>> real = np.array([[0.0, 0.0], [1.0, 0.0]])
    >>> wasserstein_distance(real, real[::-1] + [3.0, 4.0])
    5.0

    Reference:
        Peyré and Cuturi, Computational optimal transport, 2019 (arXiv:1803.00567).
    """
    check_order(order)
    real, fake = (flatten(samples) for samples in as_sample_sets(real=real, fake=fake))
    _check_number_of_pairs(len(real), len(fake))
    with needs_extra("metrics"):
        from scipy.spatial.distance import cdist

    # Of float64 differences, not of inner products: a copy lies at exactly 0.
    costs = cdist(real, fake, "euclidean" if order == 1 else "sqeuclidean")
    return float(_least_cost(costs) ** (1.0 / order))


@register
class WassersteinDistance(DistributionMetric):
    """Logs the least mean distance that turns real samples into generated ones; lower is better.

    Choose it for small validation sets of points, tables or features. See `wasserstein_distance`
    for the formula. It takes at most 25,000,000 pairs of a real and a generated sample, which is
    checked before training: `num_samples` bounds the generated ones.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        order: 1 or 2. Order 2 weighs far outliers more. Defaults to 1.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If `order` is another one.

    Example:
    >>> metric = WassersteinDistance()
    >>> real = np.array([[0.0, 0.0], [1.0, 0.0]])
    >>> metric(real, real + [3.0, 4.0])
    5.0

    Reference:
        Peyré and Cuturi, Computational optimal transport, 2019 (arXiv:1803.00567).
    """

    modules = ("scipy", "ot")
    higher_is_better = False

    def __init__(
        self, features: Features | keras.Model | None = None, *, order: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(features, **kwargs)
        check_order(order)
        self.order = order

    def check_count(self, count: int, kind: str) -> None:
        """Raises if so few samples have no value, or so many real ones too many pairs."""
        super().check_count(count, kind)
        if kind == "real":
            _check_number_of_pairs(count, self.num_samples or count)

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Wasserstein distance of the features."""
        return wasserstein_distance(real.values, fake.values, order=self.order)


def _check_number_of_pairs(num_real: int, num_fake: int) -> None:
    if num_real * num_fake > MAX_NUM_PAIRS:
        raise ValueError(
            f"The exact distance takes at most {MAX_NUM_PAIRS:,} pairs of samples. Received: "
            f"{num_real:,} real and {num_fake:,} generated samples, {num_real * num_fake:,} "
            "pairs. Take fewer (in a metric, `num_samples` bounds the generated ones), or use "
            "`sliced_wasserstein_distance`."
        )


def _least_cost(costs: np.ndarray) -> float:
    """Mean cost of the best coupling of equally weighted rows and columns."""
    with needs_extra("metrics"):
        import ot

    weights = [np.full(number, 1.0 / number) for number in costs.shape]
    with warnings.catch_warnings():
        # It is raised below.
        warnings.simplefilter("ignore", UserWarning)
        cost, log = ot.emd2(*weights, costs, numItermax=MAX_NUM_ITERATIONS, log=True)
    if log["warning"] is not None:
        raise ValueError(
            f"POT found no optimal coupling of {costs.shape[0]} real and {costs.shape[1]} "
            f"generated samples: {log['warning']}. Scale the samples to values near 1, or use "
            "`sliced_wasserstein_distance`."
        )
    return max(0.0, float(cost))
