"""The waist on JAX: differentiated functions are made pure by Keras's stateless scopes."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

import jax
import jax.extend
import keras
import numpy as np
from jax.experimental import multihost_utils

from keras_gan_losses.backend.contiguous_parts import contiguous_parts
from keras_gan_losses.backend.contract import (
    Auxiliary,
    Backend,
    Function,
    Inputs,
    Pull,
    Value,
    Variables,
)
from keras_gan_losses.backend.jax_trainer import AdversarialTrainer, stateless_scope
from keras_gan_losses.types import Gradient


def _pure(
    function: Function[Value, Auxiliary], variables: Variables, state: Variables
) -> tuple[Callable[..., tuple[Value, tuple[Auxiliary, list[jax.Array]]]], list[keras.Variable]]:
    """The function of the variables' values, and the other variables, which it hands back."""
    differentiated = {id(variable) for variable in variables}
    others = [variable for variable in state if id(variable) not in differentiated]
    other_values = [variable.value for variable in others]

    def pure(
        values: Sequence[jax.Array],
        *inputs: jax.Array,
    ) -> tuple[Value, tuple[Auxiliary, list[jax.Array]]]:
        with stateless_scope([*variables, *others], [*values, *other_values]) as scope:
            value, auxiliary = function(*inputs)
        return value, (auxiliary, [scope.get_current_value(variable) for variable in others])

    return pure, others


def _assign_changed(variables: Variables, values: Sequence[jax.Array]) -> None:
    for variable, value in zip(variables, values, strict=True):
        if value is not variable.value:
            variable.assign(value)


def _num_devices() -> int:
    """Among how many devices batches of arrays are divided, those of all processes together."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    return dict(zip(mesh.axis_names, mesh.shape, strict=True))[distribution.batch_dim_name]


@jax.jit
def _gather_rows(array: jax.Array, numbers: np.ndarray) -> jax.Array:
    return array.at[numbers].get(mode="promise_in_bounds")


class Waist(Backend):
    """What JAX does otherwise than one device alone."""

    AdversarialTrainer = AdversarialTrainer

    def value_and_gradients(
        self,
        function: Function[jax.Array, Auxiliary],
        variables: Variables,
        state: Variables,
        inputs: Sequence[jax.Array] = (),
    ) -> tuple[tuple[jax.Array, Auxiliary], list[Gradient]]:
        pure, others = _pure(function, variables, state)
        places = tuple(range(1 + len(inputs)))
        (value, (auxiliary, updates)), (gradients, *by_inputs) = jax.value_and_grad(
            pure, places, has_aux=True
        )([variable.value for variable in variables], *inputs)
        _assign_changed(others, updates)
        return (value, auxiliary), [*gradients, *by_inputs]

    def vjp(
        self,
        function: Function[Sequence[jax.Array], Auxiliary],
        variables: Variables,
        state: Variables,
    ) -> tuple[tuple[Sequence[jax.Array], Auxiliary], Pull]:
        pure, others = _pure(function, variables, state)
        values, pull, (auxiliary, updates) = jax.vjp(
            pure, [variable.value for variable in variables], has_aux=True
        )
        _assign_changed(others, updates)
        places = {id(variable): index for index, variable in enumerate(variables)}

        def pull_back(
            gradients: Sequence[Gradient], only: Variables | None = None
        ) -> list[Gradient]:
            (found,) = pull(type(values)(gradients))
            return found if only is None else [found[places[id(each)]] for each in only]

        return (values, auxiliary), pull_back

    def input_gradient(
        self,
        function: Callable[[Inputs], tuple[jax.Array, Auxiliary]],
        inputs: Inputs,
        state: Variables,
    ) -> tuple[tuple[jax.Array, Auxiliary], Inputs]:
        values = [variable.value for variable in state]

        def summed(
            inputs: Inputs,
        ) -> tuple[jax.Array, tuple[jax.Array, Auxiliary, list[jax.Array]]]:
            with stateless_scope(state, values) as scope:
                outputs, auxiliary = function(inputs)
            return outputs.sum(), (outputs, auxiliary, [scope.get_current_value(v) for v in state])

        gradient, (outputs, auxiliary, updates) = jax.grad(summed, has_aux=True)(
            jax.tree.map(jax.numpy.asarray, inputs)
        )
        _assign_changed(state, updates)
        return (outputs, auxiliary), gradient

    def cond(
        self,
        predicate: jax.Array,
        function: Callable[[], jax.Array],
        otherwise: Callable[[], jax.Array],
        state: Variables,
    ) -> jax.Array:
        def taken(values: list[jax.Array]) -> tuple[jax.Array, list[jax.Array]]:
            with stateless_scope(state, values) as scope:
                result = function()
            return result, [scope.get_current_value(variable) for variable in state]

        result, values = jax.lax.cond(
            predicate,
            taken,
            lambda values: (otherwise(), values),
            [variable.value for variable in state],
        )
        _assign_changed(state, values)
        return result

    def reaches(
        self, function: Function[jax.Array, object], variables: Variables, state: Variables
    ) -> list[bool]:
        pure, _ = _pure(function, variables, state)
        values = [variable.value for variable in variables]

        def gradients(values: list[jax.Array]) -> list[jax.Array]:
            return jax.grad(pure, has_aux=True)(values)[0]

        jaxpr = jax.make_jaxpr(gradients)(values).jaxpr
        # A gradient that is zero by construction depends on no input at all.
        dependent = set(jaxpr.invars)
        for equation in jaxpr.eqns:
            if any(isinstance(v, jax.extend.core.Var) and v in dependent for v in equation.invars):
                dependent.update(equation.outvars)
        depends = [isinstance(v, jax.extend.core.Var) and v in dependent for v in jaxpr.outvars]
        if all(depends):
            return depends
        # So does the gradient of a linear function, which is a constant other than zero.
        constants = gradients(values)
        return [known or bool((c != 0).any()) for known, c in zip(depends, constants, strict=True)]

    def apply(
        self,
        optimizer: keras.optimizers.Optimizer,
        gradients: Sequence[Gradient],
        variables: Variables,
    ) -> None:
        # Not `optimizer.apply`: a loss-scaling optimizer leaks tracers in it.
        values, slots = optimizer.stateless_apply(
            [slot.value for slot in optimizer.variables],
            list(gradients),
            [variable.value for variable in variables],
        )
        _assign_changed([*variables, *optimizer.variables], [*values, *slots])

    def process(self, model: keras.Model) -> tuple[int, int]:
        return jax.process_index(), jax.process_count()

    def exchange(self, model: keras.Model, message: bytes) -> list[bytes]:
        sizes = self.all_gather(len(message))
        if len(sizes) == 1:
            return [message]
        # Arrays that are gathered have one shape.
        padded = np.frombuffer(message.ljust(max(sizes), b"\0"), "uint8")
        rows = multihost_utils.process_allgather(padded) if max(sizes) else [padded] * len(sizes)
        return [np.asarray(row).tobytes()[:size] for row, size in zip(rows, sizes, strict=True)]

    def all_gather(self, number: int) -> list[int]:
        if jax.process_count() == 1:
            return [number]
        return multihost_utils.process_allgather(np.asarray(number)).tolist()

    def split_rows(self, values: jax.Array, num_parts: int) -> list[jax.Array]:
        num_devices = _num_devices()
        if num_devices == 1:
            return super().split_rows(values, num_parts)
        # Each part takes its rows from every device, so that none moves and none idles.
        rest = values.shape[1:]
        parts = contiguous_parts(values.reshape((num_devices, -1, *rest)), num_parts, axis=1)
        return [keras.ops.reshape(part, (-1, *rest)) for part in parts]

    @contextlib.contextmanager
    def without_distribution(self) -> Iterator[None]:
        distribution = keras.distribution.distribution()
        keras.distribution.set_distribution(None)
        try:
            yield
        finally:
            keras.distribution.set_distribution(distribution)

    def free_memory(self) -> int:
        if keras.distribution.distribution() is not None:
            return 0
        device = jax.local_devices()[0]
        # That of a CPU is the host's, or none is told.
        statistics = {} if device.platform == "cpu" else device.memory_stats() or {}
        return max(statistics.get("bytes_limit", 0) - statistics.get("bytes_in_use", 0), 0)

    def gather_rows(self, array: jax.Array, numbers: np.ndarray) -> jax.Array:
        return _gather_rows(array, numbers)

    def num_shards(self, model: keras.Model) -> int:
        return max(_num_devices() // jax.process_count(), 1)

    def misplaced(
        self, model: keras.Model, variables: Variables, *, is_building: bool
    ) -> str | None:
        distribution = keras.distribution.distribution()
        names = [] if distribution is None else distribution.device_mesh.devices.flatten().tolist()
        for variable in variables:
            devices = variable.value.devices()
            is_placed = len(devices) == 1 if distribution is None else len(devices) == len(names)
            if not is_placed:
                return (
                    f"The variable {variable.path!r} is on {len(devices)} devices, but the "
                    f"distribution has {max(len(names), 1)}. Call "
                    "`keras.distribution.set_distribution(…)` once, before networks, losses and "
                    "optimizers are built."
                )
        return None

    def as_tensorflow(
        self, function: Callable[..., list[jax.Array]], shapes: Sequence[str]
    ) -> Callable[..., list[jax.Array]]:
        from jax.experimental import jax2tf

        return jax2tf.convert(function, polymorphic_shapes=list(shapes), with_gradient=False)
