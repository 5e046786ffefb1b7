"""Metrics small enough to be computed by hand."""

import keras
import numpy as np

from keras_gan_losses import metrics


@keras.saving.register_keras_serializable(package="tests")
class MeanGap(metrics.DistributionMetric):
    """Distance between the means of the features."""

    higher_is_better = False
    minimum_samples = 2

    def compare(self, real, fake):
        return np.linalg.norm(real.values.mean(axis=0) - fake.values.mean(axis=0))


@keras.saving.register_keras_serializable(package="tests")
class FakeRange(metrics.DistributionMetric):
    """Least and greatest value of generated samples."""

    higher_is_better = {"least": True, "greatest": False}
    uses_real_samples = False

    def compare(self, real, fake):
        return {"least": fake.values.min(), "greatest": fake.values.max()}


class CountingFeatures(metrics.features.Features):
    """Flattened samples, with a record of the batches that came."""

    def __init__(self):
        self.sizes = []

    def __call__(self, samples):
        self.sizes.append(len(samples))
        return samples.reshape(len(samples), -1)

    def get_config(self):
        return {}


keras.saving.register_keras_serializable(package="tests")(CountingFeatures)
