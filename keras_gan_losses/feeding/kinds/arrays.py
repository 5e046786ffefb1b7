"""Arrays, tensors and tables in memory."""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import keras

from keras_gan_losses.backend.contract import DEFAULT_BATCH_SIZE
from keras_gan_losses.feeding.array_epochs import ArrayData
from keras_gan_losses.feeding.array_form import as_array, is_array
from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.source import CONTENT, Source
from keras_gan_losses.fingerprint import digest
from keras_gan_losses.trees import named_leaves, num_samples, packed
from keras_gan_losses.types import Arguments, Batch, Data, Tree
from keras_gan_losses.validation import check_count

_ROWS_LOOKED_AT = 64


class ArraySource(Source):
    """Samples in one array or a tree of arrays, and their condition in another, or in several.

    Args:
        samples: Shape `(n, …)`, or a tuple or dictionary of such arrays.
        condition: A row each, a dictionary of such parts, or None.
        batch_size: Samples in a batch.
    """

    def __init__(self, samples: Data, condition: Data = None, *, batch_size: int) -> None:
        super().__init__(samples)
        self.condition = condition
        self.batch_size = batch_size
        self._epochs: ArrayData | None = None

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data have a shape and rows, or are a tuple, list or dictionary of such."""
        leaves = named_leaves(x).values()
        return len(leaves) > 0 and all(map(is_array, leaves))

    @classmethod
    def made(cls, x: Data, y: Data, batch_size: int | None) -> Self:
        """Source of arrays, or of what can be seen as arrays without loss.

        Raises:
            ValueError: If values are masked, or the batch size is no count.
        """
        size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
        check_count("batch_size", size, advice=f"{DEFAULT_BATCH_SIZE} is the default.")
        samples = packed({name: as_array(leaf) for name, leaf in named_leaves(x).items()})
        return cls(samples, _as_arrays(y), batch_size=int(size))

    def read_by(self, reader: BatchReader) -> Self:
        """The arrays in the networks' form: everything is looked at now."""
        samples, *rest = reader((self.data, self.condition))
        return self._changed(data=samples, condition=rest[0] if rest else None)

    def in_rounds(self, num_updates: int) -> Self:
        """The same arrays, in batches of as many more samples."""
        rest = self.size % (self.batch_size * num_updates)
        if 0 < rest < num_updates:
            raise ValueError(
                f"{self.size} samples in rounds of discriminator_steps × batch_size = "
                f"{num_updates} × {self.batch_size} leave a last batch of {rest}, which cannot be "
                f"divided among {num_updates} discriminator updates. Leave out {rest} samples, or "
                "use another `batch_size`."
            )
        return self._changed(num_updates=num_updates)

    @property
    def round_size(self) -> int:
        """Samples in a round."""
        return self.batch_size * self.num_updates

    @property
    def size(self) -> int:
        """Number of samples."""
        return num_samples(self.data)

    def update_sizes(self, num_updates: int) -> Iterator[tuple[str, int | None, int]]:
        """A batch, and the last round."""
        yield "batches", self.batch_size, 1
        yield "a last round", self.size % (self.batch_size * num_updates), num_updates

    def fit_arguments(
        self, *, is_alone: bool, steps_per_epoch: int | None, shuffle: bool | str
    ) -> Arguments:
        """A pipeline of our own where one device trains, and Keras's own where several do.

        Keras's own is tuned while it runs on TensorFlow, and holds up the end of each epoch; on
        JAX and torch it takes each round from the host's memory.
        """
        if is_alone and steps_per_epoch is None and isinstance(shuffle, bool):
            seed = random.randrange(2**31)
            data = self.epochs(
                steps_per_epoch=None, shuffle=shuffle, steps_per_execution=1, seed=seed
            )
            return {"x": data.feed_passes(), "shuffle": False}
        return {
            "x": self.data,
            "y": self.condition,
            "batch_size": self.round_size,
            "steps_per_epoch": steps_per_epoch,
            "shuffle": shuffle,
        }

    def evaluate_arguments(self) -> Arguments:
        """The arrays, and how many samples are looked at at once."""
        return {"x": self.data, "y": self.condition, "batch_size": self.batch_size}

    @property
    def arrays(self) -> tuple[Tree, ...]:
        """Samples alone or with their condition."""
        return (self.data,) if self.condition is None else (self.data, self.condition)

    def validation_arguments(self) -> Arguments:
        """The arrays, and how many samples are looked at at once."""
        return {"validation_data": self.arrays, "validation_batch_size": self.batch_size}

    def epochs(
        self, *, steps_per_epoch: int | None, shuffle: bool, steps_per_execution: int, seed: int
    ) -> ArrayData:
        """Epochs that can begin at any round."""
        self._epochs = ArrayData(
            self.arrays,
            round_size=self.round_size,
            steps_per_epoch=steps_per_epoch,
            shuffle=shuffle,
            seed=seed,
        )
        return self._epochs

    def close(self) -> None:
        """Takes the arrays from the epochs made of them."""
        if self._epochs is not None:
            self._epochs.close()

    def description(self, *, shuffle: bool) -> Arguments:
        """Sizes, order, and some of the rows."""
        step = -(-self.size // _ROWS_LOOKED_AT)
        rows = [
            keras.ops.convert_to_numpy(each[::step]) for each in keras.tree.flatten(self.arrays)
        ]
        return {
            "kind": type(self).__name__,
            "num_samples": self.size,
            "batch_size": self.batch_size,
            "discriminator_steps": self.num_updates,
            "shuffle": shuffle,
            CONTENT: digest(*rows),
        }

    def split(self, share: float) -> tuple[Self, Self]:
        """The first samples, and the last ones of this share."""
        cut = int(self.size * (1.0 - share))
        if not 0 < cut < self.size:
            super().split(share)
        return self._rows(slice(cut)), self._rows(slice(cut, None))

    def elements(self) -> Iterable[Batch]:
        """Neighbouring rows, `batch_size` of them."""
        starts = range(0, self.size, self.batch_size)
        return (self._rows(slice(start, start + self.batch_size)).arrays for start in starts)

    def _rows(self, rows: slice) -> Self:
        taken = keras.tree.map_structure(lambda array: array[rows], self.arrays)
        return self._changed(data=taken[0], condition=taken[1] if len(taken) > 1 else None)


def _as_arrays(y: Data) -> Data:
    if isinstance(y, Mapping):
        return {name: as_array(values) for name, values in y.items()}
    return None if y is None else as_array(y)
