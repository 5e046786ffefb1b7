"""What samples must be for the networks."""

from collections.abc import Mapping

import keras
import numpy as np

from keras_gan_losses.feeding.array_form import check_kind
from keras_gan_losses.trees import LeafName, named_leaves, named_shapes, packed
from keras_gan_losses.types import Data, Samples, Shape, Shapes, Tensor


def formed_samples(samples: Data, expected: Shapes, where: str = "") -> Samples:
    """Samples in the structure of the networks' own, each leaf looked at.

    Raises:
        ValueError: If a leaf is missing, unknown or of another length than the others, or is
            something else than finite numbers of its shape.
    """
    shapes, leaves = named_shapes(expected), named_leaves(samples)
    check_names(leaves, shapes, where)
    for name, shape in shapes.items():
        check_samples(leaves[name], shape, of_leaf(where, name))
    counts = {name: len(leaf) for name, leaf in leaves.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(
            f"{where}The leaves of samples belong together, row by row. Received leaves of "
            f"different lengths: {counts}. Give as many rows of each."
        )
    return packed({name: leaves[name] for name in shapes})


def of_leaf(where: str, name: LeafName) -> str:
    """Place of a leaf in the data, for errors."""
    return where if name is None else f"{where}{name!r}: "


def check_names(
    leaves: Mapping[LeafName, Data], shapes: Mapping[LeafName, Shape], where: str = ""
) -> None:
    """Raises unless samples have the leaves that the networks make and take.

    Raises:
        ValueError: With what came.
    """
    if set(leaves) == set(shapes):
        return
    wanted = ", ".join(_batch_shape(shape) for shape in shapes.values())
    advice = (
        "Join samples of one shape by np.stack(…); of a dictionary say which is which: "
        "{'sample': …, 'condition': …}."
        if None in shapes
        else "Give samples as the generator makes them."
    )
    raise ValueError(
        f"{where}Samples must be {_described(shapes)}, of shape {wanted}. Received: "
        f"{_described(leaves)}. {advice}"
    )


def _described(leaves: Mapping[LeafName, object]) -> str:
    if None in leaves:
        return "one array"
    if 0 in leaves:
        return f"a tuple or list of {len(leaves)} arrays"
    return f"a dictionary with the keys {sorted(map(str, leaves))}"


def check_samples(samples: Data, expected: Shape, where: str = "") -> None:
    """Raises unless samples are finite numbers of the shape that the networks take.

    Raises:
        ValueError: With both shapes, or with what they are instead of numbers.
    """
    if not hasattr(samples, "shape") or not hasattr(samples, "dtype"):
        raise ValueError(
            f"{where}Samples must be one array of shape {_batch_shape(expected)}. Received: "
            f"{type(samples).__name__}. Join samples of one shape by np.stack(…)."
        )
    _check_dense(samples, where)
    check_kind(samples.dtype, "samples", where)
    check_shape(tuple(samples.shape), expected, where)
    if samples.shape[0] == 0:
        raise ValueError(f"{where}The data are empty: expected at least one sample. Received none.")
    _check_finite(samples, where)


def check_shape(shape: Shape, expected: Shape, where: str = "") -> None:
    """Raises unless a batch of this shape holds samples of the expected one.

    Raises:
        ValueError: With both shapes.
    """
    fits = len(shape) == len(expected) + 1 and all(
        wanted is None or size is None or wanted == size
        for wanted, size in zip(expected, shape[1:], strict=True)
    )
    if not fits:
        raise ValueError(
            f"{where}The networks make and score samples of shape {expected}, so data must have "
            f"the shape {_batch_shape(expected)}. Received data of shape {shape}. "
            f"{_advice_on_shape(shape, expected)}"
        )


def _check_dense(samples: Tensor, where: str) -> None:
    # Matrices of SciPy, arrays of JAX, tensors of torch.
    layout = str(getattr(samples, "layout", "torch.strided"))
    if hasattr(samples, "toarray") or hasattr(samples, "todense") or layout != "torch.strided":
        raise ValueError(
            f"{where}Samples must be a dense array. Received: {type(samples).__name__}, which is "
            "sparse. Pass x.toarray(), x.todense() or x.to_dense(), or a keras.utils.PyDataset "
            "that makes each batch dense."
        )


def _check_finite(samples: Tensor, where: str) -> None:
    values = keras.ops.convert_to_numpy(samples)
    if values.dtype.kind in "iub":
        return
    # A sum is not finite if a value is not, and needs no array of flags.
    with np.errstate(invalid="ignore"):
        total = np.sum(values, dtype="float64")
    if not np.isfinite(total):
        raise ValueError(
            f"{where}The data hold NaN or infinite values, which would destroy both networks' "
            "weights. Remove or replace them."
        )


def _batch_shape(expected: Shape) -> str:
    return f"(batch, {', '.join(map(str, expected))})"


def _advice_on_shape(shape: Shape, expected: Shape) -> str:
    rest = tuple(shape[1:])
    if len(rest) == 3 and (*rest[1:], rest[0]) == tuple(expected):
        return "They have channels first: transpose them to (batch, height, width, channels)."
    if (*rest, 1) == tuple(expected):
        return "Add the axis of channels: x[..., None]."
    return "Reshape the data, batch the data set, or build networks for this shape."
