"""What metrics share that look whether training samples are copied."""

import abc
from typing import Any

import keras
import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.sample_checks import as_samples
from keras_gan_losses.types import ArrayLike, Config


class TrainingSetMetric(DistributionMetric, abc.ABC):
    """Knows the samples that the generator is trained on, beside those of an evaluation.

    They are not saved with a GAN, since a file of weights must not carry the data that it is
    tested for leaking.

    Args:
        training: Samples that the generator is trained on, `(k, …)`. None, as after loading,
            leaves the metric without a value until they are set.
        features: What is compared of each sample; None for the samples themselves.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.
    """

    def __init__(
        self,
        training: ArrayLike,
        features: Features | keras.Model | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, **kwargs)
        self.training = training

    @property
    def training(self) -> np.ndarray | None:
        """Samples that the generator is trained on."""
        return self._training

    @training.setter
    def training(self, samples: ArrayLike) -> None:
        self._training: np.ndarray | None = None
        if samples is not None:
            as_samples("training", samples)
            self._training = keras.ops.convert_to_numpy(samples)
        self._training_features: np.ndarray | None = None

    @property
    def training_features(self) -> np.ndarray:
        """Features of the training samples, computed once."""
        if self._training_features is None:
            self._training_features = self.features(self._given_training())
        return self._training_features

    def check_count(self, count: int, kind: str) -> None:
        """Raises if so few samples have no value, or training samples are missing."""
        super().check_count(count, kind)
        self._given_training()

    def _given_training(self) -> np.ndarray:
        if self._training is None:
            raise ValueError(
                f"The metric {self.name!r} needs the training samples, which are not saved. Set "
                "them again after loading: gan.distribution_metrics[0].training = x_train."
            )
        return self._training

    def get_config(self) -> Config:
        """Constructor arguments, without the training samples."""
        training, self._training = self._training, None
        try:
            return super().get_config()
        finally:
            self._training = training
