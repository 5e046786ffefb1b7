"""Words that do not tear Keras's progress bar."""

import abc
import functools
import warnings
from collections.abc import Callable

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.types import Logs


class BetweenEpochs(keras.callbacks.Callback, abc.ABC):
    """Keeps what there is to say after an epoch until Keras's bar has ended its line.

    Keras completes the bar after all other callbacks' `on_epoch_end`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pending: list[Callable[[], None]] = []

    @abc.abstractmethod
    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks at the epoch; calls `say` and `warn`."""

    def say(self, text: str) -> None:
        """Prints a line once the bar is complete."""
        self._pending.append(functools.partial(print, text, flush=True))

    def warn(self, text: str) -> None:
        """Warns once the bar is complete."""
        self._pending.append(functools.partial(warnings.warn, text, stacklevel=2))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Says what the epoch before left to say."""
        self._say_all()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Says what the last epoch left to say."""
        self._say_all()

    def _say_all(self) -> None:
        # Emptied first, since a warning may be raised as an error.
        pending, self._pending = self._pending, []
        for speak in pending if backend.is_chief(self.model) else ():
            speak()
