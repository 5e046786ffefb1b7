"""Which values a generator can make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import keras
import numpy as np

from keras_gan_losses.game.inspection import last_operation
from keras_gan_losses.types import Tensor

_TOLERANCE = 1e-3
# What activations are tried on, and from where on a value of theirs counts as without bound.
_TRIED = np.concatenate([[-1e4], np.linspace(-20.0, 20.0, 2001), [1e4]]).astype("float32")
_UNBOUNDED = 1e3
_ACTIVATIONS = (keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.ELU, keras.layers.Softmax)


@dataclass(frozen=True)
class Reach:
    """Values that the last activation of a generator lets through.

    Args:
        activation: Name of the activation.
        lowest: Least value.
        highest: Greatest value.

    Example:
    >>> Reach("sigmoid", 0.0, 1.0).misses(np.array([-1.0, 0.5])).split(",")[0]
    'The data have values from -1 to 0.5'
    """

    activation: str
    lowest: float
    highest: float

    @classmethod
    def of(cls, generator: keras.Model) -> Self | None:
        """Reach of a generator, or None where nothing is known of it."""
        last = last_operation(generator)
        function = getattr(last, "activation", None)
        if isinstance(last, _ACTIVATIONS) or not isinstance(last, keras.layers.Layer | None):
            function = last
        values = _tried(function)
        if values is None:
            return None
        name = getattr(function, "__name__", type(function).__name__).lower()
        lowest, highest = (
            float(np.copysign(np.inf, end) if abs(end) >= _UNBOUNDED else round(end, 4))
            for end in (values.min(), values.max())
        )
        return None if np.isinf([lowest, highest]).all() else cls(name, lowest, highest)

    def misses(self, samples: np.ndarray) -> str | None:
        """What of the samples can never be made, in words; None if all can."""
        lowest, highest = float(samples.min()), float(samples.max())
        is_reached = lowest >= self.lowest - _TOLERANCE and highest <= self.highest + _TOLERANCE
        if is_reached:
            return None
        return (
            f"The data have {_described(samples, lowest, highest)}, but the generator ends in "
            f"{self.activation} with values in [{self.lowest:g}, {self.highest:g}]: the "
            f"discriminator wins without learning. {self._advice(samples.dtype, lowest, highest)}"
        )

    def _advice(self, dtype: np.dtype, lowest: float, highest: float) -> str:
        if lowest >= -1.0 - _TOLERANCE and highest <= 1.0 + _TOLERANCE:
            return "End the generator in tanh, or scale the data by (x + 1) / 2."
        top = np.iinfo(dtype).max if dtype.kind == "u" else 255 if highest > 1 else highest
        if lowest < 0 or highest > top:
            return f"Scale the data to [{self.lowest:g}, {min(self.highest, 1.0):g}]."
        if self.lowest < 0:
            return f"Scale images by x / {top / 2:g} - 1."
        return f"Scale images by x / {top:g}."


def _tried(function: Callable[[Tensor], Tensor] | None) -> np.ndarray | None:
    """Values of an activation; None of what is none."""
    if function is None:
        return None
    try:
        values = function(keras.ops.convert_to_tensor(_TRIED[None]))
        return keras.ops.convert_to_numpy(keras.ops.cast(values, "float32"))
    except Exception:  # It takes something else, such as several tensors or another rank.
        return None


def _described(samples: np.ndarray, lowest: float, highest: float) -> str:
    kind = f"{samples.dtype} " if samples.dtype.kind in "iu" else ""
    return f"{kind}values from {lowest:g} to {highest:g}"
