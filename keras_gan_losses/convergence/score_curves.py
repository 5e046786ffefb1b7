"""Losses and their slopes as functions of one score."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.types import Scores, Tensor


def score_curves(
    functions: Sequence[Callable[[Scores], Tensor]],
    scores: np.ndarray,
    state: Sequence[keras.Variable],
) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes of functions of a score, each score a batch of its own.

    Args:
        functions: From one score, shape `(1,)`, to a tensor whose mean is the value.
        scores: Where to evaluate them, shape `(n,)`.
        state: Every variable that they read.

    Returns:
        Values and gradients, each of shape `(n, functions)`.

    Example:
    >>> values, slopes = score_curves([ops.square, ops.abs], np.array([-2.0, 3.0]), [])
    >>> values.tolist(), slopes.tolist()
    ([[4.0, 2.0], [9.0, 3.0]], [[-4.0, -1.0], [6.0, 1.0]])
    """

    def evaluate(row: Tensor) -> Tensor:
        # Each function on an entry of its own, so that the sum's gradient holds them apart.
        return ops.stack([ops.mean(f(row[i : i + 1])) for i, f in enumerate(functions)])

    rows = np.repeat(np.asarray(scores, "float32")[:, np.newaxis], len(functions), axis=1)
    (values, _), gradients = backend.input_gradient(
        lambda inputs: (ops.vectorized_map(evaluate, inputs), None),
        ops.convert_to_tensor(rows),
        state,
    )
    return ops.convert_to_numpy(values), ops.convert_to_numpy(gradients)
