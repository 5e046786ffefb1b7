"""Mixtures of Gaussians against closed forms."""

import dataclasses

import numpy as np
import pytest

from keras_gan_losses.datasets import grid, ring

# Within three deviations lie 1 − exp(−9/2) of the points of a Gaussian in the plane.
SHARE_WITHIN_THREE_DEVIATIONS = 0.988891


def nearest_mode(data):
    distances = np.linalg.norm(data.samples[:, None] - data.modes[None], axis=-1)
    return distances.argmin(axis=1), distances.min(axis=1)


def test_the_ring_has_eight_distinct_modes_evenly_on_the_circle():
    half = np.sqrt(0.5)
    expected = [
        (1, 0), (half, half), (0, 1), (-half, half),
        (-1, 0), (-half, -half), (0, -1), (half, -half),
    ]  # fmt: skip
    np.testing.assert_allclose(ring(1).modes, expected, atol=1e-7)


@pytest.mark.parametrize("num_modes", [2, 3, 5, 12])
def test_neighbours_on_a_ring_lie_one_chord_apart(num_modes):
    modes = ring(1, num_modes=num_modes, radius=2.5).modes
    chords = np.linalg.norm(modes - np.roll(modes, 1, axis=0), axis=1)
    np.testing.assert_allclose(chords, 2 * 2.5 * np.sin(np.pi / num_modes), rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(modes, axis=1), 2.5, rtol=1e-6)


def test_the_grid_has_the_25_modes_of_the_paper():
    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    modes = grid(1).modes
    assert len(modes) == 25
    assert {tuple(mode) for mode in modes.tolist()} == expected


def test_grid_modes_go_up_each_column_from_the_left():
    modes = grid(1, num_modes_per_side=2, spacing=3.0).modes
    np.testing.assert_array_equal(modes, [(-1.5, -1.5), (-1.5, 1.5), (1.5, -1.5), (1.5, 1.5)])


@pytest.mark.parametrize(("make", "deviation"), [(ring, 0.01), (grid, 0.05)])
def test_defaults_are_the_training_set_of_the_paper(make, deviation):
    data = make()
    assert data.samples.shape == (100_000, 2)
    assert data.samples.dtype == np.float32
    assert data.modes.dtype == np.float32
    assert data.labels.shape == (100_000,)
    assert data.labels.dtype == np.int32
    assert data.standard_deviation == deviation


@pytest.mark.parametrize("make", [ring, grid])
def test_points_scatter_around_their_modes_as_gaussians(make):
    data = make(100_000)
    offsets = (data.samples - data.modes[data.labels]) / data.standard_deviation
    # Five standard errors of a mean and of a deviation over 200,000 numbers.
    assert abs(offsets.mean()) < 5 / np.sqrt(200_000)
    assert abs(offsets.std() - 1) < 5 / np.sqrt(400_000)
    assert abs(np.corrcoef(offsets.T)[0, 1]) < 5 / np.sqrt(100_000)
    within = (np.linalg.norm(offsets, axis=1) < 3).mean()
    assert within == pytest.approx(SHARE_WITHIN_THREE_DEVIATIONS, abs=0.002)


@pytest.mark.parametrize("make", [ring, grid])
def test_modes_are_equally_likely_and_drawn_at_random(make):
    data = make(100_000)
    counts = np.bincount(data.labels, minlength=len(data.modes))
    expected = 100_000 / len(data.modes)
    assert np.all(np.abs(counts - expected) < 5 * np.sqrt(expected))
    assert len(set(counts)) > 1


@pytest.mark.parametrize("make", [ring, grid])
def test_labels_name_the_nearest_mode(make):
    data = make(2500)
    nearest, _ = nearest_mode(data)
    np.testing.assert_array_equal(data.labels, nearest)


@pytest.mark.parametrize("make", [ring, grid])
def test_the_same_seed_gives_the_same_points_and_another_seed_others(make):
    first, second, other = make(100, seed=3), make(100, seed=3), make(100, seed=4)
    np.testing.assert_array_equal(first.samples, second.samples)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert not np.array_equal(first.samples, other.samples)


@pytest.mark.parametrize("make", [ring, grid])
def test_drawing_leaves_numpys_global_generator_alone(make):
    np.random.seed(0)
    expected = np.random.random()
    np.random.seed(0)
    make(10)
    assert np.random.random() == expected


@pytest.mark.parametrize("make", [ring, grid])
def test_without_spread_points_are_the_modes(make):
    data = make(50, standard_deviation=0.0)
    np.testing.assert_array_equal(data.samples, data.modes[data.labels])


def test_a_mixture_cannot_be_altered_by_assignment():
    data = ring(10)
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.standard_deviation = 1.0


@pytest.mark.parametrize(
    ("make", "arguments", "named"),
    [
        (ring, {"num_samples": 0}, "num_samples"),
        (ring, {"num_modes": 0}, "num_modes"),
        (ring, {"num_modes": 8.0}, "num_modes"),
        (ring, {"radius": 0.0}, "radius"),
        (ring, {"standard_deviation": -0.1}, "standard_deviation"),
        (ring, {"seed": None}, "seed"),
        (grid, {"num_modes_per_side": 0}, "num_modes_per_side"),
        (grid, {"spacing": float("nan")}, "spacing"),
        (grid, {"standard_deviation": float("inf")}, "standard_deviation"),
    ],
)
def test_an_argument_out_of_range_is_named_in_the_error(make, arguments, named):
    with pytest.raises(ValueError, match=f"`{named}` must be"):
        make(**arguments)
