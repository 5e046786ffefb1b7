"""How far samples lie apart, which tells a generator that has collapsed."""

import numpy as np

from keras_gan_losses.types import ArrayLike

LEAST_SHARE = 0.5
"""Share of the data's spread or modes below which so much is missing that we speak of collapse."""


def mean_pair_distance(samples: np.ndarray, labels: ArrayLike | None = None) -> float:
    """Mean Euclidean distance of all pairs; with labels, of all pairs that share one.

    Args:
        samples: Array `(n, …)`.
        labels: One for each sample, whole numbers or vectors. Defaults to None: one for all.

    Returns:
        0 if there is no pair.

    Example:
    >>> mean_pair_distance(np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]), [0, 0, 1])
    5.0
    """
    points = np.asarray(samples, dtype="float64").reshape(len(samples), -1)
    if labels is None:
        groups = [points]
    else:
        flat = np.asarray(labels).reshape(len(points), -1)
        index = np.unique(flat, axis=0, return_inverse=True)[1].reshape(-1)
        groups = [points[index == number] for number in range(index.max() + 1)]
    total = sum(_sum_of_distances(group) for group in groups)
    num_pairs = sum(len(group) * (len(group) - 1) for group in groups)
    return total / num_pairs if num_pairs else 0.0


def _sum_of_distances(points: np.ndarray) -> float:
    # From the first one: equal samples, however far from the origin, are at distance 0 exactly.
    points = points - points[0]
    squares = np.sum(np.square(points), axis=1)
    squared = np.maximum(squares[:, None] + squares - 2.0 * (points @ points.T), 0.0)
    # Rounding must not bring a sample away from itself.
    np.fill_diagonal(squared, 0.0)
    return float(np.sqrt(squared).sum())
