"""State of callbacks: what of a plain callback has changed since training began."""

import inspect
from collections.abc import Iterable, Mapping

import keras
import numpy as np

from keras_gan_losses.runs.plain_values import decoded, encoded
from keras_gan_losses.types import Metadata

_KEYS_OF_KERAS = {"params", "_model", "model"}
# What they know is in the run's history already, or lies outside in files that they opened.
_WITHOUT_STATE = (
    keras.callbacks.History,
    keras.callbacks.ProgbarLogger,
    keras.callbacks.CSVLogger,
    keras.callbacks.TensorBoard,
    keras.callbacks.RemoteMonitor,
)


class CallbackStates:
    """Takes and restores the state of callbacks, be they Keras's or the user's.

    State is each attribute of numbers, texts, arrays, and lists, tuples, sets and dictionaries of
    them, that is no argument of the constructor and has changed since training began: the `best`
    and `wait` of `EarlyStopping`, for example. Arguments stay as the user has written them now.

    Args:
        callbacks: The callbacks of `fit`.
    """

    def __init__(self, callbacks: Iterable[keras.callbacks.Callback]) -> None:
        self._callbacks = [each for each in callbacks if not isinstance(each, _WITHOUT_STATE)]
        self._at_begin: list[Metadata] = [{} for _ in self._callbacks]

    def note_begin(self) -> None:
        """Remembers how the callbacks are when training begins."""
        self._at_begin = [_attributes(callback, {}, "") for callback in self._callbacks]

    def capture(self, arrays: dict[str, np.ndarray]) -> list[Metadata]:
        """State of each callback, as JSON has it; arrays are put beside."""
        states: list[Metadata] = []
        for index, callback in enumerate(self._callbacks):
            found = _attributes(callback, arrays, f"callbacks/{index}")
            begin = self._at_begin[index]
            changed = {name: value for name, value in found.items() if value != begin.get(name)}
            states.append({"class": type(callback).__name__, "state": changed})
        return states

    def restore(
        self,
        states: Iterable[Metadata],
        arrays: Mapping[str, np.ndarray],
        *,
        except_for: tuple[type, ...] = (),
    ) -> None:
        """Gives the callbacks their state again: the first of a class the first one's, and so on.

        Args:
            states: What `capture` gave.
            arrays: The arrays put beside.
            except_for: Classes whose callbacks stay as they are.
        """
        waiting = list(states)
        for callback in self._callbacks:
            name = type(callback).__name__
            state = next((each for each in waiting if each["class"] == name), None)
            if state is None:
                continue
            waiting.remove(state)
            if not isinstance(callback, except_for):
                _assign(callback, state["state"], arrays)


def _assign(
    callback: keras.callbacks.Callback,
    state: Metadata,
    arrays: Mapping[str, np.ndarray],
) -> None:
    known = set(vars(callback)) - _settings(callback)
    for name in known & set(state):
        setattr(callback, name, decoded(state[name], arrays))


def _attributes(
    callback: keras.callbacks.Callback, arrays: dict[str, np.ndarray], prefix: str
) -> Metadata:
    settings = _settings(callback)
    found = {}
    for name, value in vars(callback).items():
        if name in settings:
            continue
        own: dict[str, np.ndarray] = {}
        try:
            found[name] = encoded(value, own, f"{prefix}/{name}")
        except (TypeError, RecursionError):  # Functions, open files, and what else is no state.
            continue
        arrays.update(own)
    return found


def _settings(callback: keras.callbacks.Callback) -> set[str]:
    return _KEYS_OF_KERAS | set(inspect.signature(type(callback).__init__).parameters)
