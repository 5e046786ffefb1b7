"""Keras's `PyDataset`, whose batches are found by their numbers."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Self

import keras

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.feeding.py_dataset_epochs import PyDatasetData
from keras_gan_losses.feeding.rounds import concatenated
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.trees import num_samples
from keras_gan_losses.types import Arguments, Batch, Data


class PyDatasetSource(Source):
    """Batches from a `keras.utils.PyDataset`."""

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are a `PyDataset`."""
        return isinstance(x, keras.utils.PyDataset)

    def read_by(self, reader: BatchReader) -> Self:
        """The same data set; the first batch is looked at now, the others when they are read."""
        if self.data.num_batches == 0:
            reader.refuse_emptiness()
        reader(self.data[0], 0)
        return self._changed(data=RoundDataset(self.data, 1, reader))

    def in_rounds(self, num_updates: int) -> Self:
        """A data set of rounds."""
        if num_updates == 1:
            return self
        return self._changed(data=RoundDataset(self.data, num_updates), num_updates=num_updates)

    @property
    def length(self) -> int | None:
        """Number of batches; None if there is no end."""
        return self.data.num_batches

    def update_sizes(self, num_updates: int) -> Iterator[tuple[str, int | None, int]]:
        """The first batch and the last one, where there is an end."""
        last = 0 if self.length is None else self.length - 1
        for index in {0: None, last: None}:
            yield "batches", num_samples(self.data[index]), 1

    def fit_arguments(
        self, *, is_alone: bool, steps_per_epoch: int | None, shuffle: bool | str
    ) -> Arguments:
        """The data set, whose rounds Keras puts in order."""
        return {"x": self.data, "steps_per_epoch": steps_per_epoch, "shuffle": shuffle}

    def epochs(
        self, *, steps_per_epoch: int | None, shuffle: bool, steps_per_execution: int, seed: int
    ) -> EpochData:
        """Epochs that can begin at any round."""
        return PyDatasetData(self.data, steps_per_epoch=steps_per_epoch, shuffle=shuffle, seed=seed)

    def description(self, *, shuffle: bool) -> Arguments:
        """Number of rounds, and whether they have an order of their own in each pass."""
        return {**super().description(shuffle=shuffle), "shuffle": shuffle}

    def close(self) -> None:
        """Takes the user's data set from the one that reads it."""
        self.data.close()

    @property
    def is_endless(self) -> bool:
        """Whether there is a batch for every number."""
        return self.length is None

    def elements(self) -> Iterable[Batch]:
        """The batches by their numbers."""
        numbers = itertools.count() if self.length is None else range(self.length)
        return (self.data[number] for number in numbers)


class RoundDataset(keras.utils.PyDataset):
    """Joins neighbouring batches of another `PyDataset`.

    Args:
        batches: The other data set.
        num_updates: How many of its batches make one of ours.
        reader: Brings each batch into the networks' form.
    """

    def __init__(
        self,
        batches: keras.utils.PyDataset,
        num_updates: int,
        reader: BatchReader | None = None,
    ) -> None:
        super().__init__(
            workers=batches.workers,
            use_multiprocessing=batches.use_multiprocessing,
            max_queue_size=batches.max_queue_size,
        )
        self._batches = batches
        self._num_updates = num_updates
        self._reader = reader
        self._num_rounds = self._count_rounds()

    @property
    def num_batches(self) -> int | None:
        """Number of rounds in a pass, without a last one that has too few samples."""
        return self._num_rounds

    def __getitem__(self, index: int) -> Batch:
        """The samples of one round."""
        first = index * self._num_updates
        last = first + self._num_updates
        if self._batches.num_batches is not None:
            last = min(last, self._batches.num_batches)
        return concatenated([self._read(number) for number in range(first, last)])

    def close(self) -> None:
        """Forgets the other data set, after which nothing can be read."""
        del self._batches

    def on_epoch_begin(self) -> None:
        """Tells the other data set."""
        self._batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells the other data set."""
        self._batches.on_epoch_end()

    def _read(self, number: int) -> Batch:
        batch = self._batches[number]
        return batch if self._reader is None else self._reader(batch, number)

    def _count_rounds(self) -> int | None:
        if self._batches.num_batches is None:
            return None
        whole, rest = divmod(self._batches.num_batches, self._num_updates)
        has_rest = rest and num_samples(self[whole]) >= self._num_updates
        return whole + 1 if has_rest else whole
