import numpy as np
import pytest
import scipy.optimize
import scipy.spatial.distance
import scipy.stats

from keras_gan_losses.metrics import wasserstein, wasserstein_distance


def draw(number, dimension, seed=0):
    return np.random.default_rng(seed).normal(size=(number, dimension))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("dimension", [1, 2, 10])
def test_a_shift_is_its_length(order, dimension):
    real = draw(50, dimension)
    shift = draw(1, dimension, seed=1)
    distance = wasserstein_distance(
        real, np.random.default_rng(2).permutation(real + shift), order=order
    )
    assert distance == pytest.approx(np.linalg.norm(shift), rel=1e-10)


@pytest.mark.parametrize("numbers", [(40, 40), (40, 23), (1, 9)])
def test_on_the_line_it_is_the_distance_of_scipy(numbers):
    real, fake = draw(numbers[0], 1), 2.0 * draw(numbers[1], 1, seed=1)
    expected = scipy.stats.wasserstein_distance(real[:, 0], fake[:, 0])
    assert wasserstein_distance(real, fake) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("order", [1, 2])
def test_equal_numbers_are_matched_one_to_one_at_least_cost(order):
    real, fake = draw(60, 3), 1.5 * draw(60, 3, seed=1)
    costs = scipy.spatial.distance.cdist(real, fake) ** order
    best = costs[scipy.optimize.linear_sum_assignment(costs)].mean() ** (1.0 / order)
    assert wasserstein_distance(real, fake, order=order) == pytest.approx(best, rel=1e-10)


@pytest.mark.parametrize(("order", "expected"), [(1, 1.5), (2, np.sqrt(4.5))])
def test_one_sample_is_spread_over_all_others(order, expected):
    # Half of the mass stays, half moves by 3: mean of 0 and 3^p.
    distance = wasserstein_distance([[0.0, 0.0]], [[0.0, 0.0], [0.0, 3.0]], order=order)
    assert distance == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_copies_far_from_the_origin_are_exactly_at_zero(order):
    # Distances by inner products would be around 1e-2 here.
    real = draw(30, 5) + 1e6
    assert wasserstein_distance(real, real[::-1], order=order) == 0.0


def test_too_many_samples_are_refused_and_the_sliced_distance_is_named(monkeypatch):
    monkeypatch.setattr(wasserstein, "MAX_NUM_PAIRS", 100)
    assert wasserstein_distance(np.zeros((10, 2)), np.zeros((10, 2))) == 0.0
    text = r"at most 100 pairs.* 11 real and 10 generated.*`sliced_wasserstein_distance`"
    with pytest.raises(ValueError, match=text):
        wasserstein_distance(np.zeros((11, 2)), np.zeros((10, 2)))


def test_an_unfinished_search_is_an_error_and_no_value(monkeypatch):
    monkeypatch.setattr(wasserstein, "MAX_NUM_ITERATIONS", 2)
    with pytest.raises(ValueError, match="POT found no optimal coupling of 50 real and 40"):
        wasserstein_distance(draw(50, 2), draw(40, 2, seed=1))


def test_another_order_is_refused():
    with pytest.raises(ValueError, match="`order` must be 1 or 2"):
        wasserstein_distance([[0.0]], [[1.0]], order=3)
