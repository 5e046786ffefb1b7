"""Passes over data of any kind that Keras takes, outside of Keras's own loops."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import keras
import numpy as np

from keras_gan_losses.feeding.batch_form import unpacked
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.trees import LeafName, named_leaves, num_samples
from keras_gan_losses.types import Condition, Data, Samples, Shape, Tree


@dataclass(frozen=True)
class Batches:
    """Data that can be passed over again and again, as arrays `(samples, condition)`.

    Args:
        source: The data.
        steps: Batches in a pass; None for all there are.

    Raises:
        ValueError: If the data can be read only once, or a pass would never end.

    Example:
    >>> source = Source.of(np.zeros((5, 2)), batch_size=3)
    >>> [samples.shape for samples, _ in Batches(source)]
    [(3, 2), (2, 2)]
    """

    source: Source
    steps: int | None = None

    def __post_init__(self) -> None:
        name = type(self.source.data).__name__
        if not self.source.can_be_read_again:
            raise ValueError(
                f"Metrics need data that can be read again. Received: {name}, which ends after one "
                "pass. Use an array, a tf.data.Dataset, a keras.utils.PyDataset or a torch "
                "DataLoader."
            )
        if self.source.is_endless and self.steps is None:
            raise ValueError(
                f"Metrics need data that end. Received: a {name} without an end. Pass `steps`."
            )

    def __iter__(self) -> Iterator[tuple[Samples, Condition | None]]:
        for batch in itertools.islice(self.source.elements(), self.steps):
            samples, condition = unpacked(batch)
            parts = None if condition is None else keras.tree.map_structure(_array, condition)
            yield keras.tree.map_structure(_array, samples), parts


@dataclass(frozen=True)
class Content:
    """What one pass over data tells of them.

    Args:
        keys: Of each leaf a text that is equal for equal samples in one order, however batched.
        count: Number of samples.
        condition: The whole condition, or None.
    """

    keys: Mapping[LeafName, str]
    count: int
    condition: Condition | None

    @classmethod
    def of(cls, batches: Batches) -> "Content":
        """Content of data.

        Raises:
            ValueError: If there are no samples.

        Example:
        >>> data = np.zeros((5, 2))
        >>> of_size = lambda size: Content.of(Batches(Source.of(data, batch_size=size)))
        >>> of_size(5) == of_size(2)
        True
        """
        digests: dict[LeafName, hashlib.blake2b] = {}
        shapes: dict[LeafName, Shape] = {}
        count, conditions = 0, []
        for samples, condition in batches:
            for name, leaf in named_leaves(samples).items():
                digest = digests.setdefault(name, hashlib.blake2b(digest_size=16))
                digest.update(np.ascontiguousarray(leaf).data)
                shapes[name] = leaf.shape[1:]
            count += num_samples(samples)
            conditions += [] if condition is None else [condition]
        if not count:
            raise ValueError("The data are empty: expected at least one sample. Received none.")
        for name, digest in digests.items():
            digest.update(repr(shapes[name]).encode())
        keys = {name: digest.hexdigest() for name, digest in digests.items()}
        return cls(keys, count, joined(conditions))


def joined(trees: list[Tree]) -> Tree | None:
    """One tree of the rows of all; None of none."""
    if not trees:
        return None
    return keras.tree.map_structure(lambda *parts: np.concatenate(parts), *trees)


def _array(values: Data) -> np.ndarray:
    array = keras.ops.convert_to_numpy(values)
    # As the networks see samples: in single precision, bytes included.
    return array.astype("float32") if array.dtype in ("uint8", "float64", "float16") else array
