"""Data of which any epoch can begin at any round: what resuming in the middle of an epoch needs."""

import abc

from keras_gan_losses.types import Data


class EpochData(abc.ABC):
    """Feeds epochs whose order of samples depends on their number alone.

    Args:
        num_rounds: Rounds in an epoch, or None if only reading tells.
    """

    can_seek = True

    def __init__(self, num_rounds: int | None) -> None:
        self.num_rounds = num_rounds
        self.epoch = 0
        self.first_round = 0

    def seek(self, epoch: int, first_round: int) -> None:
        """Goes to a round of an epoch; the epochs after it begin at their first round."""
        self.epoch = epoch
        self.first_round = first_round

    def begin_epoch(self, epoch: int) -> None:
        """Tells which epoch is read next."""
        self.epoch = epoch

    @property
    def steps_per_epoch(self) -> int | None:
        """What Keras is told of an epoch's length, where the data cannot tell."""
        return None

    @property
    def first_batches(self) -> dict[str, str]:
        """Digests of the first batch of passes read so far, where they are taken."""
        return {}

    @abc.abstractmethod
    def feed(self) -> Data:
        """What Keras's `fit` takes, beginning at the place sought."""


class UnseekableData(EpochData):
    """Generators and data loaders, which only begin at the beginning.

    Args:
        data: What `fit` was given.
        steps_per_epoch: Rounds in an epoch, if told.
    """

    can_seek = False

    def __init__(self, data: Data, steps_per_epoch: int | None) -> None:
        super().__init__(steps_per_epoch)
        self._data = data

    @property
    def steps_per_epoch(self) -> int | None:
        """As `fit` was told."""
        return self.num_rounds

    def feed(self) -> Data:
        """The data as they came."""
        return self._data
