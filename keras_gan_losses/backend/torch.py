"""The waist on torch: autograd, with the graph kept where a second derivative may follow."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import torch

from keras_gan_losses.backend.contract import Function, Variables
from keras_gan_losses.backend.stateful_trainer import StatefulTrainer as AdversarialTrainer

__all__ = ["AdversarialTrainer"]

INEXACT_SECOND_ORDER_LAYERS: tuple[type[keras.layers.Layer], ...] = ()


def _detached(structure: Any) -> Any:
    return keras.tree.map_structure(
        lambda leaf: leaf.detach() if isinstance(leaf, torch.Tensor) else leaf, structure
    )


def value_and_gradients(
    function: Function, variables: Variables, state: Variables
) -> tuple[tuple[Any, Any], list[Any]]:
    with torch.enable_grad():
        value, auxiliary = function()
        values = [variable.value for variable in variables]
        if value.requires_grad:
            gradients = list(torch.autograd.grad(value, values, allow_unused=True))
        else:
            gradients = [None] * len(values)
    return (value.detach(), _detached(auxiliary)), gradients


def input_gradient(
    function: Callable[[Any], tuple[Any, Any]], inputs: Any, state: Variables
) -> tuple[tuple[Any, Any], Any]:
    with torch.enable_grad():
        inputs = keras.ops.convert_to_tensor(inputs).detach().requires_grad_(True)
        outputs, auxiliary = function(inputs)
        if not outputs.requires_grad:
            return (outputs, auxiliary), torch.zeros_like(inputs)
        (gradient,) = torch.autograd.grad(
            outputs.sum(), inputs, create_graph=True, allow_unused=True
        )
    return (outputs, auxiliary), torch.zeros_like(inputs) if gradient is None else gradient


def branch(
    predicate: Any,
    function: Callable[[], Any],
    otherwise: Callable[[], Any],
    state: Variables,
) -> Any:
    return function() if predicate else otherwise()


def reaches(function: Function, variables: Variables, state: Variables) -> list[bool]:
    before = [variable.value.detach().clone() for variable in state]
    _, gradients = value_and_gradients(function, variables, state)
    for variable, value in zip(state, before, strict=True):
        variable.assign(value)
    return [gradient is not None for gradient in gradients]


def apply(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Any], variables: Variables
) -> None:
    with torch.no_grad():
        optimizer.apply(gradients, variables)


def replica_scale(value: Any) -> Any:
    return value


def no_gradients() -> contextlib.AbstractContextManager[None]:
    return torch.no_grad()


def surviving(variables: Variables) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def random_states() -> list[np.ndarray]:
    # Keras's Dropout without a seed draws from torch's own generators.
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return [state.cpu().numpy() for state in (torch.get_rng_state(), *devices)]


def set_random_states(states: Sequence[np.ndarray]) -> None:
    host, *devices = [torch.from_numpy(np.asarray(state)) for state in states]
    torch.set_rng_state(host)
    for index, state in enumerate(devices[: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(state, index)


def as_tensorflow(function: Callable[..., Any], shapes: Sequence[str]) -> Any:
    raise ValueError(
        "The torch backend cannot write a SavedModel. Save the model with gan.save('gan.keras'), "
        "load it in a process with KERAS_BACKEND=tensorflow, and export it there; or use "
        "format='onnx'."
    )
