"""Rounds out of batches: several updates of the discriminator take one batch each."""

from collections.abc import Iterable, Iterator

import keras
import numpy as np

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.trees import num_samples
from keras_gan_losses.types import Batch


def rounds_of(
    batches: Iterable[Batch], num_updates: int, reader: BatchReader | None = None
) -> Iterator[Batch]:
    """Batches that pass a reader, each so many joined to one, in their order.

    Args:
        batches: A pass over data.
        num_updates: Batches in a round. A last round with fewer samples is left out.
        reader: Brings each batch into the networks' form.

    Raises:
        ValueError: If a reader finds no batch, or one that the networks cannot take.

    Example:
    >>> batches = ((np.zeros((4, 2)),) for _ in range(6))
    >>> [len(samples) for samples, in rounds_of(batches, 3)]
    [12, 12]
    """
    waiting: list[Batch] = []
    number = -1
    for number, batch in enumerate(batches):
        waiting.append(batch if reader is None else reader(batch, number))
        if len(waiting) == num_updates:
            yield concatenated(waiting)
            waiting = []
    if reader is not None and number < 0:
        reader.refuse_emptiness()
    if waiting and sum(map(num_samples, waiting)) >= num_updates:
        yield concatenated(waiting)


def concatenated(batches: list[Batch]) -> Batch:
    """One batch of the rows of all; a single one as it is."""
    if len(batches) == 1:
        return batches[0]
    return keras.tree.map_structure(
        lambda *parts: np.concatenate([keras.ops.convert_to_numpy(part) for part in parts]),
        *batches,
    )
