"""Checks of samples of any shape, which every measure on them makes first."""

import keras
import numpy as np

from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count


def as_samples(name: str, values: ArrayLike, *, minimum: int = 1) -> np.ndarray:
    """Samples as a float64 array, copied only where the type differs.

    Args:
        name: Name of the argument, as the user wrote it.
        values: Array or tensor of shape `(n, …)`.
        minimum: Least number of samples.

    Raises:
        ValueError: If they are no numbers, too few, empty, or not all finite.

    Example:
    >>> as_samples("real", [[1, 2], [3, 4]]).dtype.name
    'float64'
    """
    samples = as_numbers(name, values)
    if samples.ndim == 0 or 0 in samples.shape[1:]:
        raise ValueError(
            f"`{name}` must have the shape (n, …), one row for each sample. Received: {name} of "
            f"shape {samples.shape}. Give a single sample as `{name}[np.newaxis]`."
        )
    if len(samples) < minimum:
        raise ValueError(
            f"`{name}` must hold at least {minimum} samples. Received: {len(samples)}, {name} of "
            f"shape {samples.shape}. Pass more samples at once."
        )
    num_lost = int((~np.isfinite(samples)).reshape(len(samples), -1).any(axis=1).sum())
    if num_lost:
        raise ValueError(
            f"`{name}` must be finite. Received: {num_lost} of {len(samples)} samples with NaN or "
            "infinite values. Leave them out, or stop a training that has diverged."
        )
    return samples


def as_sample_sets(*, minimum: int = 1, **sets: ArrayLike) -> list[np.ndarray]:
    """Sets of samples of one shape, as float64 arrays.

    Args:
        minimum: Least number of samples in each.
        **sets: The sets under their arguments' names.

    Raises:
        ValueError: If one is invalid, or their samples differ in shape.

    Example:
    >>> real, fake = as_sample_sets(real=[[0, 1]], fake=[[2, 3], [4, 5]])
    >>> real.shape, fake.shape
    ((1, 2), (2, 2))
    """
    checked = {name: as_samples(name, values, minimum=minimum) for name, values in sets.items()}
    if len({samples.shape[1:] for samples in checked.values()}) > 1:
        names = " and ".join(f"`{name}`" for name in checked)
        shapes = ", ".join(f"{name} of shape {samples.shape}" for name, samples in checked.items())
        raise ValueError(
            f"{names} must hold samples of one shape; only their number may differ. Received: "
            f"{shapes}. Bring all to the same shape."
        )
    return list(checked.values())


def flatten(samples: np.ndarray) -> np.ndarray:
    """Each sample as one row.

    Example:
    >>> flatten(np.zeros((5, 2, 3))).shape
    (5, 6)
    """
    return samples.reshape(len(samples), -1)


def as_numbers(name: str, values: ArrayLike) -> np.ndarray:
    """Values of an array or tensor in float64, of any shape.

    Raises:
        ValueError: If they are no real numbers.

    Example:
    >>> as_numbers("counts", [3, 4])
    array([3., 4.])
    """
    return as_real_array(name, values).astype("float64", copy=False)


def as_real_array(name: str, values: ArrayLike) -> np.ndarray:
    """Values of an array or tensor in their own type, of any shape.

    Raises:
        ValueError: If they are no real numbers.

    Example:
    >>> as_real_array("counts", np.array([3, 4], "uint8")).dtype.name
    'uint8'
    """
    try:
        # Keras would copy an array.
        given = values if isinstance(values, np.ndarray) else keras.ops.convert_to_numpy(values)
        # Booleans, whole numbers, floats, and what NumPy learns from others, such as bfloat16.
        if given.dtype.kind not in "biufV":
            raise TypeError(f"an array of {given.dtype}")
        # One value tells whether the type can be converted.
        np.zeros(1, given.dtype).astype("float64")
        return given
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` must be an array or tensor of numbers. Received: {error}. Convert it by "
            "`np.asarray(…, dtype='float32')`, rows of equal length."
        ) from error


def check_order(order: int) -> None:
    """Raises unless a Wasserstein distance of this order is offered."""
    check_count("order", order, advice="Use 1 or 2.")
    if order > 2:
        raise ValueError(f"`order` must be 1 or 2. Received: order={order!r}. Use 1 or 2.")
