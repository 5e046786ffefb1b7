"""Passes over data of any kind that Keras takes, outside of Keras's own loops."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from keras_gan_losses.validation import check_count


@dataclass(frozen=True)
class Batches:
    """Data that can be passed over again and again, as arrays `(samples, labels)`.

    Args:
        x: Array, `tf.data.Dataset`, `PyDataset` or torch `DataLoader`.
        y: Labels, where `x` is an array.
        batch_size: Samples in a batch, where `x` is an array.
        steps: Batches in a pass; None for all there are.

    Raises:
        ValueError: If the data can be read only once.

    Example:
    >>> [samples.shape for samples, _ in Batches(np.zeros((5, 2)), batch_size=3)]
    [(3, 2), (2, 2)]
    """

    x: Any
    y: Any = None
    batch_size: int = 256
    steps: int | None = None

    def __post_init__(self) -> None:
        check_count("batch_size", self.batch_size, advice="256 suits most data.")
        if isinstance(self.x, Iterator):
            raise ValueError(
                f"Metrics need data that can be read again. Received: {type(self.x).__name__}, "
                "which ends after one pass. Use an array, a tf.data.Dataset, a "
                "keras.utils.PyDataset or a torch DataLoader."
            )

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        for batch in itertools.islice(self._elements(), self.steps):
            samples, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
            yield _array(samples), None if labels is None else _array(labels)

    def _elements(self) -> Iterator[Any]:
        if hasattr(self.x, "shape"):
            starts = range(0, len(self.x), self.batch_size)
            return (self._rows(slice(start, start + self.batch_size)) for start in starts)
        if isinstance(self.x, keras.utils.PyDataset):
            count = self.x.num_batches if self.steps is None else self.steps
            return (self.x[index] for index in range(count))
        return iter(self.x)

    def _rows(self, rows: slice) -> tuple[Any, ...]:
        return (self.x[rows],) if self.y is None else (self.x[rows], self.y[rows])


@dataclass(frozen=True)
class Content:
    """What one pass over data tells of them.

    Args:
        key: Text that is equal for equal samples in the same order, however batched.
        count: Number of samples.
        labels: All labels, or None.
    """

    key: str
    count: int
    labels: np.ndarray | None

    @classmethod
    def of(cls, batches: Batches) -> "Content":
        """Content of data.

        Raises:
            ValueError: If there are no samples.

        Example:
        >>> data = np.zeros((5, 2))
        >>> Content.of(Batches(data)) == Content.of(Batches(data, batch_size=2))
        True
        """
        digest, count, labels, shape = hashlib.blake2b(digest_size=16), 0, [], ()
        for samples, batch_labels in batches:
            digest.update(np.ascontiguousarray(samples).data)
            count += len(samples)
            labels += [] if batch_labels is None else [batch_labels]
            shape = samples.shape[1:]
        if not count:
            raise ValueError("The data are empty: expected at least one sample. Received none.")
        digest.update(repr(shape).encode())
        return cls(digest.hexdigest(), count, np.concatenate(labels) if labels else None)


def _array(values: Any) -> np.ndarray:
    array = keras.ops.convert_to_numpy(values)
    # As the networks see samples: in single precision, bytes included.
    return array.astype("float32") if array.dtype in ("uint8", "float64", "float16") else array
