"""Rows of a table as measures look at them: numbers, and the places of categories."""

from collections.abc import Sequence

import numpy as np

from keras_gan_losses.metrics.sample_checks import as_sample_sets
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count, listed


def checked_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """The sizes of the columns, in a tuple.

    Raises:
        ValueError: If they are no counts, or none.
    """
    given = listed("sizes", sizes)
    for size in given:
        check_count("sizes", size, advice="Use `sizes` of what `datasets.table` gives.")
    if not given:
        raise ValueError("`sizes` must have at least one column. Received: none.")
    return given


def as_row_sets(*, sizes: Sequence[int], minimum: int = 1, **sets: ArrayLike) -> list[np.ndarray]:
    """Sets of rows of these sizes, as float64 arrays.

    Args:
        sizes: 1 for a number, k for a category of k places.
        minimum: Least number of rows in each.
        **sets: The sets under their arguments' names.

    Raises:
        ValueError: If one is invalid, or has not as many values as the sizes add up to.

    Example:
    >>> as_row_sets(sizes=(1, 2), real=[[0.5, 1, 0]])[0].shape
    (1, 3)
    """
    width = sum(checked_sizes(sizes))
    found = as_sample_sets(minimum=minimum, **sets)
    check_width(found[0], width, " and ".join(f"`{name}`" for name in sets))
    return found


def check_width(rows: np.ndarray, width: int, name: str) -> None:
    """Raises unless rows have as many values as the sizes add up to."""
    if rows.shape[1:] != (width,):
        raise ValueError(
            f"{name} must be rows of the table that `sizes` tells of, of shape (n, {width}). "
            f"Received: shape {rows.shape}."
        )


def columns_of(rows: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    """The columns: numbers as they are, of categories the one-hot form of the greatest entry.

    A row of zeros, which stands for a category that is not known, stays such.

    Example:
    >>> [column.tolist() for column in columns_of(np.array([[0.5, 0.1, 0.9]]), (1, 2))]
    [[0.5], [[0.0, 1.0]]]
    """
    parts = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
    return [
        part[:, 0] if size == 1 else _one_hot(part) for part, size in zip(parts, sizes, strict=True)
    ]


def _one_hot(part: np.ndarray) -> np.ndarray:
    greatest = np.eye(part.shape[1])[part.argmax(axis=1)]
    greatest[~part.any(axis=1)] = 0.0
    return greatest
