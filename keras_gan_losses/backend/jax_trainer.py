"""How Keras's trainer on JAX plays rounds: as pure functions of the state."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras
import numpy as np

from keras_gan_losses.backend.contract import Variables
from keras_gan_losses.backend.jax_rounds import many_rounds


def stateless_scope(variables: Variables, values: Sequence[Any]) -> keras.StatelessScope:
    """Scope in which the variables have these values, and changes are kept."""
    return keras.StatelessScope(
        state_mapping=list(zip(variables, values, strict=True)), collect_losses=True
    )


class AdversarialTrainer:
    """Runs the neutral steps in a stateless scope, and hands the new state back to Keras."""

    def train_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """One round of the game, as a pure function of the state."""
        groups = [
            self.trainable_variables,
            self.non_trainable_variables,
            self.optimizer.variables,
            self.metrics_variables,
        ]
        return _stateless_step(self.adversarial_step, groups, state, data)

    def test_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """Scores of one batch, as a pure function of the state."""
        groups = [
            self.trainable_variables,
            self.non_trainable_variables,
            self.metrics_variables,
        ]
        return _stateless_step(self.evaluation_step, groups, state, data)

    def make_train_function(self, force: bool = False) -> None:
        """Lets `steps_per_execution` rounds be one call of the compiled function."""
        if self.train_function is not None and not force:
            return
        super().make_train_function(force)
        is_compiled = self.jit_compile and not self.run_eagerly
        # Where devices share the state, Keras tells the compiler how, for one step a call.
        is_alone = keras.distribution.distribution() is None
        if self.steps_per_execution > 1 and is_compiled and is_alone:
            self.train_function = many_rounds(self.train_step, self.steps_per_execution)

    def predict(self, x: Any, batch_size: int | None = None, **kwargs: Any) -> Any:
        """Samples of latents, as in Keras; each process makes all of them on one device.

        Of arrays, where a distribution is set: Keras would need batches that all devices can
        share, and leave each process with a part of the result.
        """
        inputs = keras.tree.map_structure(np.asarray, x) if _are_arrays(x) else None
        if keras.distribution.distribution() is None or inputs is None:
            return super().predict(x, batch_size=batch_size, **kwargs)
        return _predict_on_one_device(self, inputs, batch_size or 32)


def _are_arrays(x: Any) -> bool:
    return all(hasattr(leaf, "shape") for leaf in keras.tree.flatten(x))


def _predict_on_one_device(model: keras.Model, inputs: Any, batch_size: int) -> Any:
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
    step: Callable[[Any], dict[str, Any]], groups: list[Variables], state: Any, data: Any
) -> tuple[dict[str, Any], Any]:
    variables = [variable for group in groups for variable in group]
    values = [value for group in state for value in group]
    with stateless_scope(variables, values) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(v) for v in group] for group in groups)
