"""Ends a training whose players are no longer those that `compile` knows."""

import contextlib
from collections.abc import Callable, Iterator

import keras

from keras_gan_losses.types import Callbacks, Logs


class PlayersWatch(keras.callbacks.Callback):
    """Looks at the players after all other callbacks have had their turn, once an epoch.

    Args:
        check: Raises if layers were frozen or thawed.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        super().__init__()
        self._check = check

    def after(self, callbacks: Callbacks) -> Callbacks:
        """The callbacks of a call, and the watch after them."""
        if isinstance(callbacks, keras.callbacks.CallbackList):
            return callbacks
        return [*keras.tree.flatten(callbacks or []), self]

    @contextlib.contextmanager
    def speaking(self) -> Iterator[None]:
        """Context whose error is the freezing, where a step fails for it within an epoch."""
        try:
            yield
        except Exception:
            self._check()
            raise

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks before the epoch's first round."""
        self._check()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks after its last one, which may be the training's."""
        self._check()
