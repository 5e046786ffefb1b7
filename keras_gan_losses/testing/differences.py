"""Derivatives twice: by differences of values, and by the backend."""

from collections.abc import Callable

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.contract import Function, Variables
from keras_gan_losses.types import Tensor

# A power of two, so that adding it rounds nothing; its fourth power is the error.
_STEP = 2.0**-10


def central_differences(
    function: Callable[[np.ndarray], np.ndarray | float], point: np.ndarray, *, step: float = _STEP
) -> np.ndarray:
    """Gradient of the sum of a function's values, by differences of fourth order.

    Args:
        function: From an array like `point` to an array of any shape.
        point: Where to differentiate.
        step: Distance between evaluations, above 0.

    Returns:
        Float64 array in the shape of `point`.

    Example:
    >>> central_differences(np.square, np.array([1.0, 3.0])).round(9).tolist()
    [2.0, 6.0]
    """
    point = np.asarray(point, "float64")
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        # Each value's own difference first: values that do not change then add no rounding.
        near = function(point + shift) - function(point - shift)
        far = function(point + 2.0 * shift) - function(point - 2.0 * shift)
        gradient[index] = np.sum(8.0 * near - far) / (12.0 * step)
    return gradient


def backend_gradients(
    function: Function[Tensor, object], variables: Variables, state: Variables
) -> list[np.ndarray]:
    """Gradients as the backend computes them in training, as arrays; a missing one is 0.

    Args:
        function: Gives `(value, auxiliary)`.
        variables: What to differentiate by.
        state: Every variable that the function may read or change.

    Example:
    >>> variable = keras.Variable([3.0])
    >>> square = lambda: (keras.ops.sum(variable * variable), None)
    >>> [gradient.tolist() for gradient in backend_gradients(square, [variable], [variable])]
    [[6.0]]
    """
    _, gradients = backend.value_and_gradients(function, variables, state)
    return [
        np.zeros(variable.shape) if gradient is None else keras.ops.convert_to_numpy(gradient)
        for variable, gradient in zip(variables, gradients, strict=True)
    ]
