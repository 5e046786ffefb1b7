"""Data loaders of torch, which Keras reads on every backend."""

import copy
from collections.abc import Callable, Iterator
from typing import Self

import keras

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.rounds import rounds_of
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.types import Batch, Data


class TorchLoaderSource(Source):
    """Batches from a `torch.utils.data.DataLoader`."""

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are a data loader, seen without loading torch."""
        names = {(each.__name__, each.__module__.split(".")[0]) for each in type(x).__mro__}
        return ("DataLoader", "torch") in names

    def read_by(self, reader: BatchReader) -> Self:
        """The same loader; its batches are looked at when they are read."""
        if self.length == 0:
            reader.refuse_emptiness()
        data = _passing(self.data, lambda batches: map(_tensors, rounds_of(batches, 1, reader)))
        return self._changed(data=data)

    def in_rounds(self, num_updates: int) -> Self:
        """A loader of rounds."""
        if num_updates == 1:
            return self
        data = _passing(
            self.data, lambda batches: map(_tensors, rounds_of(batches, num_updates)), num_updates
        )
        return self._changed(data=data, num_updates=num_updates)

    def close(self) -> None:
        """Takes all from the loader that passes the user's on."""
        self.data.__dict__.clear()

    @property
    def length(self) -> int | None:
        """Number of batches, if the data set behind tells how many samples it has."""
        return len(self.data) if hasattr(self.data.dataset, "__len__") else None


def _tensors(batch: Batch) -> Batch:
    """The batch as tensors of torch, which Keras expects of a loader."""
    import torch

    return keras.tree.map_structure(torch.as_tensor, batch)


def _passing(
    loader: Data, passed: Callable[[Iterator[Batch]], Iterator[Batch]], num_joined: int = 1
) -> Data:
    """The loader itself, with all its settings, but for what its batches pass through.

    Its class is a loader's too, because that is what Keras asks for.
    """
    kind = type(loader)

    def length(self: Data) -> int:
        rounds, rest = divmod(kind.__len__(self._passed_on), num_joined)
        return rounds + (rest > 0)

    def batches(self: Data) -> Iterator[Batch]:
        return passed(kind.__iter__(self._passed_on))

    changed = copy.copy(loader)
    changed.__class__ = type(kind.__name__, (kind,), {"__iter__": batches, "__len__": length})
    # Not for the class to hold, which outlives `close`.
    changed._passed_on = loader
    return changed
