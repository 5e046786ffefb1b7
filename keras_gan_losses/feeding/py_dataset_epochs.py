"""Epochs of Keras's `PyDataset`."""

import keras

from keras_gan_losses.feeding.indexed_epochs import EpochRounds, IndexedData
from keras_gan_losses.types import Batch


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

    def round(self, index: int) -> Batch:
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
