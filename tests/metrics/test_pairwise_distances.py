import numpy as np
import pytest

from keras_gan_losses.metrics.pairwise_distances import PairwiseDistances


def exact(rows, columns):
    """Σ (xᵢ − yᵢ)² feature by feature."""
    squares = np.zeros((len(rows), len(columns)))
    for feature in range(rows.shape[1]):
        squares += (rows[:, feature, None] - columns[None, :, feature]) ** 2
    return np.sqrt(squares)


@pytest.mark.parametrize("counts_ties", [False, True])
@pytest.mark.parametrize("num_features", [1, 8, 300])
@pytest.mark.parametrize(("row_scale", "column_scale"), [(1, 1), (1e5, 1), (1, 1e5)])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_distances_equal_to_radii_are_recognised(
    counts_ties, num_features, row_scale, column_scale, offset
):
    # Radii that are the very distances of one row, and of one column, make every decision a tie.
    rng = np.random.default_rng(0)
    rows = row_scale * rng.normal(size=(40, num_features)) + offset
    columns = column_scale * rng.normal(size=(50, num_features)) + offset
    distances = PairwiseDistances(rows, columns)
    expected = exact(rows, columns)
    below = np.less_equal if counts_ties else np.less
    for row in range(40):
        radii = expected[:, row], expected[row]
        ((_, _, near_rows, near_columns),) = distances.within(*radii, counts_ties=counts_ties)
        np.testing.assert_array_equal(near_rows, below(expected, radii[0][:, None]))
        np.testing.assert_array_equal(near_columns, below(expected, radii[1]))


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_neighbours_are_exact_at_every_rank(offset):
    rows = np.random.default_rng(0).normal(size=(30, 8)) + offset
    columns = np.vstack([rows[:10], rows[:10], rows + 0.5])
    expected = np.sort(exact(rows, columns), axis=1)
    for rank in (0, 1, 5, 49):
        nearest = PairwiseDistances(rows, columns).nearest(rank)
        np.testing.assert_array_equal(nearest, expected[:, rank])
