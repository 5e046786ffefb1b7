"""Epochs of data that can be indexed: arrays, and Keras's `PyDataset`."""

import abc
import itertools
from functools import cached_property
from typing import Any, Protocol

import keras
import numpy as np

from keras_gan_losses.feeding.array_rows import ArrayRows, in_float_x
from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.feeding.shuffled_order import shuffled_order

_ROUNDS_AT_ONCE = 1024


class IndexedData(EpochData):
    """Rounds that are found by their number: pass p has the order of `default_rng((seed, p))`.

    The rounds of all epochs form one row, and pass follows pass in it. An epoch is one pass,
    unless `steps_per_epoch` says otherwise.

    Args:
        num_items: How many things a pass puts in order.
        rounds_in_pass: Rounds in a pass, or None if passes never end.
        num_rounds: Rounds in an epoch.
        shuffle: Whether each pass has an order of its own.
        seed: Seed of the orders.
    """

    def __init__(
        self,
        *,
        num_items: int,
        rounds_in_pass: int | None,
        num_rounds: int,
        shuffle: bool,
        seed: int,
    ) -> None:
        super().__init__(num_rounds)
        self._num_items = num_items
        self._rounds_in_pass = rounds_in_pass
        self._shuffle = shuffle
        self._seed = seed
        self._known_order: tuple[int, np.ndarray] | None = None

    @property
    def num_rounds_to_feed(self) -> int:
        """Rounds that are left of the epoch."""
        return self.num_rounds - self.first_round

    def place(self, index: int) -> tuple[int, int]:
        """Pass, and round within it, of the epoch's `index`-th round that is left."""
        number = self.epoch * self.num_rounds + self.first_round + index
        return (0, number) if self._rounds_in_pass is None else divmod(number, self._rounds_in_pass)

    def order(self, pass_number: int) -> np.ndarray:
        """Order of a pass."""
        known = self._known_order
        if known is not None and known[0] == pass_number:
            return known[1]
        if self._shuffle:
            order = shuffled_order(self._seed, pass_number, self._num_items)
        else:
            order = np.arange(self._num_items)
        self._known_order = (pass_number, order)
        return order

    @abc.abstractmethod
    def round(self, index: int) -> Any:
        """The samples of the epoch's `index`-th round that is left."""


class EpochListener(Protocol):
    """What a `PyDataset` too has: it is told when an epoch begins and ends."""

    def on_epoch_begin(self) -> None:
        """An epoch is about to be read."""

    def on_epoch_end(self) -> None:
        """An epoch has been read."""


class _NextEpoch:
    """Counts the epochs read, from 0 on, for data that nobody else tells of them."""

    def __init__(self, data: IndexedData) -> None:
        self._data = data
        self._numbers = itertools.count()

    def on_epoch_begin(self) -> None:
        self._data.begin_epoch(next(self._numbers))

    def on_epoch_end(self) -> None:
        return None


class ArrayData(IndexedData):
    """Epochs of arrays in memory.

    Args:
        arrays: Samples, and labels if there are any.
        round_size: Samples in a round.
        steps_per_epoch: Rounds in an epoch; by default one pass.
        shuffle: Whether each pass has an order of its own.
        seed: Seed of the orders.
    """

    def __init__(
        self,
        arrays: tuple[Any, ...],
        *,
        round_size: int,
        steps_per_epoch: int | None,
        shuffle: bool,
        seed: int,
    ) -> None:
        rounds_in_pass = -(-len(arrays[0]) // round_size)
        super().__init__(
            num_items=len(arrays[0]),
            rounds_in_pass=rounds_in_pass,
            num_rounds=steps_per_epoch or rounds_in_pass,
            shuffle=shuffle,
            seed=seed,
        )
        self._arrays = arrays
        self._round_size = round_size

    @cached_property
    def _rows(self) -> ArrayRows:
        return ArrayRows(self._arrays)

    def indices(self, index: int) -> np.ndarray:
        """Which samples are in a round."""
        pass_number, place = self.place(index)
        first = place * self._round_size
        return self.order(pass_number)[first : first + self._round_size]

    def round(self, index: int) -> tuple[Any, ...]:
        """The samples, and their labels if there are any."""
        return self._rows[self.indices(index)]

    def feed(self) -> Any:
        """A `tf.data.Dataset` on TensorFlow, which gathers ahead, and a `PyDataset` elsewhere."""
        return self._fed(None)

    def feed_passes(self) -> Any:
        """The same, of which every pass is the next epoch, without being told."""
        return self._fed(_NextEpoch(self))

    def _fed(self, listener: EpochListener | None) -> Any:
        if keras.backend.backend() != "tensorflow":
            return EpochRounds(self, listener)
        from keras_gan_losses.feeding.tf_epochs import gathered

        def block(number: int) -> tuple[np.ndarray, np.ndarray]:
            if number == 0 and listener is not None:
                listener.on_epoch_begin()
            return self._block(number)

        num_rounds = self.num_rounds_to_feed
        return gathered(
            tuple(in_float_x(keras.ops.convert_to_numpy(array)) for array in self._arrays),
            block,
            num_blocks=-(-num_rounds // _ROUNDS_AT_ONCE),
            num_rounds=num_rounds,
            round_size=None if self._num_items % self._round_size else self._round_size,
        )

    def _block(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Indices of many rounds, and how many in each: every block costs a call of Python."""
        first = number * _ROUNDS_AT_ONCE
        last = min(first + _ROUNDS_AT_ONCE, self.num_rounds_to_feed)
        rounds = [self.indices(index) for index in range(first, last)]
        indices = np.zeros((len(rounds), max(map(len, rounds))), "int64")
        for row, own in zip(indices, rounds, strict=True):
            row[: len(own)] = own
        return indices, np.array([len(own) for own in rounds])


class PyDatasetData(IndexedData):
    """Epochs of a `PyDataset`, whose rounds change places as Keras's `shuffle` lets them.

    Args:
        dataset: Gives one round for each index.
        steps_per_epoch: Rounds in an epoch; by default one pass.
        shuffle: Whether each pass has an order of its own.
        seed: Seed of the orders.
    """

    def __init__(
        self,
        dataset: keras.utils.PyDataset,
        *,
        steps_per_epoch: int | None,
        shuffle: bool,
        seed: int,
    ) -> None:
        length = dataset.num_batches
        if length is None and steps_per_epoch is None:
            raise ValueError(
                "A PyDataset without an end can be resumed only if an epoch has a length. Pass "
                "`steps_per_epoch`."
            )
        super().__init__(
            num_items=length or 0,
            rounds_in_pass=length,
            num_rounds=steps_per_epoch or length,
            shuffle=shuffle and length is not None,
            seed=seed,
        )
        self.dataset = dataset
        self._is_endless = length is None
        self._num_begun = 0

    def seek(self, epoch: int, first_round: int) -> None:
        """Goes to a round, and repeats what the data set was told in the epochs before."""
        super().seek(epoch, first_round)
        for _ in range(self._num_begun, epoch):
            self.dataset.on_epoch_begin()
            self.dataset.on_epoch_end()
        self._num_begun = epoch

    def begin_epoch(self, epoch: int) -> None:
        """Tells which epoch is read next."""
        super().begin_epoch(epoch)
        self._num_begun = epoch + 1

    def round(self, index: int) -> Any:
        """What the data set has at the place whose turn it is."""
        pass_number, place = self.place(index)
        return self.dataset[place if self._is_endless else int(self.order(pass_number)[place])]

    def feed(self) -> keras.utils.PyDataset:
        """A `PyDataset` that loads with the workers of the one given."""
        return EpochRounds(
            self,
            self.dataset,
            workers=self.dataset.workers,
            use_multiprocessing=self.dataset.use_multiprocessing,
            max_queue_size=self.dataset.max_queue_size,
        )


class EpochRounds(keras.utils.PyDataset):
    """The rounds that are left of the present epoch, as Keras reads them.

    Args:
        data: Where they come from.
        listener: Is told of each epoch's begin and end.
        **kwargs: Workers, as in `PyDataset`.
    """

    def __init__(
        self, data: IndexedData, listener: EpochListener | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._data = data
        self._listener = listener
        self._has_begun = False

    @property
    def num_batches(self) -> int:
        """Rounds that are left."""
        return self._data.num_rounds_to_feed

    def __getitem__(self, index: int) -> Any:
        """One round."""
        return self._data.round(index)

    def on_epoch_begin(self) -> None:
        """Tells the data set underneath."""
        self._has_begun = True
        if self._listener is not None:
            self._listener.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells the data set underneath."""
        # Keras says so once before the first epoch too, and would say it again after a resumption.
        if self._listener is not None and self._has_begun:
            self._listener.on_epoch_end()
        self._has_begun = False
