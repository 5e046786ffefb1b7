"""Euclidean distances between many samples, block by block, with exact decisions at ties."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from keras_gan_losses.extras import needs_extra

# Blocks of 8 MiB of float64 stay in a processor's cache.
_BLOCK_ROWS, _BLOCK_COLUMNS = 512, 2048
# Of whole rows 32 MiB of float64 are held at once.
_ROW_VALUES = 2**22
_SAMPLED_COLUMNS = 1024


class PairwiseDistances:
    """Answers questions about the distances from each of some samples to each of others.

    The fast way to many distances, |x|² + |y|² − 2 x·y, rounds: of two equal distances one may
    come out as the smaller. So it is used only where the answer is clear of its error bound, and
    the others are decided by Σ (xᵢ − yᵢ)², which is the same for the same two points wherever
    they stand.

    Args:
        rows: Samples, shape `(n, features)`, in float64.
        columns: Other samples, shape `(m, features)`, in float64.

    Example:
    >>> points = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    >>> PairwiseDistances(points, points).nearest(2).tolist()
    [10.0, 5.0, 10.0]
    """

    def __init__(self, rows: np.ndarray, columns: np.ndarray) -> None:
        self._rows = rows
        self._columns = columns
        # Far from the origin, rounding errors would leave every pair to the slow way.
        centre = rows.mean(axis=0)
        self._left = _Side(rows - centre)
        self._right = self._left if columns is rows else _Side(columns - centre)

    def nearest(self, rank: int) -> np.ndarray:
        """Distance from each row to the `rank`-th nearest column, the very nearest being 0th.

        Of samples among themselves, the 0th is the sample itself.

        Returns:
            Array of shape `(n,)`.
        """
        size = max(1, _ROW_VALUES // len(self._columns))
        every_column = slice(0, len(self._columns))
        radii = [
            self._nearest(slice(start, min(start + size, len(self._rows))), every_column, rank)
            for start in range(0, len(self._rows), size)
        ]
        return np.concatenate(radii)

    def within(
        self, row_radii: np.ndarray, column_radii: np.ndarray, *, counts_ties: bool
    ) -> Iterator[tuple[slice, slice, np.ndarray, np.ndarray]]:
        """For each block: whether the pairs' distances are below the radii.

        Args:
            row_radii: A radius for each row, shape `(n,)`.
            column_radii: A radius for each column, shape `(m,)`.
            counts_ties: Whether a distance equal to a radius counts as below it.

        Yields:
            Slices of rows and of columns, and two arrays of their shape: below the row's radius,
            below the column's.
        """
        for start in range(0, len(self._rows), _BLOCK_ROWS):
            rows = slice(start, min(start + _BLOCK_ROWS, len(self._rows)))
            for first in range(0, len(self._columns), _BLOCK_COLUMNS):
                columns = slice(first, min(first + _BLOCK_COLUMNS, len(self._columns)))
                squares, error = self._squares(rows, columns)
                of_rows, of_columns = row_radii[rows][:, np.newaxis], column_radii[columns]
                yield (
                    rows,
                    columns,
                    self._below(squares, error, of_rows, rows, columns, counts_ties),
                    self._below(squares, error, of_columns, rows, columns, counts_ties),
                )

    def _squares(self, rows: slice, columns: slice) -> tuple[np.ndarray, np.ndarray]:
        """Squared distances, and the bound of each row's error, shape `(rows, 1)`."""
        squares = self._left.as_left[rows] @ self._right.as_right[columns].T
        largest = self._left.squares[rows] + self._right.squares[columns].max()
        # n operations err by n·ε at most; the bound is twice that of both ways together.
        error = 8 * (self._rows.shape[1] + 8) * np.finfo("float64").eps * largest
        return squares, error[:, np.newaxis]

    def _nearest(self, rows: slice, columns: slice, rank: int) -> np.ndarray:
        squares, error = self._squares(rows, columns)
        # The neighbour of that rank among some columns is no nearer than that among all.
        step = max(1, len(self._columns) // max(_SAMPLED_COLUMNS, 2 * (rank + 1)))
        sampled = np.partition(squares[:, ::step], rank, axis=1)[:, rank, np.newaxis]
        is_candidate = squares <= sampled + 2.0 * error
        radii = np.empty(len(squares))
        for index, row in enumerate(self._rows[rows]):
            candidates = self._columns[is_candidate[index]]
            radii[index] = np.partition(_exact(row[np.newaxis], candidates)[0], rank)[rank]
        return radii

    def _below(
        self,
        squares: np.ndarray,
        error: np.ndarray,
        radii: np.ndarray,
        rows: slice,
        columns: slice,
        counts_ties: bool,
    ) -> np.ndarray:
        limits = radii * radii
        error = error + 4.0 * np.finfo("float64").eps * limits
        is_below = squares < limits - error
        is_possible = squares <= limits + error
        if np.count_nonzero(is_below) == np.count_nonzero(is_possible):
            return is_below
        first, second = np.nonzero(is_possible & ~is_below)
        distances = self._exact_pairs(first + rows.start, second + columns.start)
        limits = np.broadcast_to(radii, squares.shape)[first, second]
        is_below[first, second] = distances <= limits if counts_ties else distances < limits
        return is_below

    def _exact_pairs(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        # Few rows and columns, or the whole block: it costs no more than the block's size.
        of_rows, row_places = np.unique(rows, return_inverse=True)
        of_columns, column_places = np.unique(columns, return_inverse=True)
        distances = _exact(self._rows[of_rows], self._columns[of_columns])
        return distances[row_places, column_places]


class _Side:
    """Samples extended so that one product of matrices gives |x|² + |y|² − 2 x·y."""

    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples
        self.squares = np.einsum("ij,ij->i", samples, samples)

    @cached_property
    def as_left(self) -> np.ndarray:
        ones = np.ones((len(self._samples), 1))
        return np.hstack([-2.0 * self._samples, self.squares[:, np.newaxis], ones])

    @cached_property
    def as_right(self) -> np.ndarray:
        ones = np.ones((len(self._samples), 1))
        return np.hstack([self._samples, ones, self.squares[:, np.newaxis]])


def _exact(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    with needs_extra("metrics"):
        from scipy.spatial.distance import cdist

    return cdist(first, second)
