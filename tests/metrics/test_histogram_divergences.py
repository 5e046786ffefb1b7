import math

import numpy as np
import pytest
import scipy.spatial.distance

from keras_gan_losses.metrics import jensen_shannon_divergence, kullback_leibler_divergence

DIVERGENCES = [jensen_shannon_divergence, kullback_leibler_divergence]


def frequencies(shape=(12,), seed=0):
    values = np.random.default_rng(seed).uniform(0.1, 1.0, size=shape)
    return values / values.sum()


def test_kullback_leibler_is_the_sum_over_bins_of_p_log_p_by_q():
    p, q = frequencies(), frequencies(seed=1)
    expected = sum(p[i] * math.log(p[i] / q[i]) for i in range(12))
    assert kullback_leibler_divergence(p, q) == pytest.approx(expected, rel=1e-12)


def test_kullback_leibler_of_two_bins_has_its_closed_form():
    # (3/4) log(3/2) + (1/4) log(1/2)
    expected = 0.75 * math.log(1.5) - 0.25 * math.log(2.0)
    assert kullback_leibler_divergence([3, 1], [1, 1]) == pytest.approx(expected, rel=1e-12)
    swapped = 0.5 * math.log(2.0 / 3.0) + 0.5 * math.log(2.0)
    assert kullback_leibler_divergence([1, 1], [3, 1]) == pytest.approx(swapped, rel=1e-12)


def test_kullback_leibler_is_infinite_where_a_real_bin_is_left_out():
    assert kullback_leibler_divergence([1, 1, 1], [1, 1, 0]) == math.inf


def test_kullback_leibler_is_finite_where_only_generated_samples_lie():
    assert kullback_leibler_divergence([1, 1, 0], [1, 1, 2]) == pytest.approx(math.log(2.0))


def test_jensen_shannon_is_the_square_of_scipys_distance():
    p, q = frequencies(), frequencies(seed=1)
    expected = scipy.spatial.distance.jensenshannon(p, q) ** 2
    assert jensen_shannon_divergence(p, q) == pytest.approx(expected, rel=1e-10)


def test_jensen_shannon_is_log_2_without_a_common_bin():
    assert jensen_shannon_divergence([1, 2, 0, 0], [0, 0, 5, 1]) == pytest.approx(math.log(2.0))
    assert jensen_shannon_divergence(np.eye(3)[0], np.eye(3)[1]) <= math.log(2.0)


def test_jensen_shannon_is_symmetric():
    p, q = frequencies(), frequencies(seed=1)
    assert jensen_shannon_divergence(p, q) == jensen_shannon_divergence(q, p)


@pytest.mark.parametrize("divergence", DIVERGENCES)
@pytest.mark.parametrize("seed", range(5))
def test_equal_frequencies_are_exactly_at_zero_whatever_the_counts(divergence, seed):
    counts = np.random.default_rng(seed).integers(0, 50, size=(7, 3))
    assert divergence(counts, 3 * counts) == 0.0


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_frequencies_that_differ_by_rounding_are_not_below_zero(divergence):
    for seed in range(50):
        p = frequencies((1000,), seed)
        q = p * (1.0 + 1e-15 * np.random.default_rng(seed).normal(size=1000))
        assert 0.0 <= divergence(p, q) < 1e-12


def test_rounding_does_not_carry_jensen_shannon_beyond_log_2():
    for seed in range(50):
        p, q = frequencies((20,), seed), frequencies((20,), 1000 + seed)
        p[:10] = q[10:] = 0.0
        value = jensen_shannon_divergence(p, q)
        assert math.log(2.0) - 1e-15 < value <= math.log(2.0)


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_bins_of_any_shape_count_all(divergence):
    p, q = frequencies((3, 4)), frequencies((3, 4), seed=1)
    assert divergence(p, q) == pytest.approx(divergence(p.ravel(), q.ravel()), rel=1e-12)


@pytest.mark.parametrize("divergence", DIVERGENCES)
@pytest.mark.parametrize("bad", [[-1, 2], [0, 0], [np.nan, 1], [np.inf, 1], []])
@pytest.mark.parametrize("side", ["real_histogram", "fake_histogram"])
def test_histograms_that_are_none_are_refused(divergence, bad, side):
    histograms = {"real_histogram": np.ones(len(bad)), "fake_histogram": np.ones(len(bad))}
    histograms[side] = bad
    name = "real_histogram" if not bad else side
    with pytest.raises(ValueError, match=f"`{name}` must hold counts or frequencies"):
        divergence(**histograms)


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_different_bins_are_refused(divergence):
    with pytest.raises(ValueError, match=r"real_histogram of shape \(3,\), fake.* of shape \(2,\)"):
        divergence([1, 1, 1], [1, 1])
