"""What the backends do differently: defaults for one device, and what each must offer."""

import abc
import contextlib
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import keras
import numpy as np

from keras_gan_losses.backend.contiguous_parts import contiguous_parts
from keras_gan_losses.types import Gradient, Size, Tensor, Tree

DEFAULT_BATCH_SIZE = 32
"""Samples in a batch of arrays where none is said, as in Keras."""

Value = TypeVar("Value")
Auxiliary = TypeVar("Auxiliary")
Inputs = TypeVar("Inputs", bound=Tree)

Function = Callable[..., tuple[Value, Auxiliary]]
"""Gives what is differentiated, and whatever else its caller wants to have."""

Variables = Sequence[keras.Variable]


class Pull(Protocol):
    """The way back from a function's values to its variables."""

    def __call__(
        self, gradients: Sequence[Gradient], only: Variables | None = None
    ) -> list[Gradient]:
        """Gradients by all variables, of those by the values; or by some, as often as wanted."""


class Differentiation(abc.ABC):
    """How gradients are taken.

    Some operations take `state`: every variable that the given function may read or write.
    JAX needs it, because there a differentiated function must be pure; TensorFlow and torch
    ignore it.
    """

    INEXACT_SECOND_ORDER_LAYERS: tuple[type[keras.layers.Layer], ...] = ()
    """Layers of Keras through which this backend gets second-order gradients wrong."""

    FAILING_LAYERS: tuple[type[keras.layers.Layer], ...] = ()
    """Layers of Keras that a discriminator cannot have, because an update calls it twice."""

    def fails_in_float16(self, layer: keras.layers.Layer) -> bool:
        """Whether a layer that computes in float16 has no gradient on its device."""
        return False

    COMPILES_SECOND_ORDER = True
    """Whether a step compiled by `jit_compile=True` can differentiate a gradient."""

    @abc.abstractmethod
    def value_and_gradients(
        self,
        function: Function[Tensor, Auxiliary],
        variables: Variables,
        state: Variables,
        inputs: Sequence[Tensor] = (),
    ) -> tuple[tuple[Tensor, Auxiliary], list[Gradient]]:
        """`((value, auxiliary), gradients)` of a function that returns `(value, auxiliary)`.

        The function takes the inputs, whose gradients follow those of the variables. What the
        value does not depend on may have the gradient None.
        """

    @abc.abstractmethod
    def vjp(
        self,
        function: Function[Sequence[Tensor], Auxiliary],
        variables: Variables,
        state: Variables,
    ) -> tuple[tuple[Sequence[Tensor], Auxiliary], Pull]:
        """`((values, auxiliary), pull)` of a function that returns `(values, auxiliary)`.

        `pull` takes a gradient by each of the values, and gives those by the variables. It may be
        called once, also after other variables have changed, and before that as often as wanted
        for some of the variables alone.
        """

    @abc.abstractmethod
    def input_gradient(
        self,
        function: Callable[[Inputs], tuple[Tensor, Auxiliary]],
        inputs: Inputs,
        state: Variables,
    ) -> tuple[tuple[Tensor, Auxiliary], Inputs]:
        """`((outputs, auxiliary), gradient)`: the gradient of the outputs' sum by the inputs.

        The inputs are a tree. The function takes it and returns `(outputs, auxiliary)`. All can be
        differentiated again. Inputs that are not used have zero gradient.
        """

    @abc.abstractmethod
    def cond(
        self,
        predicate: Tensor,
        function: Callable[[], Tensor],
        otherwise: Callable[[], Tensor],
        state: Variables,
    ) -> Tensor:
        """Value of the one or the other function, of which only that one runs.

        Both return a tensor of the same shape; only the first may change variables.
        """

    @abc.abstractmethod
    def reaches(
        self, function: Function[Tensor, object], variables: Variables, state: Variables
    ) -> list[bool]:
        """Whether the gradient of the function's value reaches each variable. For checks only.

        Raises LookupError if an operation on the way cannot be differentiated, which would leave
        out a part of the gradient or fail in training.
        """

    def apply(
        self,
        optimizer: keras.optimizers.Optimizer,
        gradients: Sequence[Gradient],
        variables: Variables,
    ) -> None:
        """Lets the optimizer update the variables by the gradients' sum over all replicas."""
        optimizer.apply(gradients, variables)

    def no_gradients(self) -> contextlib.AbstractContextManager[None]:
        """Context in which nothing is recorded for differentiation."""
        return contextlib.nullcontext()


class Replicas:
    """What the replicas of an update, and the processes that train together, tell each other."""

    def num_replicas(self) -> int:
        """How many replicas share an update, each with as many samples of its own.

        On JAX there is one: its arrays are those of all devices together.
        """
        return 1

    def replica_index(self) -> Size:
        """Which of the replicas this is, from 0."""
        return 0

    def sum_over_replicas(self, value: Tensor) -> Tensor:
        """Sum of all replicas' values, the same on each, through which gradients flow back."""
        return value

    def unscaled_loss(self, value: Tensor, *, is_sum: bool) -> Tensor:
        """What a Keras loss would give for the global batch, in the mean over replicas.

        `is_sum` tells that the loss adds its values per sample, rather than to average them.
        """
        return value

    def average_over_replicas(self, variables: Variables) -> None:
        """Gives variables that each replica has changed by its own samples their mean value."""
        return

    def share_logs(self, logs: dict[str, Value]) -> dict[str, Value]:
        """Means over all processes of what each has measured on its own samples."""
        return logs

    def start_alike(self, variables: Variables) -> None:
        """Gives the variables of every process the values that they have in the first."""
        return

    def process(self, model: keras.Model) -> tuple[int, int]:
        """Which of the processes that train the model this is, from 0, and how many there are."""
        return int(self.replica_index()), self.num_replicas()

    def is_chief(self, model: keras.Model) -> bool:
        """Whether this process is the one that writes files."""
        return self.process(model)[0] == 0

    def exchange(self, model: keras.Model, message: bytes) -> list[bytes]:
        """What each of the processes that train the model has to say, in their order.

        All of them must call it, and wait for each other.
        """
        return [message]

    def all_gather(self, number: int) -> list[int]:
        """A number of each process that hands data of its own to `fit`, in their order."""
        return [number]

    def without_distribution(self) -> contextlib.AbstractContextManager[None]:
        """Context in which this process makes variables without waiting for the others."""
        return contextlib.nullcontext()


class Devices(abc.ABC):
    """Where variables and batches are, and what goes with the device."""

    def num_shards(self, model: keras.Model) -> int:
        """Among how many devices a batch that this process hands to `fit` is divided."""
        return 1

    def split_rows(self, values: Tensor, num_parts: int) -> list[Tensor]:
        """Disjoint parts of a batch, each with as many rows from every device.

        Their sizes are alike to one row of a device.
        """
        return contiguous_parts(values, num_parts)

    def misplaced(
        self, model: keras.Model, variables: Variables, *, is_building: bool
    ) -> str | None:
        """What is wrong with the devices that variables were made on, and its remedy, or None.

        `is_building` tells that more variables are about to be made.
        """
        return None

    def free_memory(self) -> int:
        """Bytes that are free in the device's own memory; 0 if data must come from the host's."""
        return 0

    def gather_rows(self, array: Tensor, numbers: np.ndarray) -> Tensor:
        """Rows of an array in the device's memory; a row that it lacks is the caller's fault."""
        return keras.ops.take(array, numbers, axis=0)

    def random_states(self) -> list[np.ndarray]:
        """States of random generators that belong to the backend rather than to any layer."""
        return []

    def set_random_states(self, states: Sequence[np.ndarray]) -> None:
        """Restores what `random_states` gave."""
        return

    @abc.abstractmethod
    def as_tensorflow(
        self, function: Callable[..., list[Tensor]], shapes: Sequence[str]
    ) -> Callable[..., list[Tensor]]:
        """Function from tensors to some, without variables, that TensorFlow can trace and save.

        `shapes` are those of the arguments, unknown sizes by name: `"(batch,)"`.
        """


class Backend(Differentiation, Replicas, Devices):
    """The waist of the package. Everything else is written once, in `keras.ops`.

    A backend's file has one subclass, which states where it differs.
    """

    AdversarialTrainer: type
    """Mixin that calls `adversarial_step` and `evaluation_step` as this backend's `fit` expects."""
