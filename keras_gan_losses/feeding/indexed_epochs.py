"""Epochs of data that can be indexed, each round found by its number."""

import abc
import itertools
from typing import Any, Protocol

import keras
import numpy as np

from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.feeding.shuffled_order import shuffled_order
from keras_gan_losses.types import Batch


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

    num_rounds: int

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
    def round(self, index: int) -> Batch:
        """The samples of the epoch's `index`-th round that is left."""


class EpochListener(Protocol):
    """What a `PyDataset` too has: it is told when an epoch begins and ends."""

    def on_epoch_begin(self) -> None:
        """An epoch is about to be read."""

    def on_epoch_end(self) -> None:
        """An epoch has been read."""


class NextEpoch:
    """Counts the epochs read, from 0 on, for data that nobody else tells of them."""

    def __init__(self, data: IndexedData) -> None:
        self._data = data
        self._numbers = itertools.count()

    def on_epoch_begin(self) -> None:
        """Tells the data of the next epoch."""
        self._data.begin_epoch(next(self._numbers))

    def on_epoch_end(self) -> None:
        """Does nothing."""


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

    def __getitem__(self, index: int) -> Batch:
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
