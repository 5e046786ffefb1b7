"""Distances between real and generated samples, as functions of arrays and as Keras metrics."""

from keras_gan_losses.metrics import features
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.statistics import Statistics, StoredFeatures

__all__ = [
    "DistributionMetric",
    "Statistics",
    "StoredFeatures",
    "features",
]
