"""Checks of arrays of features, one row a sample, which are left in the type that came."""

import numpy as np

from keras_gan_losses.metrics.sample_checks import as_real_array
from keras_gan_losses.types import ArrayLike


def check_features(
    name: str, features: ArrayLike, *, minimum_samples: int = 1, reason: str = "it compares samples"
) -> np.ndarray:
    """Features as an array, if a distance can be computed of them.

    Args:
        name: Name of the argument, as the user wrote it.
        features: What came.
        minimum_samples: Least number of samples.
        reason: What so many are needed for, the rest of a sentence.

    Returns:
        Array of shape `(samples, features)` and of the type that came.

    Raises:
        ValueError: If it has another shape, too few samples, no features, or values that are no
            real numbers, NaN or infinite.

    Example:
    >>> check_features("real", [[1.0, 2.0]]).shape
    (1, 2)
    """
    values = as_real_array(name, features)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ValueError(
            f"`{name}` must have the shape (samples, features), with at least one feature. "
            f"Received: {name} of shape {values.shape}. Flatten images, "
            f"`{name}.reshape(len({name}), -1)`, or take features of a network."
        )
    if len(values) < minimum_samples:
        raise ValueError(
            f"`{name}` must hold at least {minimum_samples} samples: {reason}. Received: "
            f"{len(values)}. Give more samples."
        )
    _check_finite(name, values)
    return values


def check_pair(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    minimum_samples: int = 1,
    reason: str = "it compares samples",
) -> tuple[np.ndarray, np.ndarray]:
    """Real and fake features as arrays, if a distance between them can be computed.

    Args:
        real: Features of real samples.
        fake: Features of generated samples.
        minimum_samples: Least number of samples of either.
        reason: What so many are needed for, the rest of a sentence.

    Returns:
        Arrays of shapes `(samples, features)`, of which the second sizes are equal.

    Raises:
        ValueError: If one of them is not valid by itself, or they differ in their features.
    """
    real = check_features("real", real, minimum_samples=minimum_samples, reason=reason)
    fake = check_features("fake", fake, minimum_samples=minimum_samples, reason=reason)
    check_same_features(real.shape[1], fake.shape[1])
    return real, fake


def check_same_features(num_real: int, num_fake: int) -> None:
    """Raises if real and generated samples have different numbers of features."""
    if num_real != num_fake:
        raise ValueError(
            "`real` and `fake` must have the same number of features. Received: "
            f"{num_real} of real samples, {num_fake} of generated ones. Take both from the same "
            "network and layer."
        )


def _check_finite(name: str, values: np.ndarray) -> None:
    # A sum is not finite if a value is not, and needs no array of flags.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.sum(values, dtype="float64")):
            return
    num_nan = int(np.isnan(values).sum())
    num_infinite = int(np.isinf(values).sum())
    if num_nan or num_infinite:
        row = int(np.argmin(np.isfinite(values).all(axis=1)))
        raise ValueError(
            f"`{name}` must be finite. Received: {num_nan} NaN and {num_infinite} infinite values, "
            f"the first in row {row}. A diverged generator gives such samples; otherwise look at "
            "the network of the features, or leave these rows out."
        )
