"""Epochs of arrays in memory."""

from functools import cached_property

import keras
import numpy as np

from keras_gan_losses.feeding.array_rows import ArrayRows, in_float_x
from keras_gan_losses.feeding.indexed_epochs import (
    EpochListener,
    EpochRounds,
    IndexedData,
    NextEpoch,
)
from keras_gan_losses.types import Data, Tree

_ROUNDS_AT_ONCE = 1024


class ArrayData(IndexedData):
    """Epochs of arrays in memory.

    Args:
        arrays: Samples, and their condition if there is one.
        round_size: Samples in a round.
        steps_per_epoch: Rounds in an epoch; by default one pass.
        shuffle: Whether each pass has an order of its own.
        seed: Seed of the orders.
    """

    def __init__(
        self,
        arrays: tuple[Tree, ...],
        *,
        round_size: int,
        steps_per_epoch: int | None,
        shuffle: bool,
        seed: int,
    ) -> None:
        num_items = keras.tree.flatten(arrays)[0].shape[0]
        rounds_in_pass = -(-num_items // round_size)
        super().__init__(
            num_items=num_items,
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

    def round(self, index: int) -> tuple[Tree, ...]:
        """The samples, and their condition if there is one."""
        return self._rows[self.indices(index)]

    def close(self) -> None:
        """Lets go of the arrays and of their order, which is made anew if a round is asked for."""
        self._arrays = ()
        self._known_order = None

    def feed(self) -> Data:
        """A `tf.data.Dataset` on TensorFlow, which gathers ahead, and a `PyDataset` elsewhere."""
        return self._fed(None)

    def feed_passes(self) -> Data:
        """The same, of which every pass is the next epoch, without being told."""
        return self._fed(NextEpoch(self))

    def _fed(self, listener: EpochListener | None) -> Data:
        if keras.backend.backend() != "tensorflow":
            return EpochRounds(self, listener)
        from keras_gan_losses.feeding.tf_epochs import gathered

        def block(number: int) -> tuple[np.ndarray, np.ndarray]:
            if number == 0 and listener is not None:
                listener.on_epoch_begin()
            return self._block(number)

        num_rounds = self.num_rounds_to_feed
        return gathered(
            keras.tree.map_structure(
                lambda array: in_float_x(keras.ops.convert_to_numpy(array)), self._arrays
            ),
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
