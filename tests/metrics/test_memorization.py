import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats

from keras_gan_losses.metrics import nearest_neighbor_memorization


def draw(number, dimension=4, seed=0):
    return np.random.default_rng(seed).normal(size=(number, dimension))


@pytest.mark.parametrize("dimension", [1, 4, 100])
def test_it_is_the_mann_whitney_statistic_by_the_number_of_pairs(dimension):
    training, held_out = draw(50, dimension), draw(30, dimension, seed=1)
    fake = 0.8 * draw(40, dimension, seed=2)
    to_training = [
        scipy.spatial.distance.cdist(samples, training).min(axis=1) for samples in (held_out, fake)
    ]
    expected = scipy.stats.mannwhitneyu(*to_training).statistic / (30 * 40)
    value = nearest_neighbor_memorization(training, held_out, fake)
    assert value == pytest.approx(expected, rel=1e-12)


def test_distances_counted_by_hand():
    # To 0: held out at 1 and 3; generated at 0.5, 1, 2 and 4. Nearer: 2, 1 + ½, 1 and 0 pairs.
    value = nearest_neighbor_memorization([[0.0]], [[1.0], [-3.0]], [[0.5], [-1.0], [2.0], [4.0]])
    assert value == (2 + 1.5 + 1 + 0) / 8


@pytest.mark.parametrize("dimension", [2, 50])
def test_copies_are_one(dimension):
    training = draw(50, dimension) + 1e4
    held_out = draw(30, dimension, seed=1) + 1e4
    assert nearest_neighbor_memorization(training, held_out, training[:20]) == 1.0


@pytest.mark.parametrize("dimension", [2, 50])
def test_copies_tie_with_held_out_samples_that_are_copies_too(dimension):
    training = draw(50, dimension) + 1e4
    assert nearest_neighbor_memorization(training, training[:10], training[20:]) == 0.5


def test_far_samples_are_zero():
    assert nearest_neighbor_memorization(draw(50), draw(30, seed=1), draw(20) + 100.0) == 0.0


def test_the_held_out_samples_themselves_are_one_half():
    held_out = draw(30, seed=1)
    assert nearest_neighbor_memorization(draw(50), held_out, held_out[::-1]) == 0.5


def test_fresh_samples_are_one_half_with_the_error_stated():
    values = [
        nearest_neighbor_memorization(
            *(draw(number, 2, 3 * seed + k) for k, number in enumerate([400, 50, 60]))
        )
        for seed in range(100)
    ]
    assert np.mean(values) == pytest.approx(0.5, abs=0.02)
    assert np.std(values) == pytest.approx(np.sqrt(111 / (12 * 50 * 60)), rel=0.25)


def test_the_order_of_samples_does_not_matter():
    sets = draw(50), draw(30, seed=1), draw(40, seed=2)
    shuffled = [np.random.default_rng(3).permutation(samples) for samples in sets]
    assert nearest_neighbor_memorization(*shuffled) == nearest_neighbor_memorization(*sets)


def test_samples_of_any_shape_are_flattened():
    sets = draw(50), draw(30, seed=1), draw(40, seed=2)
    images = [samples.reshape(-1, 2, 2, 1) for samples in sets]
    assert nearest_neighbor_memorization(*images) == nearest_neighbor_memorization(*sets)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_bad_sets_are_refused_by_name(position):
    name = ["training", "held_out", "fake"][position]
    for bad, text in (
        (np.full((3, 4), np.nan), f"`{name}` must be finite"),
        (np.zeros((0, 4)), f"`{name}` must hold at least 1"),
        (np.zeros((3, 5)), rf"must hold samples of one shape.*{name} of shape \(3, 5\)"),
    ):
        sets = [draw(5), draw(5), draw(5)]
        sets[position] = bad
        with pytest.raises(ValueError, match=text):
            nearest_neighbor_memorization(*sets)
