import numpy as np
import ot
import pytest
import scipy.stats

from keras_gan_losses.metrics import sliced_wasserstein, sliced_wasserstein_distance


def draw(number, dimension, seed=0):
    return np.random.default_rng(seed).normal(size=(number, dimension))


def documented_directions(seed, number, dimension):
    """Normal numbers of NumPy's default generator, each row brought to length 1."""
    normal = np.random.default_rng(seed).standard_normal((number, dimension))
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("numbers", [(40, 40), (40, 25), (7, 60), (1, 5)])
def test_it_is_what_pot_computes_with_the_same_projections(order, numbers):
    real, fake = draw(numbers[0], 5), 1.5 * draw(numbers[1], 5, seed=1) + 0.3
    expected = ot.sliced_wasserstein_distance(
        real, fake, p=order, projections=documented_directions(3, 20, 5).T
    )
    distance = sliced_wasserstein_distance(real, fake, order=order, num_projections=20, seed=3)
    assert distance == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("numbers", [(30, 30), (30, 17), (6, 9)])
def test_on_the_line_it_is_the_distance_of_scipy(numbers):
    real, fake = draw(numbers[0], 1), 2.0 * draw(numbers[1], 1, seed=1)
    expected = scipy.stats.wasserstein_distance(real[:, 0], fake[:, 0])
    assert sliced_wasserstein_distance(real, fake, order=1, num_projections=3) == pytest.approx(
        expected, rel=1e-12
    )


@pytest.mark.parametrize("order", [1, 2])
def test_on_the_line_a_shift_is_its_length(order):
    real = draw(25, 1)
    distance = sliced_wasserstein_distance(real, real - 3.0, order=order, num_projections=4)
    assert distance == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize(("order", "share"), [(1, 2.0 / np.pi), (2, np.sqrt(0.5))])
def test_in_the_plane_a_shift_is_seen_by_the_mean_of_its_projections(order, share):
    # Mean of |cos| over the circle, and root of the mean of cos².
    real = draw(10, 2)
    distance = sliced_wasserstein_distance(real, real + [3.0, 4.0], order=order)
    assert distance == pytest.approx(5.0 * share, rel=0.05)


def test_in_many_dimensions_the_error_is_as_stated():
    shift = np.full(100, 0.1)
    zero = np.zeros((1, 100))
    values = [
        sliced_wasserstein_distance(zero, zero + shift, num_projections=50, seed=seed)
        for seed in range(200)
    ]
    assert np.mean(values) == pytest.approx(0.1, rel=0.03)
    assert np.std(values) / 0.1 == pytest.approx(1.0 / np.sqrt(100), rel=0.2)


def test_directions_favour_no_axis():
    # A shift along any direction is seen equally, up to chance.
    zero = np.zeros((1, 3))
    shifts = [*np.eye(3), np.ones(3) / np.sqrt(3.0), np.array([1.0, -1.0, 0.0]) / np.sqrt(2.0)]
    values = [sliced_wasserstein_distance(zero, zero + s, num_projections=4000) for s in shifts]
    np.testing.assert_allclose(values, 1.0 / np.sqrt(3.0), rtol=0.04)


@pytest.mark.parametrize("block_size", [1, 100, 350])
def test_the_size_of_blocks_does_not_matter(block_size, monkeypatch):
    real, fake = draw(30, 4), draw(20, 4, seed=1)
    expected = sliced_wasserstein_distance(real, fake, num_projections=11)
    monkeypatch.setattr(sliced_wasserstein, "BLOCK_SIZE", block_size)
    distance = sliced_wasserstein_distance(real, fake, num_projections=11)
    assert distance == pytest.approx(expected, rel=1e-12)


def test_the_seed_determines_the_directions():
    real, fake = draw(30, 4), draw(20, 4, seed=1)
    first, again, other = (
        sliced_wasserstein_distance(real, fake, num_projections=5, seed=seed) for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    "arguments", [{"num_projections": 0}, {"num_projections": 2.5}, {"seed": -1}, {"order": 3}]
)
def test_bad_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match=f"`{next(iter(arguments))}` must be"):
        sliced_wasserstein_distance(np.zeros((2, 2)), np.zeros((2, 2)), **arguments)
