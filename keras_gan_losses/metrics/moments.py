"""Mean and covariance of samples that arrive in batches."""

from collections.abc import Iterator, Mapping
from typing import Self

import numpy as np

from keras_gan_losses.metrics.feature_checks import check_features
from keras_gan_losses.metrics.statistics import Statistics
from keras_gan_losses.types import ArrayLike

# 32 MiB of float64 are worked on at once.
_BLOCK_VALUES = 2**22


class Moments(Statistics):
    """Gathers mean and covariance of features in one pass, whatever the number of samples.

    Choose it to compare more samples than fit into memory, or to join what several processes saw.
    Memory is that of one matrix of `features × features` in float64, or of one row of it with
    `is_diagonal`, and 32 MiB of working space.

    Batches are joined by the rule of Chan, Golub and LeVeque, relative to the first sample, so
    that features with a large common offset lose no digits. The result depends on the division
    into batches and on the samples' order by rounding only.

    Args:
        is_diagonal: Whether to keep only each feature's own variance. Defaults to False.

    Example:
    >>> moments = Moments()
    >>> moments.update(np.array([[0.0, 1.0], [2.0, 1.0]]))
    >>> moments.update(np.array([[4.0, 4.0]]))
    >>> moments.mean.tolist(), moments.covariance.tolist()
    ([2.0, 2.0], [[4.0, 3.0], [3.0, 3.0]])

    Reference: T. Chan, G. Golub, R. LeVeque, Algorithms for computing the sample variance, 1983.
    """

    def __init__(self, *, is_diagonal: bool = False) -> None:
        self.is_diagonal = is_diagonal
        self._count = 0
        # The first sample; the mean is kept relative to it.
        self._origin = np.zeros(0)
        self._offset = np.zeros(0)
        self._scatter = np.zeros((0,) if is_diagonal else (0, 0))

    @property
    def count(self) -> int:
        """Number of samples so far."""
        return self._count

    @property
    def kind(self) -> str:
        """What is gathered."""
        return f"Moments(is_diagonal={self.is_diagonal})"

    @property
    def num_features(self) -> int:
        """Number of features, 0 before the first batch."""
        return len(self._origin)

    @property
    def mean(self) -> np.ndarray:
        """Mean of each feature, shape `(features,)`."""
        return self._origin + self._offset

    @property
    def covariance(self) -> np.ndarray:
        """Unbiased covariance, shape `(features, features)`, or `(features,)` if diagonal.

        Raises:
            ValueError: If there are fewer than two samples.
        """
        return self._scatter / self._degrees_of_freedom()

    @property
    def variance(self) -> np.ndarray:
        """Unbiased variance of each feature, shape `(features,)`.

        Raises:
            ValueError: If there are fewer than two samples.
        """
        scatter = self._scatter if self.is_diagonal else np.diagonal(self._scatter)
        return scatter / self._degrees_of_freedom()

    def mean_difference(self, other: Self) -> np.ndarray:
        """This mean minus another one, shape `(features,)`, without loss at large offsets."""
        return (self._origin - other._origin) + (self._offset - other._offset)

    def update(self, features: ArrayLike) -> None:
        """Takes in the features of a batch, shape `(batch, features)`.

        Raises:
            ValueError: If the shape is another one, the number of features changes, or values
                are NaN or infinite. Nothing is taken in then.
        """
        values = check_features("features", features, minimum_samples=0)
        if not len(values):
            return
        self._check_num_features(values.shape[1])
        if not self._count:
            self._start(values[0].astype("float64"))
        for block in _blocks(values):
            rows = block.astype("float64")
            rows -= self._origin
            offset = rows.mean(axis=0)
            rows -= offset
            self._join(len(rows), offset, self._scatter_of(rows))

    def merge(self, other: Self) -> None:
        """Takes in all samples of other moments, which stay as they are.

        Raises:
            ValueError: If the other ones are of other features or the other kind.
        """
        if other.is_diagonal != self.is_diagonal:
            raise ValueError(
                "Moments can be merged with those of the same `is_diagonal` only. Received: "
                f"{other.is_diagonal} into {self.is_diagonal}. Gather both alike."
            )
        if not other.count:
            return
        self._check_num_features(other.num_features)
        if not self._count:
            self._start(other._origin)
        offset = (other._origin - self._origin) + other._offset
        self._join(other.count, offset, other._scatter)

    def arrays(self) -> dict[str, np.ndarray]:
        """The whole state, by name."""
        return {
            "count": np.array(self._count),
            "origin": self._origin,
            "offset": self._offset,
            "scatter": self._scatter,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Moments of a state that `arrays` gave."""
        moments = cls(is_diagonal=arrays["scatter"].ndim == 1)
        moments._count = int(arrays["count"])
        for name in ("origin", "offset", "scatter"):
            setattr(moments, f"_{name}", np.array(arrays[name], dtype="float64"))
        return moments

    def _start(self, origin: np.ndarray) -> None:
        self._origin = origin.copy()
        self._offset = np.zeros_like(origin)
        self._scatter = np.zeros(origin.shape if self.is_diagonal else origin.shape * 2)

    def _join(self, count: int, offset: np.ndarray, scatter: np.ndarray) -> None:
        """Adds samples of which the mean relative to the origin and the scatter are known."""
        total = self._count + count
        difference = offset - self._offset
        self._scatter += scatter
        if self._count:
            between = self._scatter_of(difference[np.newaxis])
            between *= self._count * count / total
            self._scatter += between
        self._offset = self._offset + difference * (count / total)
        self._count = total

    def _scatter_of(self, rows: np.ndarray) -> np.ndarray:
        return np.einsum("ij,ij->j", rows, rows) if self.is_diagonal else rows.T @ rows

    def _check_num_features(self, num_features: int) -> None:
        if self._count and num_features != self.num_features:
            raise ValueError(
                f"All batches must have the same number of features. Received: {num_features} "
                f"after {self.num_features}. Begin new moments for other features."
            )

    def _degrees_of_freedom(self) -> int:
        if self._count < 2:
            raise ValueError(
                f"An unbiased covariance needs at least 2 samples. Received: {self._count}. Give "
                "more samples."
            )
        return self._count - 1


def _blocks(values: np.ndarray) -> Iterator[np.ndarray]:
    num_rows = max(1, _BLOCK_VALUES // values.shape[1])
    for start in range(0, len(values), num_rows):
        yield values[start : start + num_rows]
