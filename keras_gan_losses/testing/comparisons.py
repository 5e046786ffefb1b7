"""Comparisons of arrays whose messages say what is wrong and, where it shows, why."""

from collections.abc import Mapping

import numpy as np

from keras_gan_losses.types import ArrayLike


def check_close(
    subject: str,
    actual: ArrayLike,
    expected: ArrayLike,
    *,
    tolerance: float = 1e-5,
    absolute: float | None = None,
    suspects: Mapping[str, ArrayLike] | None = None,
) -> None:
    """Raises unless two arrays agree in shape and in every element.

    Args:
        subject: What is compared, for the message.
        actual: What came.
        expected: What is right.
        tolerance: Greatest relative difference.
        absolute: Greatest absolute difference, for elements near 0; by default `tolerance`.
        suspects: Likely mistakes, and the array that each would give.

    Raises:
        AssertionError: If the shapes differ, or an element is not finite or not close.

    Example:
    >>> check_close("Sums", [2.0, 3.0], [2.0, 3.000001])
    """
    actual, expected = np.asarray(actual, "float64"), np.asarray(expected, "float64")
    absolute = tolerance if absolute is None else absolute
    if actual.shape != expected.shape:
        raise AssertionError(
            f"{subject}: the shape must be {expected.shape}. Received: {actual.shape}."
        )
    if not np.all(np.isfinite(actual)):
        raise AssertionError(f"{subject}: must be finite. {_both(actual, expected)}")
    if np.allclose(actual, expected, rtol=tolerance, atol=absolute):
        return
    hints = [
        f" {mistake}?"
        for mistake, result in (suspects or {}).items()
        if np.allclose(actual, result, rtol=tolerance, atol=absolute)
    ]
    raise AssertionError(f"{subject}: wrong. {_both(actual, expected)}{''.join(hints)}")


def _both(actual: np.ndarray, expected: np.ndarray) -> str:
    texts = [np.array2string(array, precision=7, threshold=24) for array in (expected, actual)]
    return f"Expected: {texts[0]}. Received: {texts[1]}."
