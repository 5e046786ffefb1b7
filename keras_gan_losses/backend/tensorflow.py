"""The waist on TensorFlow: nested gradient tapes, and `tf.distribute` for several devices."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from keras_gan_losses.backend.contract import (
    Auxiliary,
    Backend,
    Function,
    Inputs,
    Pull,
    Variables,
)
from keras_gan_losses.backend.trainer import StatefulTrainer
from keras_gan_losses.types import Gradient, Size, Tree


def _dense(gradients: Sequence[Gradient]) -> list[Gradient]:
    # Keras's Adam sums the squares of an embedding's repeated rows, not the rows.
    return [g if g is None else tf.convert_to_tensor(g) for g in gradients]


def _check_gradient_operations(value: tf.Tensor) -> None:
    """Raises if an operation of a first derivative, of which the value is made, has none itself.

    TensorFlow takes that of some for zero, and leaves a part of the value's gradient out.
    """
    checked: set[str] = set()
    for operation in _operations_behind(value):
        kind = operation.type
        is_of_gradient = "Grad" in kind or "Backprop" in kind
        if not is_of_gradient or kind in checked or not operation.inputs:
            continue
        # What comes from no weight, as at a network's last layer, has no gradient to lose.
        behind = _operations_behind(operation.inputs[0])
        if any(each.type in ("ReadVariableOp", "ResourceGather") for each in behind):
            checked.add(kind)
            if all(each is None for each in tf.gradients(operation.outputs, operation.inputs)):
                raise LookupError(f"{kind} has no gradient")


def _operations_behind(tensor: tf.Tensor) -> list[tf.Operation]:
    """Operations that a tensor's numbers, and gradients, come from."""
    found, waiting = {}, [tensor]
    while waiting:
        tensor = waiting.pop()
        operation = tensor.op
        is_cut = operation.type in ("StopGradient", "PreventGradient")
        is_number = tensor.dtype.is_floating or tensor.dtype == tf.resource
        if operation.name not in found and is_number and not is_cut:
            found[operation.name] = operation
            waiting.extend(operation.inputs)
    return list(found.values())


def _sum_over_workers(model: keras.Model, array: np.ndarray) -> np.ndarray:
    strategy, waiting = model.distribute_strategy, [array]
    # A worker's first replica speaks for it.
    values = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(waiting.pop() if waiting else np.zeros_like(array))
    )
    return strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None).numpy()


class AdversarialTrainer(StatefulTrainer):
    """Lets Keras's trainer work with several workers, for which Keras 3 does not provide."""

    def train_step(self, data: Tree) -> dict[str, tf.Tensor]:
        """One round of the game, begun when its data are there."""
        # A compiled function moves what needs no data, the random state and the counts, even if
        # reading the data fails.
        present = [each for each in tf.nest.flatten(data) if each is not None]
        with tf.control_dependencies(present):
            return _of_all_workers(super().train_step(data))

    def test_step(self, data: Tree) -> dict[str, tf.Tensor]:
        """Scores of one batch, without training."""
        return _of_all_workers(super().test_step(data))

    def _maybe_symbolic_build(self, iterator: object = None, data_batch: object = None) -> None:
        """Does nothing: Keras would take a batch from the data, but all is built already."""


def _of_all_workers(logs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Logs that can be averaged: over several workers Keras averages along the first axis."""
    if not isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        return logs
    return {name: tf.reshape(value, (1,)) for name, value in logs.items()}


class Waist(Backend):
    """What TensorFlow does otherwise than one device alone."""

    # `tf.nn.moments`, which these layers call, stops the gradient of the mean.
    INEXACT_SECOND_ORDER_LAYERS = (
        keras.layers.BatchNormalization,
        keras.layers.GroupNormalization,
        keras.layers.LayerNormalization,
    )
    AdversarialTrainer = AdversarialTrainer

    def value_and_gradients(
        self,
        function: Function[tf.Tensor, Auxiliary],
        variables: Variables,
        state: Variables,
        inputs: Sequence[tf.Tensor] = (),
    ) -> tuple[tuple[tf.Tensor, Auxiliary], list[Gradient]]:
        values = [*(variable.value for variable in variables), *inputs]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            value, auxiliary = function(*inputs)
        return (value, auxiliary), _dense(tape.gradient(value, values))

    def vjp(
        self,
        function: Function[Sequence[tf.Tensor], Auxiliary],
        variables: Variables,
        state: Variables,
    ) -> tuple[tuple[Sequence[tf.Tensor], Auxiliary], Pull]:
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in variables])
            values, auxiliary = function()

        def pull(gradients: Sequence[Gradient], only: Variables | None = None) -> list[Gradient]:
            sources = [variable.value for variable in (variables if only is None else only)]
            return _dense(tape.gradient(values, sources, output_gradients=list(gradients)))

        return (values, auxiliary), pull

    def input_gradient(
        self,
        function: Callable[[Inputs], tuple[tf.Tensor, Auxiliary]],
        inputs: Inputs,
        state: Variables,
    ) -> tuple[tuple[tf.Tensor, Auxiliary], Inputs]:
        inputs = tf.nest.map_structure(tf.convert_to_tensor, inputs)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            outputs, auxiliary = function(inputs)
        gradient = tape.gradient(
            outputs, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        return (outputs, auxiliary), gradient

    def cond(
        self,
        predicate: tf.Tensor,
        function: Callable[[], tf.Tensor],
        otherwise: Callable[[], tf.Tensor],
        state: Variables,
    ) -> tf.Tensor:
        if self.num_replicas() == 1:
            return tf.cond(predicate, function, otherwise)
        # Replicas cannot meet inside a conditional: compute always, and keep what is wanted.
        with keras.StatelessScope() as scope:
            result = function()
        for variable in state:
            changed = scope.get_current_value(variable)
            if changed is not None:
                variable.assign(tf.where(predicate, changed, variable.value))
        return tf.where(predicate, result, otherwise())

    def reaches(
        self, function: Function[tf.Tensor, object], variables: Variables, state: Variables
    ) -> list[bool]:
        reached: list[bool] = []

        def differentiate() -> None:
            sources = [variable.value for variable in variables]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(sources)
                value, _ = function()
            _check_gradient_operations(value)
            gradients = tape.gradient(value, sources)
            reached[:] = [gradient is not None for gradient in gradients]

        @tf.function(autograph=False)
        def trace() -> None:
            # Gradients exist inside of a replica only.
            tf.distribute.get_strategy().run(differentiate)

        # Tracing is enough: nothing runs, and no variable changes.
        trace.get_concrete_function()
        return reached

    def num_replicas(self) -> int:
        # Outside of `strategy.run`, where all replicas' values are one, there is nothing to join.
        context = tf.distribute.get_replica_context()
        return 1 if context is None else context.num_replicas_in_sync

    def replica_index(self) -> Size:
        return tf.distribute.get_replica_context().replica_id_in_sync_group

    def sum_over_replicas(self, value: tf.Tensor) -> tf.Tensor:
        if self.num_replicas() == 1:
            return value
        return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, value)

    def unscaled_loss(self, value: tf.Tensor, *, is_sum: bool) -> tf.Tensor:
        # Keras has divided a mean, and a sum is to be multiplied all the same.
        return value * tf.cast(self.num_replicas(), value.dtype)

    def average_over_replicas(self, variables: Variables) -> None:
        if self.num_replicas() == 1 or not variables:
            return
        context, mean = tf.distribute.get_replica_context(), tf.distribute.ReduceOp.MEAN
        # A copy, because a variable's own value may name no device to be sent from.
        means = context.all_reduce(mean, [tf.identity(v.value) for v in variables])
        for variable, value in zip(variables, means, strict=True):
            variable.assign(value)

    def process(self, model: keras.Model) -> tuple[int, int]:
        resolver = model.distribute_strategy.cluster_resolver
        if resolver is None or resolver.task_type is None:
            return 0, 1
        jobs = resolver.cluster_spec().as_dict()
        tasks = [
            (job, index) for job in ("chief", "worker") for index in range(len(jobs.get(job, ())))
        ]
        return tasks.index((resolver.task_type, resolver.task_id)), len(tasks)

    def exchange(self, model: keras.Model, message: bytes) -> list[bytes]:
        index, count = self.process(model)
        if count == 1:
            return [message]
        # Each adds its row to a table of zeros, so that the order is that of the tasks.
        sizes = np.zeros(count, "int32")
        sizes[index] = len(message)
        sizes = _sum_over_workers(model, sizes)
        width = -(-max(sizes) // 4)
        table = np.zeros((count, width), "int32")
        table[index] = np.frombuffer(message.ljust(4 * width, b"\0"), "int32")
        rows = _sum_over_workers(model, table) if width else table
        return [row.tobytes()[:size] for row, size in zip(rows, sizes, strict=True)]

    def num_shards(self, model: keras.Model) -> int:
        return model.distribute_strategy.num_replicas_in_sync

    def misplaced(
        self, model: keras.Model, variables: Variables, *, is_building: bool
    ) -> str | None:
        strategy = model.distribute_strategy
        if is_building and strategy is not tf.distribute.get_strategy():
            return (
                "`compile` was not called inside of the scope in which the GAN was built. Write "
                "`with strategy.scope():` once, and build both networks, the GAN, losses and "
                "optimizers, and call `compile`, inside of it."
            )
        for variable in variables:
            if not strategy.extended.variable_created_in_scope(variable.value):
                return (
                    f"The variable {variable.path!r} was made outside of the strategy's scope. "
                    "Build networks, losses, penalties and optimizers inside "
                    "`with strategy.scope():`."
                )
        return None

    def as_tensorflow(
        self, function: Callable[..., list[tf.Tensor]], shapes: Sequence[str]
    ) -> Callable[..., list[tf.Tensor]]:
        return function
