"""Wasserstein distance of projections onto lines, cheap for any array."""

from typing import Any

import keras
import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.sample_checks import as_sample_sets, check_order, flatten
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count

# Projections are made in blocks of at most this many numbers: 32 MiB.
BLOCK_SIZE = 2**22


def sliced_wasserstein_distance(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    order: int = 2,
    num_projections: int = 512,
    seed: int = 0,
) -> float:
    """Compares two sets of samples by their shadows on random lines; 0 where they agree.

    Choose it where there is no feature network: it takes any arrays, images, signals or tables,
    a few samples or many, and needs no fit. It sees shifts, scales and lost modes, but on raw
    pixels not what a viewer would see. `wasserstein_distance` is exact and dearer.

    Formula, with directions θ uniform on the sphere and quantile functions F⁻¹ of the projected
    samples: (mean over θ of ∫₀¹ |F⁻¹_real(q) − F⁻¹_fake(q)|^p dq)^(1/p), p being the order. The
    root is taken, as in POT, so that the value has the samples' unit and grows in proportion to
    a shift. Where d numbers make a sample, a shift by v gives |v|/√d at order 2: the sliced
    distance is smaller than the Wasserstein distance. Elsewhere the root is left out (the
    square appears under this name), or a constant factor added; the "SWD" of progressive
    growing is one of 7×7 patches of a Laplacian pyramid, times 1,000.

    Costs O(n log n) for each direction. Memory: both sets in float64 and a few blocks of 32 MiB,
    however many the directions. The order of the samples does not matter, and the same seed
    gives the same directions. These are random: for a shift in many dimensions, the standard
    error that they cause is 1/√(2 · num_projections) of the value, 3 % by default.

    Args:
        real: Real samples, array or tensor of shape `(n, …)`, finite.
        fake: Generated samples, `(m, …)`, each of the same shape; m need not be n.
        order: 1 or 2. Order 2 weighs far outliers more. Defaults to 2.
        num_projections: Number of random directions, at least 1. Defaults to 512.
        seed: Whole number of at least 0 that determines the directions. Defaults to 0.

    Returns:
        A number of at least 0 in the unit of the samples.

    Raises:
        ValueError: If samples are empty, not finite or of different shapes, or another argument
            is out of its range.

    Example:
    >>> import numpy as np
    >>> real = np.arange(10.0).reshape(10, 1)
    >>> round(sliced_wasserstein_distance(real, real + 3.0), 6)
    3.0

    Reference:
        Rabin et al., Wasserstein barycenter and its application to texture mixing, 2012;
        Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, 2015; for
        generative models Deshpande et al., 2018 (arXiv:1803.11188).
    """
    _check_arguments(order, num_projections, seed)
    real, fake = (flatten(samples) for samples in as_sample_sets(real=real, fake=fake))
    dimension = real.shape[1]
    block = max(1, BLOCK_SIZE // max(dimension, len(real) + len(fake)))
    generator = np.random.default_rng(seed)
    total = 0.0
    for start in range(0, num_projections, block):
        directions = _directions(generator, min(block, num_projections - start), dimension)
        total += transport_costs(real @ directions.T, fake @ directions.T, order).sum()
    return float((total / num_projections) ** (1.0 / order))


@register
class SlicedWassersteinDistance(DistributionMetric):
    """Logs how far generated samples are from real ones, on random lines; lower is better.

    Choose it as the first measure of any data: it needs no network and no fit, and takes images,
    signals and tables alike. See `sliced_wasserstein_distance` for the formula and its limits.

    Args:
        features: What is compared of each sample; None for the samples themselves.
        order: 1 or 2. Order 2 weighs far outliers more. Defaults to 2.
        num_projections: Number of random directions, at least 1. Defaults to 512.
        seed: Whole number of at least 0 that determines the directions. Defaults to 0.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> metric = SlicedWassersteinDistance(order=1)
    >>> real = np.arange(10.0).reshape(10, 1)
    >>> round(metric(real, real + 3.0), 6)
    3.0

    Reference:
        Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, 2015; for
        generative models Deshpande et al., 2018 (arXiv:1803.11188).
    """

    higher_is_better = False

    def __init__(
        self,
        features: Features | keras.Model | None = None,
        *,
        order: int = 2,
        num_projections: int = 512,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, **kwargs)
        _check_arguments(order, num_projections, seed)
        self.order = order
        self.num_projections = num_projections
        self.seed = seed

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Sliced Wasserstein distance of the features."""
        return sliced_wasserstein_distance(
            real.values,
            fake.values,
            order=self.order,
            num_projections=self.num_projections,
            seed=self.seed,
        )


def _check_arguments(order: int, num_projections: int, seed: int) -> None:
    check_order(order)
    check_count("num_projections", num_projections, advice="512 gives about 3 % error.")
    check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")


def _directions(generator: np.random.Generator, number: int, dimension: int) -> np.ndarray:
    """Unit vectors as rows, uniform on the sphere, the same in blocks of any size."""
    normal = generator.standard_normal((number, dimension))
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def transport_costs(real: np.ndarray, fake: np.ndarray, order: int) -> np.ndarray:
    """Integral of |difference of quantiles|^order for each column."""
    num_real, num_fake = len(real), len(fake)
    real, fake = np.sort(real, axis=0), np.sort(fake, axis=0)
    if num_real == num_fake:
        return (np.abs(real - fake) ** order).mean(axis=0)
    # Both quantile functions are steps. Whole numbers, in units of 1/(n·m), join them exactly.
    ends = np.union1d(num_fake * np.arange(1, num_real + 1), num_real * np.arange(1, num_fake + 1))
    shares = np.diff(ends, prepend=0) / (num_real * num_fake)
    differences = real[(ends - 1) // num_fake]
    differences -= fake[(ends - 1) // num_real]
    return shares @ np.abs(differences, out=differences) ** order
