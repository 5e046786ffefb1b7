"""What each backend must offer: the few operations that differ between them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import keras
import numpy as np

Function = Callable[[], tuple[Any, Any]]
Variables = Sequence[keras.Variable]


class Backend(Protocol):
    """The waist of the package. Everything else is written once, in `keras.ops`.

    Three operations take `state`: every variable that the given function may read or write.
    JAX needs it, because there a differentiated function must be pure; TensorFlow and torch
    ignore it.
    """

    INEXACT_SECOND_ORDER_LAYERS: tuple[type[keras.layers.Layer], ...]
    """Layers of Keras through which this backend gets second-order gradients wrong."""

    AdversarialTrainer: type
    """Mixin that calls `adversarial_step` and `evaluation_step` as this backend's `fit` expects."""

    def value_and_gradients(
        self, function: Function, variables: Variables, state: Variables
    ) -> tuple[tuple[Any, Any], list[Any]]:
        """`((value, auxiliary), gradients)` of a function that returns `(value, auxiliary)`.

        A variable that the value does not depend on may have the gradient None.
        """

    def input_gradient(
        self, function: Callable[[Any], tuple[Any, Any]], inputs: Any, state: Variables
    ) -> tuple[tuple[Any, Any], Any]:
        """`((outputs, auxiliary), gradient)`: the gradient of the outputs' sum by the inputs.

        The function takes the inputs and returns `(outputs, auxiliary)`. All can be
        differentiated again. Inputs that are not used have zero gradient.
        """

    def branch(
        self,
        predicate: Any,
        function: Callable[[], Any],
        otherwise: Callable[[], Any],
        state: Variables,
    ) -> Any:
        """Value of the one or the other function, of which only that one runs.

        Both return a tensor of the same shape; only the first may change variables.
        """

    def reaches(self, function: Function, variables: Variables, state: Variables) -> list[bool]:
        """Whether the gradient of the function's value reaches each variable. For checks only."""

    def apply(
        self, optimizer: keras.optimizers.Optimizer, gradients: Sequence[Any], variables: Variables
    ) -> None:
        """Lets the optimizer update the variables."""

    def replica_scale(self, value: Any) -> Any:
        """Share of a batch mean that one replica contributes to the gradient's sum over all."""

    def no_gradients(self) -> AbstractContextManager[None]:
        """Context in which nothing is recorded for differentiation."""

    def surviving(self, variables: Variables) -> AbstractContextManager[None]:
        """Context after which the variables still have values, even if training failed."""

    def random_states(self) -> list[np.ndarray]:
        """States of random generators that belong to the backend rather than to any layer."""

    def set_random_states(self, states: Sequence[np.ndarray]) -> None:
        """Restores what `random_states` gave."""

    def as_tensorflow(self, function: Callable[..., Any], shapes: Sequence[str]) -> Any:
        """Function of tensors, without variables, that TensorFlow can trace into a SavedModel.

        `shapes` are those of the arguments, unknown sizes by name: `"(batch,)"`.
        """
