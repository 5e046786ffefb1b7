"""What is compared of a sample, instead of the sample itself."""

import abc
import json
from collections.abc import Sequence

import numpy as np

from keras_gan_losses.fingerprint import config_of, digest
from keras_gan_losses.registration import Configurable, register


class Features(Configurable, abc.ABC):
    """Turns a batch of samples into what a metric compares.

    Subclass it for features of your own: implement `__call__`, keep each constructor argument in
    an attribute of its name, and register the class with Keras, so that it is saved with a GAN.
    """

    @abc.abstractmethod
    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Features of a batch, shape `(batch, …)`."""

    def arrays(self) -> list[np.ndarray]:
        """Weights, which are saved beside the configuration; by default none."""
        return []

    def restore(self, arrays: Sequence[np.ndarray]) -> None:
        """Takes back what `arrays` gave."""

    def content_key(self) -> str:
        """Text that is equal for features that give the same values."""
        return digest(json.dumps(config_of(self), sort_keys=True), *self.arrays())


@register
class IdentityFeatures(Features):
    """Gives samples as they are, for metrics that look at images, series or single values.

    Example:
    >>> IdentityFeatures()(np.zeros((3, 8, 8, 1))).shape
    (3, 8, 8, 1)
    """

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """The samples."""
        return samples


@register
class FlattenedFeatures(Features):
    """Gives all values of a sample in one row: pixels, columns of a table, points of a signal.

    Choose them for data whose values mean something by themselves, such as tables and points in
    the plane. Pixels are a poor measure of photographs: use a network there.

    Example:
    >>> FlattenedFeatures()(np.zeros((3, 8, 8, 1))).shape
    (3, 64)
    """

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Array of shape `(batch, values)`."""
        return samples.reshape(len(samples), -1)
