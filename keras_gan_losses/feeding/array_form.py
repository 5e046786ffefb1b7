"""Tables, lists and tensors as arrays of numbers."""

import numpy as np

from keras_gan_losses.types import Data, DType


def as_array(values: Data) -> Data:
    """Tables, series and lists of numbers as arrays; what is one already, as it is.

    Raises:
        ValueError: If values are masked, or there are several arrays.
    """
    if isinstance(values, list | tuple) and any(np.ndim(each) > 1 for each in values):
        shapes = [np.shape(each) for each in values]
        raise ValueError(
            f"Several arrays came where one was expected. Received: a {type(values).__name__} of "
            f"arrays of shapes {shapes}. Name several conditions, as the networks' inputs are "
            "named: {'mask': …, 'label': …}."
        )
    if hasattr(values, "to_numpy"):
        return values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise ValueError(
                "The data are a masked array, whose masked values would be trained on. Remove "
                "them, or fill them in with `filled(…)`."
            )
        return values.filled()
    return np.asarray(values) if isinstance(values, list | tuple | int | float) else values


def is_array(x: Data) -> bool:
    """Whether data are one array, tensor or table in memory."""
    return hasattr(x, "shape") and hasattr(x, "__len__")


def check_kind(dtype: DType, what: str, where: str = "") -> None:
    """Raises unless values are real numbers.

    Args:
        dtype: Of an array or tensor of any library.
        what: "samples" or "labels".
        where: Place in the data, for errors.

    Raises:
        ValueError: With what they are instead.
    """
    name = str(getattr(dtype, "name", dtype)).lower()
    if any(kind in name for kind in ("float", "int", "bool")):
        return
    kinds = {"complex": "complex numbers", "str": "texts", "bytes": "texts", "time": "times"}
    found = next((words for key, words in kinds.items() if key in name), "objects")
    advice = {
        ("labels", "texts"): "Use class indices: np.unique(labels, return_inverse=True)[1].",
        ("samples", "complex numbers"): "Give the real and imaginary parts as two channels: "
        "np.stack([x.real, x.imag], axis=-1).",
    }
    raise ValueError(
        f"{where}The {what} are {found}, which networks cannot take. Received: dtype {name}. "
        f"{advice.get((what, found), 'Convert them to numbers first: np.asarray(x, dtype=float).')}"
    )
