"""Rows of arrays, read from the device's own memory where the arrays fit into it."""

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.types import Tensor, Tree

_SHARE_OF_FREE_MEMORY = 0.25


class ArrayRows:
    """Rows of arrays by their numbers.

    A device with memory of its own gets the arrays once, if they take at most a quarter of what
    is free, and in each round only the numbers. Else each round is put together on the host.

    Args:
        arrays: Arrays or tensors, or dictionaries of such, each with as many rows.

    Example:
    >>> rows = ArrayRows((np.array([[1], [2], [3]], "uint8"),))
    >>> [samples.tolist() for samples in rows[np.array([2, 0])]]
    [[[3], [1]]]
    """

    def __init__(self, arrays: tuple[Tree, ...]) -> None:
        size = sum(map(_size_in_bytes, keras.tree.flatten(arrays)))
        self.are_on_device = size <= _SHARE_OF_FREE_MEMORY * backend.free_memory()
        place = _on_device if self.are_on_device else keras.ops.convert_to_numpy
        self._arrays = keras.tree.map_structure(place, arrays)

    def __getitem__(self, numbers: np.ndarray) -> tuple[Tree, ...]:
        """Those rows of each array, floating-point values in Keras's precision."""
        if self.are_on_device:
            return keras.tree.map_structure(
                lambda array: backend.gather_rows(array, numbers), self._arrays
            )
        return keras.tree.map_structure(lambda array: in_float_x(array[numbers]), self._arrays)


def in_float_x(array: np.ndarray) -> np.ndarray:
    """Floating-point values in Keras's precision, into which Keras too brings arrays."""
    is_float = np.issubdtype(array.dtype, np.floating)
    return array.astype(keras.config.floatx(), copy=False) if is_float else array


def _on_device(array: Tensor) -> Tensor:
    # Samples that the user has put there are not brought back first.
    is_float = keras.backend.is_float_dtype(keras.backend.standardize_dtype(array.dtype))
    return keras.ops.convert_to_tensor(array, keras.config.floatx() if is_float else None)


def _size_in_bytes(array: Tensor) -> int:
    return keras.ops.convert_to_numpy(array[:1]).nbytes * array.shape[0]
