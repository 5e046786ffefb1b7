"""The global batch: what all replicas see in one update, each holding as many rows of it.

Losses, penalties and latents that look beyond one sample, or draw random numbers, do it here, so
that several replicas train as one device would on all their samples. With one replica, and on
JAX, whose arrays are global already, nothing is computed that would not be anyway.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.types import Size, Tensor


def mean(values: Tensor, axis: int | None = None) -> Tensor:
    """Mean over the global batch, through which gradients flow to the other replicas too.

    Args:
        values: Shape `(own rows, …)`.
        axis: 0 for the mean over rows alone; None for that over all numbers.

    Example:
    >>> float(mean(ops.convert_to_tensor([[1.0], [3.0]])))
    2.0
    """
    return backend.sum_over_replicas(own_mean(values, axis=axis)) / backend.num_replicas()


def own_mean(values: Tensor, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """Mean over own rows, in the precision of the values.

    Args:
        values: Shape `(own rows, …)`.
        axis: As in `ops.mean`.
        keepdims: As in `ops.mean`.

    Example:
    >>> float(own_mean(ops.convert_to_tensor([[1.0], [3.0]])))
    2.0
    """
    if keras.backend.standardize_dtype(values.dtype) != "float64":
        return ops.mean(values, axis=axis, keepdims=keepdims)
    # On torch and JAX `ops.mean` of float64 is computed in float32.
    total = ops.sum(values, axis=axis, keepdims=keepdims)
    return total / ops.cast(ops.size(values) / ops.size(total), "float64")


def all_rows(values: Tensor) -> Tensor:
    """Rows of the global batch, in the order of the replicas.

    Args:
        values: Own rows, shape `(own rows, …)`.

    Returns:
        Shape `(own rows · replicas, …)`; gradients flow back to where each row came from.
    """
    num_replicas = backend.num_replicas()
    if num_replicas == 1:
        return values
    shape = ops.shape(values)
    places = ops.reshape(ops.arange(num_replicas), (-1,) + (1,) * len(shape))
    # Each replica fills its own place with its rows, and the sum is all of them.
    own = ops.where(
        ops.equal(places, backend.replica_index()), values[None], ops.zeros_like(values[None])
    )
    return ops.reshape(backend.sum_over_replicas(own), (num_replicas * shape[0], *shape[1:]))


def own_rows(values: Tensor) -> Tensor:
    """The rows of this replica.

    Args:
        values: Rows of the global batch, shape `(own rows · replicas, …)`.
    """
    num_replicas = backend.num_replicas()
    if num_replicas == 1:
        return values
    num_rows = ops.shape(values)[0] // num_replicas
    first = backend.replica_index() * num_rows
    return values[first : first + num_rows]


def one_for_each(values: Tensor, num_rows: Size) -> Tensor:
    """As many rows as asked for, spread evenly, so that each replica has the same as one device.

    Args:
        values: A multiple of `num_rows`, shape `(rows, …)`.
        num_rows: How many.

    Example:
    >>> ops.convert_to_numpy(one_for_each(ops.arange(6), 3)).tolist()
    [0, 2, 4]
    """
    rows = values[:: ops.shape(values)[0] // num_rows][:num_rows]
    # TensorFlow forgets all of a shape where the step is not known when tracing.
    return ops.reshape(rows, (num_rows, *ops.shape(values)[1:]))


def row_before(values: Tensor) -> Tensor:
    """The row before each in the global batch, and the last one before the first.

    Args:
        values: Own rows, shape `(own rows, …)`.
    """
    num_replicas = backend.num_replicas()
    if num_replicas == 1:
        return ops.roll(values, 1, axis=0)
    last_rows = all_rows(values[-1:])
    before = (backend.replica_index() + num_replicas - 1) % num_replicas
    return ops.concatenate([last_rows[before : before + 1], values[:-1]], axis=0)


def draw(
    distribution: Callable[..., Tensor],
    shape: Sequence[Size],
    *args: Any,
    seed: keras.random.SeedGenerator,
) -> Tensor:
    """Random numbers for own rows, as one device would draw them for the global batch.

    Replicas share the state of a seed generator, so that each draws the numbers of all, and
    takes its own: different ones on each, and the same as on one device.

    Args:
        distribution: Function of Keras from a shape to random numbers, `keras.random.normal` …
        shape: Shape of own rows.
        *args: Further arguments of the function.
        seed: The seed generator.

    Example:
    >>> import keras
    >>> seed = keras.random.SeedGenerator(0)
    >>> tuple(draw(keras.random.uniform, (4, 2), -1.0, 1.0, seed=seed).shape)
    (4, 2)
    """
    num_rows, *rest = shape
    return own_rows(distribution((num_rows * backend.num_replicas(), *rest), *args, seed=seed))
