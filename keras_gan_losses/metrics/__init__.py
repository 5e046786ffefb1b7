"""Distances between real and generated samples, as functions of arrays and as Keras metrics."""

from collections.abc import Mapping

from keras_gan_losses.metrics import features
from keras_gan_losses.metrics.association_difference import (
    AssociationDifference,
    association_difference,
    column_associations,
)
from keras_gan_losses.metrics.classified_mode_coverage import (
    ClassifiedModeCoverage,
    ClassifiedModes,
    classified_mode_coverage,
    stacked_classifier,
    stacked_modes,
)
from keras_gan_losses.metrics.classifier_score import (
    ClassifierScore,
    ClassifierScoreValue,
    classifier_score,
)
from keras_gan_losses.metrics.column_distance import ColumnDistance, column_distances
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.frechet_distance import (
    FrechetDistance,
    frechet_distance,
    frechet_distance_of_moments,
)
from keras_gan_losses.metrics.histogram_divergences import (
    jensen_shannon_divergence,
    kullback_leibler_divergence,
)
from keras_gan_losses.metrics.image_diversity import (
    MultiScaleStructuralSimilarity,
    mean_structural_similarity,
)
from keras_gan_losses.metrics.kernel_distance import (
    KernelDistance,
    KernelDistanceEstimate,
    kernel_distance,
)
from keras_gan_losses.metrics.kernels import (
    EnergyKernel,
    GaussianKernel,
    Kernel,
    PolynomialKernel,
)
from keras_gan_losses.metrics.marginal_divergences import (
    MarginalJensenShannonDivergence,
    MarginalKullbackLeiblerDivergence,
    marginal_histograms,
    marginal_jensen_shannon_divergence,
    marginal_kullback_leibler_divergence,
)
from keras_gan_losses.metrics.memorization import (
    NearestNeighborMemorization,
    nearest_neighbor_memorization,
)
from keras_gan_losses.metrics.memorization_informed import (
    MemorizationInformedFrechetDistance,
    memorization_informed_frechet_distance,
)
from keras_gan_losses.metrics.mode_coverage import CoveredModes, ModeCoverage, mode_coverage
from keras_gan_losses.metrics.moments import Moments
from keras_gan_losses.metrics.precision_recall import (
    PrecisionRecall,
    PrecisionRecallEstimate,
    neighborhood_radii,
    precision_recall,
)
from keras_gan_losses.metrics.sliced_wasserstein import (
    SlicedWassersteinDistance,
    sliced_wasserstein_distance,
)
from keras_gan_losses.metrics.spectral_distance import SpectralDistance, spectral_distance
from keras_gan_losses.metrics.statistics import Statistics, StoredFeatures
from keras_gan_losses.metrics.structural_similarity import multi_scale_structural_similarity
from keras_gan_losses.metrics.synthetic_training import (
    SyntheticTraining,
    synthetic_training_scores,
)
from keras_gan_losses.metrics.wasserstein import WassersteinDistance, wasserstein_distance
from keras_gan_losses.registration import look_up

__all__ = [
    "AssociationDifference",
    "ClassifiedModeCoverage",
    "ClassifiedModes",
    "ClassifierScore",
    "ClassifierScoreValue",
    "ColumnDistance",
    "CoveredModes",
    "DistributionMetric",
    "EnergyKernel",
    "FrechetDistance",
    "GaussianKernel",
    "Kernel",
    "KernelDistance",
    "KernelDistanceEstimate",
    "MarginalJensenShannonDivergence",
    "MarginalKullbackLeiblerDivergence",
    "MemorizationInformedFrechetDistance",
    "ModeCoverage",
    "Moments",
    "MultiScaleStructuralSimilarity",
    "NearestNeighborMemorization",
    "PolynomialKernel",
    "PrecisionRecall",
    "PrecisionRecallEstimate",
    "SlicedWassersteinDistance",
    "SpectralDistance",
    "Statistics",
    "StoredFeatures",
    "SyntheticTraining",
    "WassersteinDistance",
    "association_difference",
    "classified_mode_coverage",
    "classifier_score",
    "column_associations",
    "column_distances",
    "features",
    "frechet_distance",
    "frechet_distance_of_moments",
    "get",
    "jensen_shannon_divergence",
    "kernel_distance",
    "kullback_leibler_divergence",
    "marginal_histograms",
    "marginal_jensen_shannon_divergence",
    "marginal_kullback_leibler_divergence",
    "mean_structural_similarity",
    "memorization_informed_frechet_distance",
    "mode_coverage",
    "multi_scale_structural_similarity",
    "names",
    "nearest_neighbor_memorization",
    "neighborhood_radii",
    "precision_recall",
    "sliced_wasserstein_distance",
    "spectral_distance",
    "stacked_classifier",
    "stacked_modes",
    "synthetic_training_scores",
    "wasserstein_distance",
]

_METRICS: Mapping[str, type[DistributionMetric]] = {
    "frechet_distance": FrechetDistance,
    "kernel_distance": KernelDistance,
    "marginal_jensen_shannon_divergence": MarginalJensenShannonDivergence,
    "marginal_kullback_leibler_divergence": MarginalKullbackLeiblerDivergence,
    "multi_scale_structural_similarity": MultiScaleStructuralSimilarity,
    "precision_recall": PrecisionRecall,
    "spectral_distance": SpectralDistance,
    "sliced_wasserstein_distance": SlicedWassersteinDistance,
    "wasserstein_distance": WassersteinDistance,
}


def names() -> list[str]:
    """Names that `GAN.compile` takes among its `metrics`, sorted.

    They stand for metrics that need no argument; those that compare features do it on flattened
    samples.

    Example:
    >>> isinstance(names(), list)
    True
    """
    return sorted(_METRICS)


def get(identifier: str | DistributionMetric) -> DistributionMetric:
    """Metric of a name, with its defaults, or itself.

    Args:
        identifier: A name such as `"frechet_distance"`, or a metric.

    Raises:
        ValueError: If there is no metric of that name.
        TypeError: If it is neither.

    Example:
    >>> [get(name).name for name in names()] == names()
    True
    """
    if isinstance(identifier, str):
        return look_up(identifier, _METRICS, "metric")()
    if isinstance(identifier, DistributionMetric):
        return identifier
    raise TypeError(
        "`metrics` of a GAN are names or objects of keras_gan_losses.metrics, which compare "
        "distributions. A metric of Keras compares each prediction with its target, and a "
        f"generated sample has none. Received: {identifier!r}."
    )
