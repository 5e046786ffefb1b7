"""The waist on TensorFlow: nested gradient tapes."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan_losses.backend.contract import Function, Variables
from keras_gan_losses.backend.stateful_trainer import StatefulTrainer as AdversarialTrainer

__all__ = ["AdversarialTrainer"]

# `tf.nn.moments`, which these layers call, stops the gradient of the mean.
INEXACT_SECOND_ORDER_LAYERS = (
    keras.layers.BatchNormalization,
    keras.layers.GroupNormalization,
    keras.layers.LayerNormalization,
)


def value_and_gradients(
    function: Function, variables: Variables, state: Variables
) -> tuple[tuple[Any, Any], list[Any]]:
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        value, auxiliary = function()
    gradients = tape.gradient(value, values)
    # Keras's Adam sums the squares of an embedding's repeated rows, not the rows: make them dense.
    dense = [g if g is None else tf.convert_to_tensor(g) for g in gradients]
    return (value, auxiliary), dense


def input_gradient(
    function: Callable[[Any], tuple[Any, Any]], inputs: Any, state: Variables
) -> tuple[tuple[Any, Any], Any]:
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs, auxiliary = function(inputs)
    gradient = tape.gradient(outputs, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return (outputs, auxiliary), gradient


def branch(
    predicate: Any,
    function: Callable[[], Any],
    otherwise: Callable[[], Any],
    state: Variables,
) -> Any:
    return tf.cond(predicate, function, otherwise)


def reaches(function: Function, variables: Variables, state: Variables) -> list[bool]:
    reached: list[bool] = []

    @tf.function(autograph=False)
    def trace() -> None:
        _, gradients = value_and_gradients(function, variables, state)
        reached.extend(gradient is not None for gradient in gradients)

    # Tracing is enough: nothing runs, and no variable changes.
    trace.get_concrete_function()
    return reached


def apply(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Any], variables: Variables
) -> None:
    optimizer.apply(gradients, variables)


def replica_scale(value: Any) -> Any:
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return value if replicas == 1 else value / tf.cast(replicas, value.dtype)


def no_gradients() -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def surviving(variables: Variables) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def random_states() -> list[np.ndarray]:
    return []


def set_random_states(states: Sequence[np.ndarray]) -> None:
    return None


def as_tensorflow(function: Callable[..., Any], shapes: Sequence[str]) -> Any:
    return function
