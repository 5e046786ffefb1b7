import numpy as np
import pytest

from keras_gan_losses.metrics.moments import Moments

SAMPLES = np.random.default_rng(0).normal(size=(60, 4)) @ np.diag([1.0, 2.0, 0.1, 5.0])
OF_EITHER_KIND = pytest.mark.parametrize("is_diagonal", [False, True])


def gathered(samples, *, is_diagonal=False, batch_size=None):
    moments = Moments(is_diagonal=is_diagonal)
    for start in range(0, len(samples), batch_size or len(samples) or 1):
        moments.update(samples[start : start + (batch_size or len(samples))])
    return moments


def assert_moments(moments, samples, rtol=1e-12):
    covariance = np.atleast_2d(np.cov(samples.astype("float64"), rowvar=False))
    expected = np.diagonal(covariance) if moments.is_diagonal else covariance
    atol = rtol * covariance.max()
    assert moments.count == len(samples)
    np.testing.assert_allclose(moments.mean, samples.mean(axis=0, dtype="float64"), atol=atol)
    np.testing.assert_allclose(moments.covariance, expected, rtol, atol)
    np.testing.assert_allclose(moments.variance, np.diagonal(covariance), rtol, atol)


@OF_EITHER_KIND
@pytest.mark.parametrize("batch_size", [1, 7, 59, 60])
def test_moments_are_those_of_all_samples_whatever_the_batches(is_diagonal, batch_size):
    assert_moments(gathered(SAMPLES, is_diagonal=is_diagonal, batch_size=batch_size), SAMPLES)


@pytest.mark.parametrize("shape", [(2, 1), (3, 8), (50, 1)])
def test_moments_of_one_feature_and_of_more_features_than_samples(shape):
    samples = np.random.default_rng(1).normal(size=shape)
    assert_moments(gathered(samples), samples)


def test_long_batches_are_worked_on_in_blocks(monkeypatch):
    monkeypatch.setattr("keras_gan_losses.metrics.moments._BLOCK_VALUES", 4 * 7)
    assert_moments(gathered(SAMPLES), SAMPLES)


@OF_EITHER_KIND
@pytest.mark.parametrize("batch_size", [1, 7, 60])
def test_a_large_offset_costs_no_digits(is_diagonal, batch_size):
    # Multiples of 2⁻¹⁰ stay exact beside 2³⁰, where squares have lost them.
    samples = np.round(SAMPLES * 1024.0) / 1024.0
    moments = gathered(samples + 2.0**30, is_diagonal=is_diagonal, batch_size=batch_size)
    expected = gathered(samples, is_diagonal=is_diagonal)
    np.testing.assert_allclose(moments.covariance, expected.covariance, 1e-12, 1e-12)
    np.testing.assert_allclose(moments.mean - 2.0**30, expected.mean, atol=1e-6)
    small = gathered(samples[:30] + 2.0**30, is_diagonal=is_diagonal)
    difference = samples[:30].mean(axis=0) - samples.mean(axis=0)
    np.testing.assert_allclose(small.mean_difference(moments), difference, atol=1e-14)


def test_constant_features_have_exactly_no_variance():
    moments = gathered(np.full((23, 3), 0.1), batch_size=4)
    assert not moments.covariance.any()
    np.testing.assert_array_equal(moments.mean, 0.1)


def test_float32_features_are_summed_in_float64():
    samples = (SAMPLES + 1000.0).astype("float32")
    assert_moments(gathered(samples, batch_size=7), samples)


@OF_EITHER_KIND
@pytest.mark.parametrize("split", [0, 1, 20, 60])
def test_merged_moments_are_those_of_all_samples(is_diagonal, split):
    first = gathered(SAMPLES[:split], is_diagonal=is_diagonal, batch_size=7)
    second = gathered(SAMPLES[split:], is_diagonal=is_diagonal, batch_size=7)
    before = second.arrays()
    first.merge(second)
    assert_moments(first, SAMPLES)
    # The other one is neither changed nor shared.
    first.update(SAMPLES)
    for name, array in second.arrays().items():
        np.testing.assert_array_equal(array, before[name])
    if split < 60:
        np.testing.assert_allclose(second.mean, SAMPLES[split:].mean(axis=0))


@OF_EITHER_KIND
def test_memory_does_not_grow_with_the_samples(is_diagonal):
    short, long = (gathered(np.tile(SAMPLES, (n, 1)), is_diagonal=is_diagonal) for n in (1, 20))
    sizes = [{k: v.shape for k, v in moments.arrays().items()} for moments in (short, long)]
    assert sizes[0] == sizes[1]
    assert max(array.size for array in long.arrays().values()) == (4 if is_diagonal else 16)


@OF_EITHER_KIND
def test_moments_are_told_whole_by_their_arrays(is_diagonal):
    first = gathered(SAMPLES[:20], is_diagonal=is_diagonal)
    again = Moments.from_arrays(first.arrays())
    assert again.kind == first.kind
    for moments in (first, again):
        moments.update(SAMPLES[20:])
    np.testing.assert_array_equal(again.covariance, first.covariance)
    np.testing.assert_array_equal(again.mean, first.mean)
    assert again.count == first.count == 60


def test_the_kinds_tell_whole_from_diagonal_moments():
    assert Moments().kind != Moments(is_diagonal=True).kind


def test_an_empty_batch_changes_nothing():
    moments = Moments()
    moments.update(np.zeros((0, 4)))
    assert moments.count == moments.num_features == 0
    moments.update(SAMPLES)
    moments.update(np.zeros((0, 4)))
    assert_moments(moments, SAMPLES)


@pytest.mark.parametrize("bad", [np.zeros((5, 3)), np.full((5, 4), np.nan), np.zeros(4)])
def test_a_bad_batch_is_refused_and_nothing_of_it_taken(bad):
    moments = gathered(SAMPLES)
    with pytest.raises(ValueError, match="features"):
        moments.update(bad)
    assert_moments(moments, SAMPLES)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("name", ["covariance", "variance"])
def test_a_covariance_of_fewer_than_two_samples_is_refused(count, name):
    with pytest.raises(ValueError, match=f"needs at least 2 samples. Received: {count}"):
        getattr(gathered(SAMPLES[:count]), name)


def test_moments_of_another_kind_are_not_merged():
    with pytest.raises(ValueError, match=r"same `is_diagonal` only\. Received: True into False"):
        gathered(SAMPLES).merge(gathered(SAMPLES, is_diagonal=True))
    with pytest.raises(ValueError, match="Received: 3 after 4"):
        gathered(SAMPLES).merge(gathered(SAMPLES[:, :3]))
