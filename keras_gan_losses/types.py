"""What functions take and give, by names that tell it.

The tensors of TensorFlow, JAX and torch have no class in common, and Keras publishes no types.
`Tensor` names what all of them can do, NumPy's arrays too; the other names tell what a tensor
holds. Where a function takes a tree, a leaf of it is a `Tensor`.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import keras
import numpy as np
import numpy.typing as npt


class Tensor(Protocol):
    """Tensor of the backend, or NumPy array: what `keras.ops` computes with."""

    @property
    def shape(self) -> tuple[Any, ...]:
        """Sizes; while a function is compiled for any batch, some may be None."""

    @property
    def dtype(self) -> "DType":
        """Type of the numbers, in the backend's own terms."""

    def __array__(self) -> np.ndarray: ...
    def __getitem__(self, index: Any, /) -> Any: ...
    def __bool__(self) -> bool: ...
    def __int__(self) -> int: ...
    def __float__(self) -> float: ...
    def __neg__(self) -> "Tensor": ...
    def __abs__(self) -> "Tensor": ...
    def __invert__(self) -> "Tensor": ...
    def __add__(self, other: Any, /) -> "Tensor": ...
    def __radd__(self, other: Any, /) -> "Tensor": ...
    def __sub__(self, other: Any, /) -> "Tensor": ...
    def __rsub__(self, other: Any, /) -> "Tensor": ...
    def __mul__(self, other: Any, /) -> "Tensor": ...
    def __rmul__(self, other: Any, /) -> "Tensor": ...
    def __truediv__(self, other: Any, /) -> "Tensor": ...
    def __rtruediv__(self, other: Any, /) -> "Tensor": ...
    def __floordiv__(self, other: Any, /) -> "Tensor": ...
    def __mod__(self, other: Any, /) -> "Tensor": ...
    def __pow__(self, other: Any, /) -> "Tensor": ...
    def __matmul__(self, other: Any, /) -> "Tensor": ...
    def __and__(self, other: Any, /) -> "Tensor": ...
    def __or__(self, other: Any, /) -> "Tensor": ...
    def __lt__(self, other: Any, /) -> "Tensor": ...
    def __le__(self, other: Any, /) -> "Tensor": ...
    def __gt__(self, other: Any, /) -> "Tensor": ...
    def __ge__(self, other: Any, /) -> "Tensor": ...


ArrayLike: TypeAlias = npt.ArrayLike
"""What `np.asarray` takes: an array, a tensor, a number, nested lists of numbers."""

Tree: TypeAlias = Tensor | Sequence["Tree"] | Mapping[str, "Tree"]
"""A tensor, or lists and dictionaries of trees: what `keras.tree` walks through."""

Samples: TypeAlias = Tree
"""What the generator makes and the discriminator judges: a tensor, or a tuple or a dictionary of
tensors; every leaf is `(batch, …)`."""

Condition: TypeAlias = Tree
"""What samples are conditioned on: class labels, an image, several of them by name."""

Latents: TypeAlias = Tree
"""The generator's random inputs; every leaf is `(batch, …)`."""

Scores: TypeAlias = Tensor
"""What one head of the discriminator says of samples, `(batch, …)`; higher is more real."""

Outputs: TypeAlias = dict[str, Tree]
"""All that the discriminator says of samples, by name, each a tree; `"scores"` is one of them."""

Drawn: TypeAlias = Any
"""Random numbers of an augmentation: a tree, of which it alone knows the form."""

Labels: TypeAlias = Tensor
"""Number of the class of each sample, `(batch,)` or `(batch, 1)`."""

Size: TypeAlias = int | Tensor
"""A count that a compiled function may know only when it runs."""

Shape: TypeAlias = tuple[int | None, ...]
"""Sizes of a tensor; None stands for any."""

Shapes: TypeAlias = Shape | tuple[Shape, ...] | Mapping[str, Shape]
"""The shape of each leaf of samples, in their structure."""

Seed: TypeAlias = int | keras.random.SeedGenerator
"""Source of random numbers: the same each time, or going on."""

Json: TypeAlias = "bool | float | str | list[Json] | dict[str, Json] | None"
"""What a file of JSON holds."""

Data: TypeAlias = Any
"""What the user gives `fit`: of any kind, until a `Source` has been made of it."""

Batch: TypeAlias = Any
"""What a data set gives at a time: anything, until a `BatchReader` has looked at it."""

DType: TypeAlias = Any
"""Type of numbers, in the terms of any library; `keras.backend.standardize_dtype` tells which."""

Arguments: TypeAlias = dict[str, Any]
"""Arguments of a function by their names; the function tells what they may be."""

Metadata: TypeAlias = Mapping[str, Any]
"""What is kept beside arrays, as JSON has it; who keeps it knows what stands under a name."""

Gradient: TypeAlias = Tensor | None
"""What a value changes by with a tensor; None where it does not depend on it."""

Gradients: TypeAlias = list[Gradient]
"""One for each variable."""

OptimizerLike: TypeAlias = keras.optimizers.Optimizer | str | Mapping[str, Any]
"""What `keras.optimizers.get` takes: an optimizer, its name, or its configuration."""

Callbacks: TypeAlias = keras.callbacks.CallbackList | Sequence[keras.callbacks.Callback]
"""What Keras's `fit` takes as `callbacks`."""

Config: TypeAlias = dict[str, Any]
"""Arguments from which Keras makes an object anew, serialized."""

Logs: TypeAlias = dict[str, float]
"""What Keras tells callbacks at the end of a batch or an epoch."""

PathLike: TypeAlias = str | os.PathLike[str]
"""Where a file or folder is."""
