"""Distances between real and generated samples, as functions of arrays and as Keras metrics."""

from collections.abc import Mapping

from keras_gan_losses.metrics import features
from keras_gan_losses.metrics.classified_mode_coverage import (
    ClassifiedModes,
    classified_mode_coverage,
    stacked_modes,
)
from keras_gan_losses.metrics.classifier_score import ClassifierScoreValue, classifier_score
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.histogram_divergences import (
    jensen_shannon_divergence,
    kullback_leibler_divergence,
)
from keras_gan_losses.metrics.marginal_divergences import (
    marginal_histograms,
    marginal_jensen_shannon_divergence,
    marginal_kullback_leibler_divergence,
)
from keras_gan_losses.metrics.memorization import nearest_neighbor_memorization
from keras_gan_losses.metrics.mode_coverage import CoveredModes, mode_coverage
from keras_gan_losses.metrics.sliced_wasserstein import sliced_wasserstein_distance
from keras_gan_losses.metrics.statistics import Statistics, StoredFeatures
from keras_gan_losses.metrics.structural_similarity import (
    mean_structural_similarity,
    multi_scale_structural_similarity,
)
from keras_gan_losses.metrics.wasserstein import wasserstein_distance
from keras_gan_losses.registration import look_up

__all__ = [
    "ClassifiedModes",
    "ClassifierScoreValue",
    "CoveredModes",
    "DistributionMetric",
    "Statistics",
    "StoredFeatures",
    "classified_mode_coverage",
    "classifier_score",
    "features",
    "get",
    "jensen_shannon_divergence",
    "kullback_leibler_divergence",
    "marginal_histograms",
    "marginal_jensen_shannon_divergence",
    "marginal_kullback_leibler_divergence",
    "mean_structural_similarity",
    "mode_coverage",
    "multi_scale_structural_similarity",
    "names",
    "nearest_neighbor_memorization",
    "sliced_wasserstein_distance",
    "stacked_modes",
    "wasserstein_distance",
]

_METRICS: Mapping[str, type[DistributionMetric]] = {}


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
