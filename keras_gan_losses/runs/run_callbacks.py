"""The callbacks of a run that is kept: told what an uninterrupted run would tell them."""

import warnings
from collections.abc import Mapping, Sequence

import keras
import numpy as np

from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.runs.callback_state import CallbackStates
from keras_gan_losses.runs.plain_values import decoded, encoded
from keras_gan_losses.runs.run_keeper import RunGuard, RunKeeper
from keras_gan_losses.runs.run_state import RunState, capture, restore_model
from keras_gan_losses.types import Logs, Metadata


class RunCallbacks(keras.callbacks.CallbackList):
    """Keras's list of callbacks over several calls of Keras's `fit` that are one run.

    Training begins and ends once, batches are counted from the begin of their epoch, and after
    all others have had their turn the state is kept or restored.

    Args:
        gan: The model.
        keeper: Where states are kept.
        data: Where samples come from.
        callbacks: Those of the user, the keeper among them.
        seed: Seed of the data's order.
        described: Networks and data, to be kept with each state.
        epochs: Epoch at which the run ends.
        verbose: As in Keras.
    """

    def __init__(
        self,
        gan: keras.Model,
        keeper: RunKeeper,
        data: EpochData,
        callbacks: Sequence[keras.callbacks.Callback],
        *,
        seed: int,
        described: Mapping[str, object],
        epochs: int,
        verbose: int | str,
    ) -> None:
        super().__init__(
            list(callbacks),
            add_history=True,
            add_progbar=verbose != 0,
            model=gan,
            verbose=verbose,
            epochs=epochs,
            steps=data.num_rounds,
        )
        self._keeper = keeper
        self._data = data
        self._seed = seed
        self._described = described
        self._epochs = epochs
        self._states = CallbackStates(self.callbacks)
        self._guards = [each for each in self.callbacks if isinstance(each, RunGuard)]
        self._position = (0, 0)
        self._last_save = (0, 0)
        self._resumed_from: RunState | None = None
        self._is_rollback = False
        self._expected_batches: dict[str, str] = {}
        self._final_logs: Logs | None = None
        self._warned_of: set[str] = set()

    @property
    def position(self) -> tuple[int, int]:
        """Epoch, and rounds of it that have been played."""
        return self._position

    @property
    def wants_rollback(self) -> bool:
        """Whether a guard wants the run to go on from the last state that was kept."""
        return any(guard.wants_rollback for guard in self._guards)

    def begin(self) -> None:
        """Begins training, for all callbacks."""
        for guard in self._guards:
            guard.bind(self._keeper)
        super().on_train_begin()
        self._states.note_begin()

    def leave_good_state(self) -> None:
        """Gives the GAN what was kept last, where a guard has stopped the run."""
        state = self._keeper.latest() if self._has_tripped() else None
        if state is not None:
            restore_model(state, self.model)
            warnings.warn(
                "The GAN has the state of the newest checkpoint again, that of epoch "
                f"{state.epoch} after {state.round} rounds.",
                stacklevel=2,
            )

    def finish(self) -> None:
        """Ends training, for all callbacks."""
        super().on_train_end(self._final_logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Left out: `begin` is called once for the whole run."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Put off: `finish` is called once for the whole run."""
        self._final_logs = logs

    def go_to(self, epoch: int) -> None:
        """Sets the place of a run that begins anew."""
        self._position = self._last_save = (epoch, 0)

    def resume(self, state: RunState, *, is_rollback: bool = False) -> None:
        """Restores a state, a second time when callbacks have been told of its epoch's begin."""
        self._resumed_from = state
        self._is_rollback = is_rollback
        self._expected_batches = {} if is_rollback else state.metadata["first_batches"]
        self._restore(state)
        self._check_order()
        if state.round == 0:
            self._settle()

    def save(self, *, is_stopped: bool = False) -> None:
        """Lets the present state be kept."""
        self._last_save = self._position
        beside: dict[str, np.ndarray] = {}
        logs = self._kept_logs(beside)
        metadata = {
            **self._described,
            "seed": self._seed,
            "rounds_in_epoch": self._data.num_rounds,
            "epochs": self._epochs,
            "is_stopped": is_stopped,
            "first_batches": self._data.first_batches,
            "history": {"epoch": list(self._history.epoch), "logs": logs},
        }
        # Keras's property brings JAX's state up to date.
        state = capture(self.model, self._states, self._position, **metadata)
        self._keeper.save(RunState(state.metadata, {**state.arrays, **beside}))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Tells the callbacks, and restores what they changed of a state in mid-epoch."""
        self._data.begin_epoch(epoch)
        self._position = (epoch, self._data.first_round)
        super().on_epoch_begin(epoch, logs)
        if self._resumed_from is not None:
            self._restore(self._resumed_from)
            self._settle()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tells the callbacks, counting from the epoch's begin."""
        super().on_train_batch_begin(batch + self._data.first_round, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tells the callbacks, and saves if it is time."""
        batch += self._data.first_round
        super().on_train_batch_end(batch, logs)
        epoch, length = self._position[0], self._data.num_rounds
        if not self._data.can_seek or length is None:
            return
        self._position = (epoch, min(batch + 1, length))
        if self._expected_batches:
            self._check_order()
            self._expected_batches = {}
        if self._is_due() and self._position[1] < length and self._is_worth_keeping(logs):
            self.save()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Tells the callbacks, and saves the state of a new epoch's begin."""
        length = self._data.num_rounds if self._data.can_seek else None
        is_cut_short = length is not None and self._position[1] < length
        if is_cut_short and not self._has_tripped():
            # Before the callbacks take the epoch for a whole one.
            self.save()
        super().on_epoch_end(epoch, logs)
        if not is_cut_short:
            self._position = (epoch + 1, 0)
            if not self._has_tripped():
                self.save(is_stopped=bool(self.model.stop_training))

    def _kept_logs(self, arrays: dict[str, np.ndarray]) -> Metadata:
        """The history's logs as JSON has them, but for what no file can hold."""
        kept = {}
        for name, values in self._history.history.items():
            try:
                kept[name] = encoded(values, arrays, f"history/{name}")
            except TypeError as error:
                self._warn_of_log(name, error)
        return kept

    def _warn_of_log(self, name: str, error: TypeError) -> None:
        if name not in self._warned_of:
            self._warned_of.add(name)
            warnings.warn(
                f"The log {name!r} is not kept with the run: {error} Log numbers or arrays.",
                stacklevel=2,
            )

    def _is_due(self) -> bool:
        every, (epoch, done) = self._keeper.every, self._position
        since = done - (self._last_save[1] if self._last_save[0] == epoch else 0)
        return every is not None and since >= every

    def _is_worth_keeping(self, logs: Logs | None) -> bool:
        # Keras may tell the guards of this round from a thread, and later.
        values = {name: float(value) for name, value in (logs or {}).items()}
        for guard in self._guards:
            guard.examine(self._position, values)
        return not self._has_tripped()

    def _has_tripped(self) -> bool:
        return any(guard.has_tripped for guard in self._guards)

    def _restore(self, state: RunState) -> None:
        restore_model(state, self.model)
        kept = (RunGuard,) if self._is_rollback else ()
        self._states.restore(state.metadata["callbacks"], state.arrays, except_for=kept)
        saved = state.metadata["history"]
        self._history.epoch = list(saved["epoch"])
        self._history.history = {
            name: decoded(values, state.arrays) for name, values in saved["logs"].items()
        }
        self._position = self._last_save = (state.epoch, state.round)

    def _settle(self) -> None:
        """Ends a resumption: from here on the state is the run's own."""
        if self._is_rollback:
            for guard in self._guards:
                guard.after_rollback(self.model)
            self.save()
        self._resumed_from = None

    def _check_order(self) -> None:
        """Warns if a pass that is read again begins otherwise than before the interruption."""
        found, expected = self._data.first_batches, self._expected_batches
        if any(found[name] != expected[name] for name in found.keys() & expected.keys()):
            warnings.warn(
                "The tf.data.Dataset gives its batches in another order than before the "
                "interruption, or gives others. The run goes on, but not as if it had never "
                "stopped. Give `shuffle` and random maps a `seed`, and call "
                "keras.utils.set_random_seed before the data set is made.",
                stacklevel=2,
            )
