"""Data sets and data loaders of grain, which Keras reads on every backend."""

from collections.abc import Callable, Iterator
from typing import Any, Self

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.rounds import rounds_of
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.types import Batch, Data, Json


class GrainSource(Source):
    """Batches from grain's `MapDataset`, `IterDataset` or `DataLoader`."""

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are grain's, seen without loading it."""
        return any(each.__module__.split(".")[0] == "grain" for each in type(x).__mro__)

    def read_by(self, reader: BatchReader) -> Self:
        """The same data; their batches are looked at when they are read."""
        if self.length == 0:
            reader.refuse_emptiness()
        return self._passing(lambda batches: rounds_of(batches, 1, reader))

    def in_rounds(self, num_updates: int) -> Self:
        """Data of rounds."""
        if num_updates == 1:
            return self
        return self._passing(
            lambda batches: rounds_of(batches, num_updates), num_updates=num_updates
        )

    def close(self) -> None:
        """Takes the user's data set from the one that passes it on."""
        del self.data._passed_on

    @property
    def length(self) -> int | None:
        """Number of batches, where the data set tells."""
        return len(self.data) if hasattr(self.data, "__len__") else None

    def _passing(
        self, passed: Callable[[Iterator[Batch]], Iterator[Batch]], **attributes: Any
    ) -> Self:
        return self._changed(data=_passing(self.data, passed), **attributes)


def _passing(data: Data, passed: Callable[[Iterator[Batch]], Iterator[Batch]]) -> Data:
    """A data set of grain, because that is what Keras asks for, of what the batches become."""
    import grain

    class Batches(grain.DatasetIterator):
        def __init__(self, batches: Iterator[Batch]) -> None:
            super().__init__()
            self._batches = batches

        def __next__(self) -> Batch:
            return next(self._batches)

        def get_state(self) -> dict[str, Json]:
            return {}

        def set_state(self, state: dict[str, Json]) -> None:
            raise NotImplementedError("Such a pass begins at its beginning.")

    class Passed(grain.IterDataset):
        def __init__(self, data: Data) -> None:
            super().__init__()
            # Not for the class to hold, which outlives `close`.
            self._passed_on = data

        def __iter__(self) -> grain.DatasetIterator:
            return Batches(passed(iter(self._passed_on)))

    return Passed(data)
