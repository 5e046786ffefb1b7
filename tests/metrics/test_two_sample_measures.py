"""What all measures of two sets of samples of any shape have in common."""

import functools

import numpy as np
import pytest

from keras_gan_losses import metrics

MEASURES = {
    "sliced_1": functools.partial(metrics.sliced_wasserstein_distance, order=1, num_projections=9),
    "sliced_2": functools.partial(metrics.sliced_wasserstein_distance, order=2, num_projections=9),
    "wasserstein_1": functools.partial(metrics.wasserstein_distance, order=1),
    "wasserstein_2": functools.partial(metrics.wasserstein_distance, order=2),
    "jensen_shannon": functools.partial(metrics.marginal_jensen_shannon_divergence, num_bins=4),
    "kullback_leibler": functools.partial(metrics.marginal_kullback_leibler_divergence, num_bins=1),
}
SYMMETRIC = ["sliced_1", "sliced_2", "wasserstein_1", "wasserstein_2"]


@pytest.fixture(params=sorted(MEASURES))
def measure(request):
    return MEASURES[request.param]


def draw(number, shape=(3,), seed=0):
    return np.random.default_rng(seed).normal(size=(number, *shape))


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_identical_sets_are_at_zero(measure, shape):
    real = draw(20, shape)
    assert measure(real, real.copy()) == 0.0


def test_identical_sets_in_another_order_are_at_zero(measure):
    real = draw(20)
    value = measure(real, np.random.default_rng(1).permutation(real))
    assert 0.0 <= value < 1e-15


def test_a_set_and_each_of_its_samples_twice_are_at_zero(measure):
    real = draw(15)
    value = measure(real, np.repeat(real, 2, axis=0))
    assert 0.0 <= value < 1e-14


def test_different_sets_are_apart(measure):
    assert measure(draw(20), draw(20, seed=1) + 5.0) > 0.5


def test_samples_of_any_shape_are_flattened(measure):
    real, fake = draw(20, (2, 3)), 1.3 * draw(20, (2, 3), seed=1)
    flat = measure(real.reshape(20, 6), fake.reshape(20, 6))
    assert measure(real, fake) == pytest.approx(flat, rel=1e-12)


def test_the_order_of_samples_does_not_matter(measure):
    real, fake = draw(30), 1.2 * draw(20, seed=1)
    generator = np.random.default_rng(2)
    shuffled = measure(generator.permutation(real), generator.permutation(fake))
    assert shuffled == pytest.approx(measure(real, fake), rel=1e-12)


@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.parametrize("number", [20, 13])
def test_distances_are_symmetric(name, number):
    real, fake = draw(20), draw(number, seed=1)
    swapped = MEASURES[name](fake, real)
    assert swapped == pytest.approx(MEASURES[name](real, fake), rel=1e-12)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_distances_have_the_unit_of_the_samples(name):
    real, fake = draw(20), draw(20, seed=1)
    distance = MEASURES[name](real, fake)
    for scale in (1e-5, 1e5):
        assert MEASURES[name](scale * real, scale * fake) == pytest.approx(
            scale * distance, rel=1e-9
        )


def test_single_precision_gives_the_same_as_its_values_in_double(measure):
    real, fake = draw(20).astype("float32"), draw(20, seed=1).astype("float32")
    assert measure(real, fake) == measure(real.astype("float64"), fake.astype("float64"))


def test_the_given_arrays_are_not_changed(measure):
    real, fake = draw(20), draw(13, seed=1)
    copies = real.copy(), fake.copy()
    measure(real, fake)
    np.testing.assert_array_equal(real, copies[0])
    np.testing.assert_array_equal(fake, copies[1])


def test_python_floats_are_returned(measure):
    assert type(measure(draw(20), draw(20, seed=1))) is float


@pytest.mark.parametrize(
    ("real", "fake", "text"),
    [
        (np.zeros((3, 2)), np.full((3, 2), np.nan), "`fake` must be finite"),
        (np.full((3, 2), np.inf), np.zeros((3, 2)), "`real` must be finite"),
        (np.zeros((3, 2)), np.zeros((0, 2)), "`fake` must hold at least 1"),
        (np.zeros((3, 2)), np.zeros((3, 4)), "must hold samples of one shape"),
        (np.zeros((3, 2, 2)), np.zeros((3, 4)), "must hold samples of one shape"),
        ("noise", np.zeros((3, 4)), "`real` must be an array or tensor of numbers"),
    ],
)
def test_bad_samples_are_refused(measure, real, fake, text):
    with pytest.raises(ValueError, match=text):
        measure(real, fake)
