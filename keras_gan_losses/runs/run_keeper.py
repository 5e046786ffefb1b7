"""What `GAN.fit` asks of a callback that keeps a run, and of one that guards it."""

import abc
import contextlib
import pathlib

import keras

from keras_gan_losses.runs.run_state import RunState
from keras_gan_losses.types import Logs


class RunKeeper(keras.callbacks.Callback, abc.ABC):
    """Keeps states of a run where they outlive the process.

    `fit` looks for one in its list of callbacks, and then takes care of the order of the data,
    asks for the last state when it begins, and hands over new ones.
    """

    directory: pathlib.Path
    every: int | None

    @abc.abstractmethod
    def opened(self) -> contextlib.AbstractContextManager[None]:
        """Context of a run, in which no other one may use the same place."""

    @abc.abstractmethod
    def latest(self) -> RunState | None:
        """The newest state that is whole, or None if none has been kept yet."""

    @abc.abstractmethod
    def save(self, state: RunState) -> None:
        """Keeps a state, or says why it cannot."""


class RunGuard(keras.callbacks.Callback, abc.ABC):
    """Watches a run, stops it by `model.stop_training`, and may want it set back."""

    has_tripped = False
    """Whether the run is in a state that is not worth keeping."""

    wants_rollback = False
    """Whether the run shall go on from the last state that was kept."""

    @abc.abstractmethod
    def before_fit(self, gan: keras.Model) -> None:
        """Takes the GAN before Keras asks whether a thread may tell the guard of batches."""

    @abc.abstractmethod
    def bind(self, keeper: RunKeeper) -> None:
        """Tells what keeps the run."""

    @abc.abstractmethod
    def examine(self, position: tuple[int, int], logs: Logs) -> None:
        """Looks at the logs of a round after which the run is to be kept, and trips if need be."""

    @abc.abstractmethod
    def after_rollback(self, gan: keras.Model) -> None:
        """Changes what shall be different this time."""
