"""Grouping of batches into rounds: several discriminator updates take one batch each."""

from collections.abc import Callable, Iterable, Iterator
from types import GeneratorType
from typing import Any

import keras
import numpy as np


def group_into_rounds(data: Any, num_batches: int) -> Any:
    """Data whose every batch joins `num_batches` batches of the given data, in their order.

    Each sample stays in the pass, save that a last round with fewer samples than batches is
    left out; that of a `tf.data.Dataset`, whose length must be known beforehand, is filled up with
    its own samples instead.

    Args:
        data: `tf.data.Dataset`, `PyDataset`, torch `DataLoader` or generator.
        num_batches: Batches in a round, at least 1; with 1 the data come back unchanged.

    Returns:
        Data of the same kind.

    Raises:
        TypeError: If the data are of another kind.

    Example:
    >>> batches = (np.zeros((4, 2)) for _ in range(6))
    >>> [len(batch) for batch in group_into_rounds(batches, 3)]
    [12, 12]
    """
    if num_batches == 1:
        return data
    if hasattr(data, "ragged_batch"):
        return _group_tf_data(data, num_batches)
    if isinstance(data, keras.utils.PyDataset):
        return RoundDataset(data, num_batches)
    if hasattr(data, "collate_fn") and getattr(data, "batch_size", None):
        return _group_data_loader(data, num_batches)
    if isinstance(data, GeneratorType):
        return _group_generator(data, num_batches)
    raise TypeError(
        "With several discriminator steps the data must be arrays, a tf.data.Dataset, a "
        "keras.utils.PyDataset, a generator, or a torch DataLoader with a `batch_size`. "
        f"Received: {type(data).__name__}."
    )


class RoundDataset(keras.utils.PyDataset):
    """Joins neighbouring batches of another `PyDataset`.

    Args:
        batches: The other data set.
        num_batches: How many of its batches make one of ours.
    """

    def __init__(self, batches: keras.utils.PyDataset, num_batches: int) -> None:
        super().__init__(
            workers=batches.workers,
            use_multiprocessing=batches.use_multiprocessing,
            max_queue_size=batches.max_queue_size,
        )
        self._batches = batches
        self._num_batches = num_batches
        self._num_rounds = self._count_rounds()

    def __len__(self) -> int:
        """Number of rounds in a pass, without a last one that has too few samples."""
        return self._num_rounds

    def __getitem__(self, index: int) -> Any:
        """The samples of one round."""
        return self._joined(index)

    def on_epoch_begin(self) -> None:
        """Tells the other data set."""
        self._batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells the other data set."""
        self._batches.on_epoch_end()

    def _count_rounds(self) -> int:
        whole, rest = divmod(self._batches.num_batches, self._num_batches)
        has_rest = rest and _size(self._joined(whole)) >= self._num_batches
        return whole + 1 if has_rest else whole

    def _joined(self, index: int) -> Any:
        first = index * self._num_batches
        last = min(first + self._num_batches, self._batches.num_batches)
        return _concatenated([self._batches[i] for i in range(first, last)])


def _group_tf_data(dataset: Any, num_batches: int) -> Any:
    import tensorflow as tf

    def joined(batches: Any) -> Any:
        if isinstance(batches, tf.RaggedTensor):
            return filled(batches.values)
        return filled(tf.reshape(batches, tf.concat([[-1], tf.shape(batches)[2:]], axis=0)))

    def filled(samples: Any) -> Any:
        size = tf.shape(samples)[0]
        return tf.cond(
            size >= num_batches,
            lambda: samples,
            lambda: tf.gather(samples, tf.range(num_batches) % size),
        )

    def map_structure(function: Callable[[Any], Any]) -> Callable[..., Any]:
        return lambda *element: tf.nest.map_structure(
            function, element[0] if len(element) == 1 else element
        )

    return dataset.ragged_batch(num_batches).map(map_structure(joined))


def _group_data_loader(loader: Any, num_batches: int) -> Any:
    return type(loader)(
        loader.dataset,
        batch_size=loader.batch_size * num_batches,
        sampler=loader.sampler,
        num_workers=loader.num_workers,
        collate_fn=loader.collate_fn,
        pin_memory=loader.pin_memory,
        drop_last=loader.drop_last,
        generator=loader.generator,
    )


def _group_generator(batches: Iterable[Any], num_batches: int) -> Iterator[Any]:
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if len(waiting) == num_batches:
            yield _concatenated(waiting)
            waiting = []
    if waiting and sum(map(_size, waiting)) >= num_batches:
        yield _concatenated(waiting)


def _concatenated(batches: list[Any]) -> Any:
    return keras.tree.map_structure(
        lambda *parts: np.concatenate([keras.ops.convert_to_numpy(part) for part in parts]),
        *batches,
    )


def _size(batch: Any) -> int:
    return len(keras.tree.flatten(batch)[0])
