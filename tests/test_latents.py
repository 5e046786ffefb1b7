import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.latents import (
    CategoricalLatents,
    LatentSampler,
    NamedLatents,
    NormalLatents,
    TruncatedNormalLatents,
    UniformLatents,
)

SAMPLERS = [NormalLatents, UniformLatents, TruncatedNormalLatents]
NUM_SAMPLES = 40000


@keras.saving.register_keras_serializable("small_samplers")
class OnesLatents(LatentSampler):
    def __init__(self, shape, *, scale=1.0):
        super().__init__(shape)
        self.scale = scale

    def __call__(self, num_samples, seed):
        return self.scale * ops.ones((num_samples, *self.shape))


def drawn(sampler, num_samples=NUM_SAMPLES, seed=0):
    return ops.convert_to_numpy(sampler(num_samples, seed))


def check_moments(samples, variance, kurtosis):
    """Mean, variance and fourth moment, to five standard errors."""
    error = 5.0 / math.sqrt(samples.size)
    samples = samples.astype("float64")
    assert abs(samples.mean()) < error * math.sqrt(variance)
    fourth = kurtosis * variance**2
    assert abs(np.mean(samples**2) - variance) < error * math.sqrt(fourth - variance**2)
    assert np.mean(samples**4) == pytest.approx(fourth, rel=0.1)


@pytest.mark.parametrize("kind", SAMPLERS)
@pytest.mark.parametrize(
    ("shape", "expected"),
    [(3, (5, 3)), ((3,), (5, 3)), ([2, 3], (5, 2, 3)), ((4, 4, 1), (5, 4, 4, 1))],
)
def test_latents_have_the_shape_of_the_generators_input(kind, shape, expected):
    latents = kind(shape)(5, seed=0)
    assert tuple(latents.shape) == expected
    assert keras.backend.standardize_dtype(latents.dtype) == "float32"


def test_normal_latents_are_standard():
    check_moments(drawn(NormalLatents(1)), 1.0, 3.0)


def test_uniform_latents_fill_the_interval():
    latents = drawn(UniformLatents(1))
    check_moments(latents, 1.0 / 3.0, 9.0 / 5.0)
    assert -1.0 <= latents.min() < -0.999
    assert 0.999 < latents.max() <= 1.0


@pytest.mark.parametrize("threshold", [0.5, 2.0])
def test_truncated_latents_have_the_moments_of_the_cut_distribution(threshold):
    latents = drawn(TruncatedNormalLatents(1, threshold=threshold))
    # E z² = 1 − 2 t φ(t) / P, E z⁴ = 3 E z² − 2 t³ φ(t) / P, with P the mass within ±t.
    density = math.exp(-(threshold**2) / 2.0) / math.sqrt(2.0 * math.pi)
    mass = math.erf(threshold / math.sqrt(2.0))
    variance = 1.0 - 2.0 * threshold * density / mass
    fourth = 3.0 * variance - 2.0 * threshold**3 * density / mass
    check_moments(latents, variance, fourth / variance**2)
    assert np.abs(latents).max() <= threshold
    assert np.abs(latents).max() > 0.99 * threshold


@pytest.mark.parametrize("threshold", [5.0, 100.0])
def test_wide_truncation_is_the_normal_distribution(threshold):
    latents = drawn(TruncatedNormalLatents(1, threshold=threshold))
    assert np.all(np.isfinite(latents))
    check_moments(latents, 1.0, 3.0)


@pytest.mark.parametrize("threshold", [0.5, 2.0, 100.0])
def test_lowest_draw_gives_the_lower_threshold(monkeypatch, threshold):
    # Wide thresholds reach the probability 0, whose normal quantile is infinite.
    monkeypatch.setattr(
        keras.random, "uniform", lambda shape, lowest, highest, seed: ops.full(shape, lowest)
    )
    latents = drawn(TruncatedNormalLatents(1, threshold=threshold), 3)
    np.testing.assert_allclose(latents, -threshold, rtol=1e-5)
    assert np.abs(latents).max() <= threshold


def test_usual_truncation_is_the_default():
    assert TruncatedNormalLatents(8).threshold == 2.0


@pytest.mark.parametrize("kind", SAMPLERS)
def test_same_seed_draws_the_same(kind):
    sampler = kind(4)
    np.testing.assert_array_equal(drawn(sampler, 6, seed=3), drawn(sampler, 6, seed=3))
    assert np.all(drawn(sampler, 6, seed=3) != drawn(sampler, 6, seed=4))


@pytest.mark.parametrize("kind", SAMPLERS)
def test_seed_generator_draws_something_new_each_time(kind):
    seed_generator = keras.random.SeedGenerator(0)
    sampler = kind(4)
    first, second = (drawn(sampler, 6, seed=seed_generator) for _ in range(2))
    assert np.all(first != second)


@pytest.mark.parametrize("kind", SAMPLERS)
@pytest.mark.parametrize("shape", [0, -1, 2.5, "64", (3, 0), None])
def test_shapes_that_are_no_counts_are_refused(kind, shape):
    with pytest.raises(ValueError, match="`latent_dim` must be a whole number of at least 1"):
        kind(shape)


@pytest.mark.parametrize("threshold", [0.0, -1.0, float("nan"), float("inf")])
def test_threshold_that_is_not_positive_is_refused(threshold):
    with pytest.raises(ValueError, match=r"`threshold` must be .* The usual truncation is 2.0"):
        TruncatedNormalLatents(4, threshold=threshold)


@pytest.mark.parametrize(
    "sampler",
    [
        NormalLatents(3),
        UniformLatents((4, 4)),
        TruncatedNormalLatents((2, 2), threshold=0.7),
        OnesLatents(3, scale=2.0),
        CategoricalLatents(4),
    ],
)
def test_saved_sampler_keeps_its_arguments(sampler):
    config = keras.saving.serialize_keras_object(sampler)
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is type(sampler)
    assert vars(copy) == vars(sampler)
    np.testing.assert_array_equal(drawn(copy, 4), drawn(sampler, 4))


def test_sampler_without_a_call_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        LatentSampler(3)


def test_categories_are_one_hot_and_equally_frequent():
    codes = drawn(CategoricalLatents(4))
    assert codes.dtype == "float32"
    assert set(np.unique(codes)) == {0.0, 1.0}
    np.testing.assert_array_equal(codes.sum(axis=1), 1.0)
    # Five standard errors of a share of a quarter.
    assert np.abs(codes.mean(axis=0) - 0.25).max() < 5.0 * math.sqrt(3.0 / 16.0 / NUM_SAMPLES)


def test_named_latents_are_independent_of_each_other():
    normal = NormalLatents(1)
    latents = NamedLatents({"noise": normal, "other": normal, "code": CategoricalLatents(2)})
    parts = {name: ops.convert_to_numpy(each) for name, each in latents(NUM_SAMPLES, 0).items()}
    assert {name: each.shape for name, each in parts.items()} == {
        "code": (NUM_SAMPLES, 2),
        "noise": (NUM_SAMPLES, 1),
        "other": (NUM_SAMPLES, 1),
    }
    columns = np.stack([parts["noise"][:, 0], parts["other"][:, 0], parts["code"][:, 0]])
    assert np.abs(np.corrcoef(columns) - np.eye(3)).max() < 5.0 / math.sqrt(NUM_SAMPLES)
    again = latents(NUM_SAMPLES, 0)
    np.testing.assert_array_equal(ops.convert_to_numpy(again["noise"]), parts["noise"])


def test_named_latents_are_saved_with_their_samplers():
    latents = NamedLatents({"noise": UniformLatents(3), "code": CategoricalLatents(2)})
    config = keras.saving.serialize_keras_object(latents)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.shape == {"code": (2,), "noise": (3,)}
    for name, part in copy(4, 1).items():
        np.testing.assert_array_equal(*map(ops.convert_to_numpy, (part, latents(4, 1)[name])))


def test_samplers_that_cannot_be_named_or_counted_are_refused():
    with pytest.raises(ValueError, match=r"`num_categories` must be .* at least 2"):
        CategoricalLatents(1)
    with pytest.raises(ValueError, match=r"need a sampler for each .* Received: \[\]"):
        NamedLatents({})
    with pytest.raises(ValueError, match=r"none of which is one of .*'sample'"):
        NamedLatents({"sample": NormalLatents(2)})
    with pytest.raises(TypeError, match="Received for 'noise': 64"):
        NamedLatents({"noise": 64})
