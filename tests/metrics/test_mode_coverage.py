import math

import numpy as np
import pytest

from keras_gan_losses.datasets import grid, ring
from keras_gan_losses.metrics import mode_coverage

MODES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


def test_modes_quality_and_divergence_of_samples_made_by_hand():
    # σ = 1: three samples at mode 0 (one of them exactly 3σ away), one at mode 1, two between.
    samples = [[0, 0], [1, 1], [0, 3], [10, -2], [5, 5], [0, 3.001]]
    covered = mode_coverage(samples, MODES, 1.0)
    assert covered.counts.tolist() == [3, 1, 0, 0]
    assert covered.num_modes == 2
    assert covered.high_quality_share == pytest.approx(4 / 6)
    expected = 0.75 * math.log(0.75 * 4) + 0.25 * math.log(0.25 * 4)
    assert covered.reverse_divergence == pytest.approx(expected, rel=1e-12)


def test_samples_beyond_three_deviations_do_not_move_the_divergence():
    few = mode_coverage(MODES[:3], MODES, 1.0)
    many = mode_coverage(np.concatenate([MODES[:3], np.full((50, 2), 4.0)]), MODES, 1.0)
    assert many.counts.tolist() == few.counts.tolist() == [1, 1, 1, 0]
    assert many.reverse_divergence == few.reverse_divergence == pytest.approx(math.log(4 / 3))
    assert many.high_quality_share == pytest.approx(3 / 53)


def test_equal_shares_are_exactly_at_zero():
    covered = mode_coverage(np.repeat(MODES, 7, axis=0), MODES, 0.5)
    assert covered.num_modes == 4
    assert covered.high_quality_share == 1.0
    assert covered.reverse_divergence == 0.0


def test_total_collapse_is_the_logarithm_of_the_number_of_modes():
    covered = mode_coverage(np.repeat(MODES[2:3], 9, axis=0), MODES, 0.5)
    assert covered.num_modes == 1
    assert covered.reverse_divergence == pytest.approx(math.log(4.0), rel=1e-12)


def test_without_good_samples_the_divergence_is_undefined():
    covered = mode_coverage(MODES + 4.0, MODES, 1.0)
    assert (covered.num_modes, covered.high_quality_share) == (0, 0.0)
    assert math.isnan(covered.reverse_divergence)


@pytest.mark.parametrize(("make", "num_modes"), [(ring, 8), (grid, 25)])
def test_real_samples_cover_all_modes_with_the_share_of_a_gaussian(make, num_modes):
    data = make(20_000, seed=1)
    covered = mode_coverage(data.samples, data.modes, data.standard_deviation)
    assert covered.num_modes == num_modes
    # In the plane 1 − exp(−9/2) of a Gaussian lies within three deviations.
    assert covered.high_quality_share == pytest.approx(1.0 - math.exp(-4.5), abs=0.003)
    # Of n draws from k equal classes the divergence is about (k − 1)/(2n).
    assert covered.reverse_divergence < 3.0 * (num_modes - 1) / 40_000
    in_reach = np.linalg.norm(data.samples - data.modes[data.labels], axis=1)
    counts = np.bincount(data.labels[in_reach <= 3.0 * data.standard_deviation])
    np.testing.assert_array_equal(covered.counts, counts)


def test_the_order_of_samples_does_not_matter():
    data = ring(500)
    shuffled = np.random.default_rng(0).permutation(data.samples)
    first, second = (mode_coverage(s, data.modes, 0.01) for s in (data.samples, shuffled))
    assert first.counts.tolist() == second.counts.tolist()
    assert first.reverse_divergence == second.reverse_divergence


def test_modes_may_be_images():
    modes = np.stack([np.zeros((4, 4, 1)), np.ones((4, 4, 1))])
    assert mode_coverage(modes[:1] + 0.01, modes, 0.1).counts.tolist() == [1, 0]


def test_without_spread_only_exact_samples_are_good():
    covered = mode_coverage([[0.0, 0.0], [0.0, 1e-9]], MODES, 0.0)
    assert covered.counts.tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("samples", "modes", "deviation", "text"),
    [
        ([[0.0]], [[0.0]], -1.0, "`standard_deviation` must be a finite number"),
        ([[0.0]], [[0.0]], None, "`standard_deviation` must be a finite number"),
        ([[0.0]], [[0.0, 1.0]], 1.0, "samples of 1 numbers each, modes of 2"),
        ([[np.nan]], [[0.0]], 1.0, "`samples` must be finite"),
        (np.zeros((0, 1)), [[0.0]], 1.0, "`samples` must hold at least 1"),
        ([[0.0]], np.zeros((0, 1)), 1.0, "`modes` must hold at least 1"),
        ([[0.0]], [[1.0], [2.0], [1.0]], 1.0, "`modes` must be distinct.*3 modes, 2 of them"),
    ],
)
def test_bad_input_is_refused(samples, modes, deviation, text):
    with pytest.raises(ValueError, match=text):
        mode_coverage(samples, modes, deviation)
