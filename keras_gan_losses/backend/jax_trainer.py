"""How Keras's trainer on JAX plays rounds: as pure functions of the state."""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import jax
import keras
import numpy as np

from keras_gan_losses.backend.contract import DEFAULT_BATCH_SIZE, Variables
from keras_gan_losses.backend.interrupts import interrupts_put_off
from keras_gan_losses.backend.jax_rounds import Played, State, many_rounds
from keras_gan_losses.backend.trainer import Trainer
from keras_gan_losses.types import Tree

Outputs = TypeVar("Outputs")
Function = Callable[[State, Iterator[Tree]], tuple[Outputs, State]]
Groups = tuple[Variables, ...]

# From then on Keras plays `steps_per_execution` rounds in one call itself, and hands its functions
# that many batches as one.
_STACKS_BATCHES = tuple(int(part) for part in keras.__version__.split(".")[:2]) >= (3, 16)


def stateless_scope(variables: Variables, values: Sequence[jax.Array]) -> keras.StatelessScope:
    """Scope in which the variables have these values, and changes are kept."""
    return keras.StatelessScope(
        state_mapping=list(zip(variables, values, strict=True)), collect_losses=True
    )


class AdversarialTrainer(Trainer):
    """Runs the neutral steps in a stateless scope, and leaves the new state in the variables.

    Keras's trainer takes the values out of the variables for the length of an epoch, so that
    callbacks find none, and an interruption loses them. Here a variable has its value whenever
    Python code of others runs.
    """

    train_function: Function[dict[str, jax.Array]]
    test_function: Function[dict[str, jax.Array]]
    predict_function: Function[Tree]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._step_lock = threading.RLock()

    def train_step(self, state: State, data: Tree) -> Played:
        """One round of the game, as a pure function of the state."""
        return _stateless_step(self.adversarial_step, self._training_state(), state, data)

    def test_step(self, state: State, data: Tree) -> Played:
        """Scores of one batch, as a pure function of the state."""
        return _stateless_step(self.evaluation_step, self._evaluation_state(), state, data)

    def make_train_function(self, force: bool = False) -> None:
        """Lets `steps_per_execution` rounds be one call of the compiled function."""
        if self.train_function is not None and not force:
            return
        super().make_train_function(force)
        is_compiled = self.jit_compile and not self.run_eagerly
        # Where devices share the state, Keras tells the compiler how, for one step a call.
        is_alone = keras.distribution.distribution() is None
        is_ours = is_compiled and is_alone and not _STACKS_BATCHES
        if self.steps_per_execution > 1 and is_ours:
            self.train_function = many_rounds(self.train_step, self.steps_per_execution)
        groups = self._training_state()
        self.train_function = self._in_place(self.train_function, lambda: groups)

    def make_test_function(self, force: bool = False) -> None:
        """Keras's function, which leaves the state in the variables."""
        if self.test_function is None or force:
            super().make_test_function(force)
            self.test_function = self._in_place(self.test_function, self._evaluation_state)

    def make_predict_function(self, force: bool = False) -> None:
        """Keras's function, which leaves the state in the variables."""
        if self.predict_function is None or force:
            super().make_predict_function(force)
            self.predict_function = self._in_place(
                self.predict_function,
                lambda: (self.trainable_variables, self.non_trainable_variables),
            )

    def jax_state_sync(self) -> None:
        """Does nothing: the variables have their values already, and perhaps newer ones."""

    state_sync = jax_state_sync

    @property
    def _jax_state_synced(self) -> bool:
        """True: what a callback does before the first step leaves Keras's `fit` without a state."""
        return True

    @_jax_state_synced.setter
    def _jax_state_synced(self, value: bool) -> None:
        """Does nothing."""

    def _get_jax_state(self, **kwargs: bool) -> State:
        """Nothing, because each function takes the state from the variables itself."""
        return ()

    def _purge_model_variables(self, **kwargs: bool) -> None:
        """Does nothing, where Keras would take the values out of the variables."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves between two steps, if another thread is taking them."""
        with self._step_lock:
            super().save(*args, **kwargs)

    def save_weights(self, *args: Any, **kwargs: Any) -> None:
        """Saves between two steps, if another thread is taking them."""
        with self._step_lock:
            super().save_weights(*args, **kwargs)

    def _training_state(self) -> Groups:
        return (
            self.trainable_variables,
            self.non_trainable_variables,
            self.optimizer.variables,
            self.metrics_variables,
        )

    def _evaluation_state(self) -> Groups:
        return (self.trainable_variables, self.non_trainable_variables, self.metrics_variables)

    def _in_place(
        self,
        function: Function[Outputs],
        groups: Callable[[], Groups],
    ) -> Function[Outputs]:
        """The function, from values that are the variables' to values that become theirs.

        The compiled one deletes those that it was given. So none may be lost between the two,
        neither by an exception of the data, nor by an interruption, nor to another thread.
        """
        num_elements = 1 if _STACKS_BATCHES else self.steps_per_execution

        def call(state: State, iterator: Iterator[Tree]) -> tuple[Outputs, State]:
            batches = [next(iterator), *itertools.islice(iterator, num_elements - 1)]
            with self._step_lock, interrupts_put_off():
                variables = groups()
                state = tuple([variable._value for variable in group] for group in variables)
                outputs, state = function(state, iter(batches))
                for group, values in zip(variables, state, strict=True):
                    for variable, value in zip(group, values, strict=True):
                        variable._value = value
            return outputs, state

        return call

    def predict(self, x: Tree, batch_size: int | None = None, **kwargs: Any) -> Tree:
        """Samples of latents, as in Keras; each process makes all of them on one device.

        Of arrays, where a distribution is set: Keras would need batches that all devices can
        share, and leave each process with a part of the result.
        """
        inputs = keras.tree.map_structure(np.asarray, x) if _are_arrays(x) else None
        if keras.distribution.distribution() is None or inputs is None:
            return super().predict(x, batch_size=batch_size, **kwargs)
        return _predict_on_one_device(self, inputs, batch_size or DEFAULT_BATCH_SIZE)


def _are_arrays(x: object) -> bool:
    return all(hasattr(leaf, "shape") for leaf in keras.tree.flatten(x))


def _predict_on_one_device(model: keras.Model, inputs: Tree, batch_size: int) -> Tree:
    # As arrays of this process, which are on its first device when they are used.
    values = [
        [np.asarray(variable.value) for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    ]
    call = jax.jit(lambda values, batch: model.stateless_call(*values, batch, training=False)[0])
    count = len(keras.tree.flatten(inputs)[0])
    parts = []
    for start in range(0, count, batch_size):
        rows = slice(start, start + batch_size)
        batch = keras.tree.map_structure(lambda array, rows=rows: array[rows], inputs)
        parts.append(keras.tree.map_structure(np.asarray, call(values, batch)))
    return keras.tree.map_structure(lambda *arrays: np.concatenate(arrays), *parts)


def _stateless_step(
    step: Callable[[Tree], dict[str, jax.Array]], groups: Groups, state: State, data: Tree
) -> Played:
    variables = [variable for group in groups for variable in group]
    values = [value for group in state for value in group]
    with stateless_scope(variables, values) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(v) for v in group] for group in groups)
