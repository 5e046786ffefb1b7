"""Where half precision is too narrow for what lies between scores and a value."""

import keras
from keras import ops

from keras_gan_losses.types import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """The values in float32 if they have half precision, as they are otherwise.

    Example:
    >>> keras.backend.standardize_dtype(at_least_float32(ops.ones(3, dtype="float16")).dtype)
    'float32'
    """
    is_half = keras.backend.standardize_dtype(values.dtype) in ("float16", "bfloat16")
    return ops.cast(values, "float32") if is_half else values
