"""What a distance needs to know of one side's samples, gathered batch by batch."""

import abc
from collections.abc import Mapping
from typing import Self

import numpy as np


class Statistics(abc.ABC):
    """Gathers what a distance needs of samples that arrive in batches.

    Those of real samples are kept between evaluations, on disk too where a metric is told so: they
    must be told whole by `arrays`.
    """

    @property
    @abc.abstractmethod
    def count(self) -> int:
        """Number of samples so far."""

    @property
    def kind(self) -> str:
        """What is gathered: equal texts for statistics that hold the same of the same samples."""
        return type(self).__name__

    @abc.abstractmethod
    def update(self, features: np.ndarray) -> None:
        """Takes in the features of a batch, shape `(batch, …)`."""

    @abc.abstractmethod
    def arrays(self) -> dict[str, np.ndarray]:
        """The whole state, by name."""

    @classmethod
    @abc.abstractmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Statistics of a state that `arrays` gave."""


class StoredFeatures(Statistics):
    """Keeps every sample's features: memory grows as their number times their size.

    Example:
    >>> features = StoredFeatures()
    >>> features.update(np.zeros((3, 2)))
    >>> features.update(np.ones((1, 2)))
    >>> features.count, features.values.shape
    (4, (4, 2))
    """

    def __init__(self) -> None:
        self._batches: list[np.ndarray] = []

    @property
    def count(self) -> int:
        """Number of samples so far."""
        return sum(map(len, self._batches))

    @property
    def values(self) -> np.ndarray:
        """All features in the order in which they came, shape `(count, …)`."""
        if len(self._batches) != 1:
            # Joined once, and not again at each look.
            self._batches = [np.concatenate(self._batches)]
        return self._batches[0]

    def update(self, features: np.ndarray) -> None:
        """Takes in the features of a batch, shape `(batch, …)`."""
        self._batches.append(np.asarray(features))

    def arrays(self) -> dict[str, np.ndarray]:
        """The features as one array."""
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """The same features again."""
        statistics = cls()
        statistics.update(arrays["values"])
        return statistics
