"""Fréchet distance between Gaussians of the same moments as the samples (FID)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.feature_checks import check_pair, check_same_features
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.moments import Moments
from keras_gan_losses.registration import look_up, register
from keras_gan_losses.types import ArrayLike

_ROUNDING = float(np.finfo("float64").eps)
# Beyond this share of the distance, eigenvalues of a squared matrix are not accurate enough. It is
# compared with an estimate of which measured errors are an eighth at most.
_TOLERATED_ERROR = 1e-7


def frechet_distance(real: ArrayLike, fake: ArrayLike, *, covariance: str = "full") -> float:
    """Squared Fréchet distance between Gaussians fitted to real and to fake features.

    Choose it to compare generators by one number, as papers do: with features of an Inception
    network it is the "Fréchet inception distance" (FID). It falls with the number of samples, so
    that only values of equal numbers can be compared; below some thousand samples `kernel_distance`
    is the better choice.

    Formula: |m₁ − m₂|² + tr(S₁ + S₂) − 2 tr (S₁^½ S₂ S₁^½)^½, with means m and unbiased covariances
    S. "diagonal" keeps only the variances of S: |m₁ − m₂|² + Σ (σ₁ − σ₂)²; "none" is |m₁ − m₂|².

    It is computed in float64, from eigenvalues instead of a matrix square root. What lies below
    the rounding errors of the computation, about 1e-16 of the variances for each feature, is
    given as exactly 0: so are equal sets, in any order.

    Args:
        real: Features of real samples, shape `(n, features)`.
        fake: Features of generated samples, shape `(m, features)`; m need not be n.
        covariance: "full", "diagonal" or "none". "diagonal" is for many features and few samples.
            Defaults to "full".

    Returns:
        The squared distance, at least 0, in squared units of the features.

    Raises:
        ValueError: If the arrays do not fit together, hold NaN or infinite values, or have fewer
            than 2 samples (1 with "none").

    Example:
    >>> real = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 2.0]])
    >>> frechet_distance(real, real + [3.0, 4.0])
    25.0
    >>> frechet_distance(real, real[::-1])
    0.0

    Reference: M. Heusel et al., GANs trained by a two time-scale update rule converge to a local
    Nash equilibrium, arXiv:1706.08500.
    """
    kind = look_up(covariance, COVARIANCES, "covariance")
    samples = check_pair(real, fake, minimum_samples=kind.minimum_samples, reason=kind.reason)
    sides = []
    for values in samples:
        sides.append(Moments(is_diagonal=kind.is_diagonal))
        sides[-1].update(values)
    return frechet_distance_of_moments(*sides, covariance=covariance)


def frechet_distance_of_moments(real: Moments, fake: Moments, *, covariance: str = "full") -> float:
    """Squared Fréchet distance between Gaussians of two `Moments`.

    Choose it for samples that arrive in batches; it is what `frechet_distance` gives otherwise.

    Args:
        real: Moments of real samples.
        fake: Moments of generated samples.
        covariance: "full", "diagonal" or "none"; "full" needs moments that are not diagonal.
            Defaults to "full".

    Returns:
        The squared distance, at least 0, in squared units of the features.

    Raises:
        ValueError: If the moments are of different features, diagonal, or of too few samples.

    Example:
    >>> real, fake = Moments(), Moments()
    >>> for batch in np.arange(12.0).reshape(3, 4, 1):
    ...     real.update(batch)
    ...     fake.update(batch + 2.0)
    >>> frechet_distance_of_moments(real, fake)
    4.0
    """
    kind = look_up(covariance, COVARIANCES, "covariance")
    _check_moments(real, fake, kind)
    difference = real.mean_difference(fake)
    means = float(difference @ difference)
    if kind.minimum_samples == 1 and min(real.count, fake.count) < 2:
        return means
    total = float(real.variance.sum() + fake.variance.sum())
    tolerance = (256 * _ROUNDING) ** 2 * total
    means = means if means > tolerance else 0.0
    return means + kind.spread(real, fake)


@register
class FrechetDistance(DistributionMetric):
    """Logs the squared Fréchet distance of generated samples from real ones; lower is better.

    Choose it to follow a training or to choose a checkpoint by the number that papers report; with
    features of an Inception network it is the FID. It keeps means and covariances only, so that
    memory does not grow with the samples, and those of the real ones are computed once. See
    `frechet_distance` for the formula.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        covariance: "full", "diagonal" or "none"; "diagonal" and "none" take the memory of a few
            samples. Defaults to "full".
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> metric = FrechetDistance()
    >>> real = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 2.0]])
    >>> metric(real, real + [3.0, 4.0])
    25.0

    Reference: M. Heusel et al., GANs trained by a two time-scale update rule converge to a local
    Nash equilibrium, arXiv:1706.08500.
    """

    modules = ("scipy",)
    higher_is_better = False

    def __init__(
        self,
        features: Features | keras.Model | None = None,
        *,
        covariance: str = "full",
        **kwargs: Any,
    ) -> None:
        kind = look_up(covariance, COVARIANCES, "covariance")
        # Without covariance a single sample has all that is compared.
        self.minimum_samples = kind.minimum_samples
        super().__init__(features, **kwargs)
        self.covariance = covariance

    def make_statistics(self) -> Moments:
        """Mean and covariance, or variances where only those are compared."""
        return Moments(is_diagonal=COVARIANCES[self.covariance].is_diagonal)

    def compare(self, real: Moments, fake: Moments) -> float:
        """Squared Fréchet distance of the features."""
        return frechet_distance_of_moments(real, fake, covariance=self.covariance)


def _check_moments(real: Moments, fake: Moments, kind: "_Covariance") -> None:
    for name, side in (("real", real), ("fake", fake)):
        if side.count < kind.minimum_samples:
            raise ValueError(
                f"`{name}` must hold at least {kind.minimum_samples} samples: {kind.reason}. "
                f"Received: {side.count}. Give more samples."
            )
        if side.is_diagonal and not kind.is_diagonal:
            raise ValueError(
                f"`{name}` must be moments of the whole covariance. Received: {side.kind}. Gather "
                'them with `is_diagonal=False`, or use `covariance="diagonal"`.'
            )
    check_same_features(real.num_features, fake.num_features)


def _full_spread(real: Moments, fake: Moments) -> float:
    """tr(S₁ + S₂) − 2 tr (S₁^½ S₂ S₁^½)^½.

    The last trace is the sum of the roots of the eigenvalues of S₁S₂. With S₁ = AᵀA and S₂ = BᵀB
    it is also the sum of the singular values of ABᵀ, which are dearer and never squared.
    """
    with needs_extra("metrics"):
        from scipy.linalg import svdvals

    total = float(real.variance.sum() + fake.variance.sum())
    covariances = real.covariance, fake.covariance
    trace, error = _sum_of_roots(_eigenvalues(*covariances))
    if 2.0 * error > _TOLERATED_ERROR * (total - 2.0 * trace):
        trace = float(svdvals(_joint_factor(*covariances)).sum())
    distance = total - 2.0 * trace
    tolerance = max(real.num_features, 16) * _ROUNDING * total
    return distance if distance > tolerance else 0.0


def _eigenvalues(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Those of the product of two covariances, without the zeros due to a low rank."""
    with needs_extra("metrics"):
        from scipy.linalg import LinAlgError, cholesky
        from scipy.linalg.blas import dtrmm

    try:
        upper = cholesky(first.T, overwrite_a=False)
        # LAPACK's generalized eigenvalues do the same, at twice the time.
        product = dtrmm(1.0, upper, second.T)
        squared = dtrmm(1.0, upper, product, side=1, trans_a=1, overwrite_b=1)
    except LinAlgError:
        # The first one is singular, as that of fewer samples than features is.
        product = _joint_factor(first, second)
        wide = product if product.shape[0] <= product.shape[1] else product.T
        squared = wide @ wide.T
    return np.linalg.eigvalsh(squared)


def _sum_of_roots(eigenvalues: np.ndarray) -> tuple[float, float]:
    """Sum of the square roots, and an estimate of its error."""
    noise = _ROUNDING * np.max(eigenvalues, initial=0.0)
    roots = np.sqrt(np.maximum(eigenvalues, 0.0))
    errors = noise / np.maximum(roots, np.sqrt(noise) or 1.0)
    return float(roots.sum()), float(errors.sum())


def _joint_factor(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """ABᵀ of two covariances AᵀA and BᵀB, shape `(rank, rank)`."""
    return _factor(first) @ _factor(second).T


def _factor(covariance: np.ndarray) -> np.ndarray:
    """Matrix A of shape `(rank, features)` with AᵀA = covariance."""
    with needs_extra("metrics"):
        from scipy.linalg.lapack import dpstrf

    deviations = np.sqrt(np.diagonal(covariance))
    # Constant features have no correlation; their columns of the factor are 0.
    scales = np.where(deviations > 0.0, deviations, 1.0)
    # Of correlations the factor is as accurate for small features as for large ones.
    correlations = covariance / scales
    correlations /= scales[:, np.newaxis]
    # LAPACK counts columns first, for which a symmetric matrix need not be copied.
    lower, pivots, rank, _ = dpstrf(correlations.T, lower=1, overwrite_a=1)
    factor = np.empty((rank, len(covariance)))
    factor[:, pivots - 1] = np.triu(lower.T[:rank])
    factor *= deviations
    return factor


def _diagonal_spread(real: Moments, fake: Moments) -> float:
    first, second = real.variance, fake.variance
    distance = float(np.sum((np.sqrt(first) - np.sqrt(second)) ** 2))
    tolerance = (256 * _ROUNDING) ** 2 * float(first.sum() + second.sum())
    return distance if distance > tolerance else 0.0


def _no_spread(real: Moments, fake: Moments) -> float:
    return 0.0


class _Covariance(NamedTuple):
    """What of the covariances is compared."""

    spread: Callable[[Moments, Moments], float]
    is_diagonal: bool
    minimum_samples: int
    reason: str


_UNBIASED = "an unbiased covariance divides by their number minus one"
COVARIANCES = {
    "full": _Covariance(_full_spread, False, 2, _UNBIASED),
    "diagonal": _Covariance(_diagonal_spread, True, 2, _UNBIASED),
    "none": _Covariance(_no_spread, True, 1, "their means are compared"),
}
"""Ways to compare covariances, by name."""
