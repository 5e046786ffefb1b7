"""What a saved GAN holds beyond the weights that Keras saves: all else that changes in training."""

import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan_losses.backend import backend

_PREFIX = "training_state_"


def extra_variables(model: keras.Model) -> list[keras.Variable]:
    """Variables of random generators and of stateful losses and penalties, in a fixed order."""
    weights = {id(variable) for variable in model.weights}
    return [variable for variable in model.variables if id(variable) not in weights]


def save_extra(variables: Sequence[keras.Variable], store: dict[str, Any]) -> None:
    """Writes the variables into Keras's store."""
    for index, variable in enumerate(variables):
        store[f"{_PREFIX}{index}"] = keras.ops.convert_to_numpy(variable)
    for index, state in enumerate(backend.random_states()):
        store[f"{_random_prefix()}{index}"] = state


def load_extra(variables: Sequence[keras.Variable], store: dict[str, Any], compiled: bool) -> None:
    """Restores the variables from Keras's store, which an older file may lack.

    Without `compile` there is no place for the optimizers' state, and that is said.
    """
    for variable, value in zip(variables, _saved(store, _PREFIX), strict=False):
        variable.assign(value)
    random_states = _saved(store, _random_prefix())
    if random_states:
        backend.set_random_states(random_states)
    if not compiled:
        warnings.warn(
            "Weights are loaded into a GAN that is not compiled: the state of its optimizers, "
            "if the file has any, is left out. To go on training, compile first, or load a whole "
            "model with keras.saving.load_model.",
            stacklevel=2,
        )


def _random_prefix() -> str:
    return f"{keras.backend.backend()}_random_state_"


def _saved(store: dict[str, Any], prefix: str) -> list[np.ndarray]:
    count = sum(key.startswith(prefix) for key in store.keys())  # noqa: SIM118 (an h5 store)
    return [np.asarray(store[f"{prefix}{index}"]) for index in range(count)]
