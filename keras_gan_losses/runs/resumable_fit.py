"""`fit` as a run that survives its process: resumed where it stopped, set back where it failed."""

import random
import warnings
from collections.abc import Callable
from typing import Any

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.runs.run_callbacks import RunCallbacks
from keras_gan_losses.runs.run_description import check_data, check_networks, described
from keras_gan_losses.runs.run_keeper import RunGuard, RunKeeper
from keras_gan_losses.runs.run_state import changed_rules, check_fits, check_processes
from keras_gan_losses.runs.shared_keeper import SharedKeeper
from keras_gan_losses.types import Callbacks

Fit = Callable[..., keras.callbacks.History]


def fit_run(
    gan: keras.Model, fit: Fit, source: Source, *, callbacks: Callbacks | None = None, **kwargs: Any
) -> keras.callbacks.History:
    """Keras's `fit`, by parts if one of the callbacks keeps the run.

    Args:
        gan: The model.
        fit: Keras's own `fit` of it.
        source: The data, in rounds.
        callbacks: As in Keras.
        **kwargs: As in Keras.

    Raises:
        ValueError: If two callbacks would resume the run, or the kept run is another one.
    """
    # Keras's BackupAndRestore leaves it set, and the next `fit` then leaves out epochs.
    gan._initial_epoch = None
    for each in keras.tree.flatten(callbacks or []):
        if isinstance(each, RunGuard):
            each.before_fit(gan)
    keeper = _keeper(callbacks)
    if keeper is None:
        kwargs |= source.fit_arguments(
            is_alone=backend.num_shards(gan) == 1 == backend.process(gan)[1],
            steps_per_epoch=kwargs.get("steps_per_epoch"),
            shuffle=kwargs.get("shuffle", True),
        )
        return fit(callbacks=callbacks, **kwargs)
    if backend.process(gan)[1] > 1:
        keeper = SharedKeeper(keeper, gan)
    with keeper.opened():
        return _Run(gan, fit, keeper, callbacks, source, **kwargs).play()


def _keeper(callbacks: Callbacks | None) -> RunKeeper | None:
    if callbacks is None or isinstance(callbacks, keras.callbacks.CallbackList):
        return None
    resuming = (RunKeeper, keras.callbacks.BackupAndRestore)
    found = [each for each in keras.tree.flatten(callbacks) if isinstance(each, resuming)]
    keeper = next((each for each in found if isinstance(each, RunKeeper)), None)
    if keeper is not None and len(found) > 1:
        names = [type(each).__name__ for each in found]
        raise ValueError(
            f"Only one callback can resume a run. Received: {names}. Keep "
            f"{type(keeper).__name__}, which restores everything, and leave out the other."
        )
    return keeper


class _Run:
    """Calls Keras's `fit` for the rest of a begun epoch, and for all epochs after it."""

    def __init__(
        self,
        gan: keras.Model,
        fit: Fit,
        keeper: RunKeeper,
        callbacks: Callbacks | None,
        source: Source,
        *,
        epochs: int,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        shuffle: bool = True,
        verbose: int | str = "auto",
        **arguments: Any,
    ) -> None:
        self._gan, self._fit, self._keeper = gan, fit, keeper
        self._epochs, self._verbose = epochs, verbose
        self._initial_epoch = initial_epoch
        self._arguments = arguments
        self._state = keeper.latest()
        seed = random.randrange(2**31) if self._state is None else self._state.metadata["seed"]
        if not isinstance(shuffle, bool):
            raise ValueError(
                "A run that can be resumed takes shuffle=True or False. Received: "
                f"shuffle={shuffle!r}."
            )
        self._data = source.epochs(
            steps_per_epoch=steps_per_epoch,
            shuffle=shuffle,
            steps_per_execution=gan.steps_per_execution,
            seed=seed,
        )
        self._described = described(gan, source, shuffle=shuffle)
        self._check()
        self._callbacks = RunCallbacks(
            gan,
            keeper,
            self._data,
            keras.tree.flatten(callbacks),
            seed=seed,
            described=self._described,
            epochs=epochs,
            verbose=verbose,
        )

    def play(self) -> keras.callbacks.History:
        """Plays what is left of the run."""
        gan = self._gan
        gan.stop_training = False
        self._begin()
        # Only the end of the run may write averaged weights over the others.
        with gan.optimizer.finalizing_put_off():
            while True:
                self._play_epochs()
                if not self._callbacks.wants_rollback or not self._roll_back():
                    break
            self._callbacks.leave_good_state()
        if self._epochs > 0:
            gan.optimizer.finalize_variable_values(gan.trainable_weights)
        self._callbacks.finish()
        return gan.history

    def _check(self) -> None:
        state, rounds = self._state, self._data.num_rounds
        if not self._data.can_seek and self._keeper.every is not None:
            raise ValueError(
                "A generator or data loader cannot be resumed in the middle of an epoch, because "
                "it can only begin anew. Leave out `every`, to save at the end of each epoch, or "
                "pass an array, a PyDataset or a tf.data.Dataset."
            )
        if state is None:
            return
        check_fits(state, self._gan)
        check_processes(state, self._gan)
        check_networks(state, self._described)
        check_data(state, self._described, self._keeper.directory, can_seek=self._data.can_seek)
        if state.metadata["rounds_in_epoch"] != rounds:
            raise ValueError(
                f"The run in {str(self._keeper.directory)!r} has "
                f"{state.metadata['rounds_in_epoch']} rounds in an epoch. Received data and a "
                f"batch size that make {rounds}. Call `fit` as in the interrupted run, or begin "
                "a new run in another directory."
            )
        changed = changed_rules(state, self._gan)
        if changed:
            warnings.warn(
                f"The run in {str(self._keeper.directory)!r} was compiled with other rules: "
                f"{changed} changed. It goes on by the new ones, but with the learning rates of "
                "the checkpoint; for a run of its own use another directory.",
                stacklevel=2,
            )

    def _begin(self) -> None:
        state = self._state
        place = (self._initial_epoch, 0) if state is None else (state.epoch, state.round)
        self._data.seek(*place)
        self._callbacks.begin()
        if state is not None:
            self._callbacks.resume(state)
            return
        self._callbacks.go_to(self._initial_epoch)
        self._gan.reset_metrics()
        self._callbacks.save()

    def _play_epochs(self) -> None:
        """The rest of the epoch, then those after it."""
        if self._is_over():
            return
        epoch, done = self._callbacks.position
        if done > 0:
            self._play_until(epoch + 1)
        if self._callbacks.position[0] < self._epochs and not self._gan.stop_training:
            self._play_until(self._epochs)

    def _is_over(self) -> bool:
        """Whether nothing is left: `epochs` are done, or a callback has ended them early."""
        state = self._state
        if self._gan.stop_training or self._callbacks.position[0] >= self._epochs:
            return True
        if state is None or not state.metadata["is_stopped"]:
            return False
        return self._epochs <= state.metadata["epochs"]

    def _play_until(self, end: int) -> None:
        epoch, done = self._callbacks.position
        self._data.seek(epoch, done)
        self._fit(
            self._data.feed(),
            epochs=end,
            initial_epoch=epoch,
            steps_per_epoch=self._data.steps_per_epoch,
            callbacks=self._callbacks,
            verbose=self._verbose,
            shuffle=False,
            **self._arguments,
        )

    def _roll_back(self) -> bool:
        state = self._keeper.latest()
        if state is None:
            return False
        self._state = state
        self._gan.stop_training = False
        self._callbacks.resume(state, is_rollback=True)
        return True
