import math

import numpy as np
import pytest
import scipy.spatial.distance

from keras_gan_losses.metrics import (
    marginal_histograms,
    marginal_jensen_shannon_divergence,
    marginal_kullback_leibler_divergence,
)


def draw(number, dimension=3, seed=0):
    return np.random.default_rng(seed).normal(size=(number, dimension))


def test_inner_bins_are_those_of_numpy():
    real = draw(200)
    counts, _ = marginal_histograms(real, real, num_bins=7)
    for row, values in zip(counts, real.T, strict=True):
        np.testing.assert_array_equal(row[1:-1], np.histogram(values, bins=7)[0])


def test_every_sample_is_counted_once_however_far_out():
    fake = 1e6 * draw(50, seed=1)
    real_counts, fake_counts = marginal_histograms(draw(200), fake, num_bins=5)
    assert real_counts.shape == fake_counts.shape == (3, 7)
    np.testing.assert_array_equal(real_counts.sum(axis=1), 200)
    np.testing.assert_array_equal(fake_counts.sum(axis=1), 50)
    assert (fake_counts[:, 0] > 15).all()
    assert (fake_counts[:, -1] > 15).all()


def test_the_outer_bins_hold_what_lies_beyond_all_real_values():
    real = [[0.0], [1.0], [2.0], [4.0]]
    fake = [[-0.1], [0.0], [1.9], [2.0], [4.0], [4.1]]
    real_counts, fake_counts = marginal_histograms(real, fake, num_bins=2)
    assert real_counts.tolist() == [[0, 2, 2, 0]]
    assert fake_counts.tolist() == [[1, 2, 2, 1]]


def test_columns_of_one_value_keep_it_apart_from_others():
    _, fake_counts = marginal_histograms([[5.0], [5.0]], [[5.0], [4.9], [5.1], [5.0]], num_bins=3)
    assert fake_counts.tolist() == [[1, 0, 0, 2, 1]]


def test_the_two_values_of_a_binary_column_are_told_apart():
    real = np.repeat([[0.0], [1.0]], 10, axis=0)
    fake = np.repeat([[0.0], [1.0]], [20, 10], axis=0)
    expected = 0.5 * math.log(0.5 / (2 / 3)) + 0.5 * math.log(0.5 / (1 / 3))
    value = marginal_kullback_leibler_divergence(real, fake)
    assert value == pytest.approx(expected, rel=1e-12)


def test_huge_values_do_not_overflow():
    real = [[-1.5e308], [1.5e308], [0.0]]
    counts, _ = marginal_histograms(real, real, num_bins=3)
    assert counts.tolist() == [[0, 1, 1, 1, 0]]


def test_jensen_shannon_is_the_mean_over_dimensions():
    real, fake = draw(300), 1.5 * draw(200, seed=1)
    expected = np.mean(
        [
            scipy.spatial.distance.jensenshannon(*histograms) ** 2
            for histograms in zip(*marginal_histograms(real, fake, num_bins=8), strict=True)
        ]
    )
    value = marginal_jensen_shannon_divergence(real, fake, num_bins=8)
    assert value == pytest.approx(expected, rel=1e-10)


def test_samples_beyond_the_real_range_are_log_2_away():
    real = draw(100)
    assert marginal_jensen_shannon_divergence(real, real + 100.0) == pytest.approx(math.log(2.0))


def test_shuffling_one_column_changes_nothing():
    real = draw(100)
    fake = real.copy()
    fake[:, 1] = np.random.default_rng(1).permutation(fake[:, 1])
    assert marginal_jensen_shannon_divergence(real, fake) == 0.0


def test_two_samples_of_one_distribution_are_as_far_apart_as_stated():
    values = [
        marginal_jensen_shannon_divergence(
            np.random.default_rng(seed).uniform(size=(1000, 20)),
            np.random.default_rng(1000 + seed).uniform(size=(1000, 20)),
        )
        for seed in range(5)
    ]
    assert np.mean(values) == pytest.approx(31 / 8 * (1 / 1000 + 1 / 1000), rel=0.1)


def test_an_empty_bin_makes_only_kullback_leibler_infinite():
    real, fake = [[0.0], [1.0], [2.0]], [[0.0], [2.0], [2.0]]
    assert marginal_kullback_leibler_divergence(real, fake, num_bins=3) == math.inf
    assert marginal_jensen_shannon_divergence(real, fake, num_bins=3) < math.log(2.0)


@pytest.mark.parametrize("num_bins", [0, 2.5, None])
def test_bad_numbers_of_bins_are_refused(num_bins):
    with pytest.raises(ValueError, match="`num_bins` must be a whole number"):
        marginal_jensen_shannon_divergence(draw(3), draw(3), num_bins=num_bins)
