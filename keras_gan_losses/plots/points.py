"""Points and scores before they are drawn: their shape, and which of them are finite."""

import keras
import numpy as np

from keras_gan_losses.types import ArrayLike


def check_points(name: str, points: ArrayLike) -> np.ndarray:
    """`points` as an array `(n, 2)`.

    Args:
        name: Name of the argument, as the user wrote it.
        points: What came.

    Raises:
        ValueError: If the shape is another one, or there are no points.

    Example:
    >>> check_points("real", [[0, 1]]).tolist()
    [[0.0, 1.0]]
    """
    values = keras.ops.convert_to_numpy(points).astype("float64")
    if values.ndim != 2 or values.shape[1] != 2 or len(values) == 0:
        raise ValueError(
            f"`{name}` must have the shape (n, 2), n at least 1. Received: {name} of shape "
            f"{values.shape}. Choose two of the dimensions, `{name}[:, :2]` for example."
        )
    return values


def finite_part(values: np.ndarray, label: str) -> tuple[np.ndarray, str]:
    """The finite values or points, and a label that tells how many are not.

    Args:
        values: Shape `(n,)`, or `(n, 2)` for points.
        label: What they are called where all are finite.

    Example:
    >>> finite_part(np.array([1.0, np.nan]), "real")
    (array([1.]), 'real (1 of 2 not finite)')
    """
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    num_lost = len(values) - int(finite.sum())
    if num_lost:
        label = f"{label} ({num_lost} of {len(values)} not finite)"
    return values[finite], label
