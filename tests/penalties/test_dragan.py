import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import penalties, testing
from keras_gan_losses.penalties import (
    AdversarialBatch,
    DraganPenalty,
    NormalNoise,
    SymmetricNoise,
    UniformNoise,
)

GENERATOR = np.random.default_rng(0)


class RecordingBatch(AdversarialBatch):
    """Keeps the points at which gradients were asked for."""

    def score_gradient(self, samples):
        self.points = ops.convert_to_numpy(samples)
        return super().score_gradient(samples)


def half_squared_norm(samples, training):
    """Scores of which the gradient is the sample itself."""
    return 0.5 * ops.sum(ops.square(ops.reshape(samples, (len(samples), -1))), axis=1)


def moved(noise, samples, seed=0):
    """Where the noise moves the samples, in float64."""
    points = noise(ops.convert_to_tensor(samples), keras.random.SeedGenerator(seed))
    return ops.convert_to_numpy(points).astype("float64")


# Kodali et al., 2017, arXiv:1705.07215: the gradient of a linear score is the same everywhere.
def formula(real, fake, weights, weight=10.0, target=1.0):
    return weight * (np.linalg.norm(weights) - target) ** 2


def test_penalty_is_that_of_the_paper():
    testing.check_penalty(
        DraganPenalty,
        formula,
        arguments={"weight": 3.0, "target": 0.7},
        saved_arguments={"noise": SymmetricNoise(scale=0.2)},
    )


@pytest.mark.parametrize("name", ["normal", "symmetric", "uniform"])
def test_value_is_that_of_the_gradient_at_points_near_real_samples_alone(name):
    real = GENERATOR.normal(size=(5, 2, 2, 1)).astype("float32")
    batch = RecordingBatch(half_squared_norm, real)  # generated samples are never asked for
    values = ops.convert_to_numpy(DraganPenalty(weight=2.0, noise=name)(batch))
    norms = np.sqrt(np.sum(batch.points.astype("float64") ** 2, axis=(1, 2, 3)))
    np.testing.assert_allclose(values, 2.0 * (norms - 1.0) ** 2, rtol=1e-4, atol=1e-6)
    assert np.all(batch.points != real)


def test_default_noise_is_that_of_the_authors_code():
    assert type(DraganPenalty().noise) is UniformNoise
    assert DraganPenalty().noise.scale == 0.5


# The authors' notebook: x + α (0.5 · x.std() · random), α for each sample, random for each pixel.
def test_uniform_noise_has_one_share_for_a_sample_and_one_step_for_a_number():
    samples = GENERATOR.normal(2.0, 3.0, size=(400, 50)).astype("float32")
    steps = (moved(UniformNoise(), samples) - samples) / (0.5 * samples.astype("float64").std())
    assert steps.min() > -1e-5
    assert steps.max() < 1.0 + 1e-5
    # The greatest of 50 uniform steps is 50/51 on average, so this is the share of each sample.
    shares = steps.max(axis=1)
    assert abs(shares.mean() - 0.5 * 50 / 51) < 5.0 * np.sqrt(1 / 12 / 400)
    assert shares.std() > 0.25  # 0.29 for a share of each sample, 0 for one of all
    relative = steps / shares[:, np.newaxis]
    # Beside its greatest, a sample's steps are uniform on [0, 1].
    others = relative[relative < 1.0]
    assert abs(others.mean() - 0.5) < 0.02
    assert abs(others.std() - np.sqrt(1 / 12)) < 0.02


def test_symmetric_noise_is_uniform_on_both_sides():
    samples = GENERATOR.normal(2.0, 3.0, size=(200, 20)).astype("float32")
    noise = SymmetricNoise(scale=0.25)
    steps = (moved(noise, samples) - samples) / (0.25 * samples.astype("float64").std())
    steps = np.sort(steps.ravel())
    assert -1.0 - 1e-5 < steps[0] < -0.99
    assert 0.99 < steps[-1] < 1.0 + 1e-5
    # Kolmogorov–Smirnov: a uniform sample exceeds 1.95/√n once in a thousand times.
    expected = 2.0 * (np.arange(steps.size) + 0.5) / steps.size - 1.0
    assert np.abs(steps - expected).max() / 2.0 < 1.95 / np.sqrt(steps.size)


def test_normal_noise_has_its_own_size_whatever_the_samples():
    samples = GENERATOR.normal(0.0, 3.0, size=(200, 20)).astype("float32")
    steps = moved(NormalNoise(standard_deviation=0.5), samples) - samples
    assert abs(steps.mean()) < 5.0 * 0.5 / np.sqrt(steps.size)
    assert abs(steps.std() - 0.5) < 5.0 * 0.5 / np.sqrt(2 * steps.size)
    assert abs(np.mean(steps**4) / 0.5**4 - 3.0) < 0.5  # 1.8 for a uniform distribution


@pytest.mark.parametrize("noise", [NormalNoise(), SymmetricNoise(), UniformNoise()])
def test_noise_follows_the_seed_and_changes_with_each_call(noise):
    samples = ops.convert_to_tensor(GENERATOR.normal(size=(3, 2)).astype("float32"))
    runs = []
    for _ in range(2):
        seed_generator = keras.random.SeedGenerator(7)
        runs.append([ops.convert_to_numpy(noise(samples, seed_generator)) for _ in range(2)])
    np.testing.assert_array_equal(runs[0], runs[1])
    assert np.all(runs[0][0] != runs[0][1])


@pytest.mark.parametrize("noise", [NormalNoise(standard_deviation=0.0), UniformNoise(scale=0.0)])
def test_noise_of_size_zero_leaves_samples_where_they_are(noise):
    samples = GENERATOR.normal(size=(3, 2)).astype("float32")
    np.testing.assert_array_equal(moved(noise, samples), samples)


def test_integer_samples_are_moved_as_numbers():
    pixels = np.array([[1, 2], [3, 40]], "uint8")
    batch = RecordingBatch(half_squared_norm, pixels)
    DraganPenalty()(batch)
    assert np.all(batch.points % 1.0 != 0.0)


def test_unknown_noise_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"Unknown noise: 'unifrom'. Did you mean 'uniform'"):
        DraganPenalty(noise="unifrom")


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (DraganPenalty, "weight"),
        (DraganPenalty, "target"),
        (UniformNoise, "scale"),
        (SymmetricNoise, "scale"),
        (NormalNoise, "standard_deviation"),
    ],
)
@pytest.mark.parametrize("value", [-1.0, float("nan"), "10"])
def test_arguments_out_of_range_are_refused(make, argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must be a finite number and at least 0"):
        make(**{argument: value})


def test_penalty_is_found_by_name():
    assert isinstance(penalties.get("dragan"), DraganPenalty)
    assert DraganPenalty().name == "dragan_penalty"
