from unittest import mock

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses.penalties import AdversarialBatch, PathLengthPenalty
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

RANDOM = np.random.default_rng(0)
LATENTS = RANDOM.normal(size=(5, 3)).astype("float32")
NOISE = RANDOM.normal(size=(5, 2, 2, 1)).astype("float32")
MATRIX = RANDOM.normal(size=(3, 4))


def linear_generator(matrix=MATRIX, shape=(2, 2, 1)):
    network = keras.Sequential(
        [keras.Input((3,)), layers.Dense(matrix.shape[1], use_bias=False), layers.Reshape(shape)]
    )
    network.set_weights([matrix])
    return network


def batch_of(generator, penalty, latents=LATENTS):
    seed_generator = keras.random.SeedGenerator(0)
    return AdversarialBatch(
        lambda samples, training: samples,
        np.ones((len(latents), 2, 2, 1), "float32"),
        generator=generator,
        latents=latents,
        seed_generator=seed_generator,
        state=[*generator.variables, *penalty.variables, seed_generator.state],
    )


def with_fixed_noise():
    noise = ops.convert_to_tensor(NOISE)
    return mock.patch("keras.random.normal", return_value=noise)


# Karras et al., 2019, arXiv:1912.04958, equation 4, with the noise of the authors' code: of a
# linear generator J' y is the matrix times the noise, here of 2 · 2 pixels.
def expected_lengths(matrix=MATRIX):
    return np.linalg.norm(NOISE.reshape(5, 4).astype("float64") @ matrix.T / np.sqrt(4.0), axis=1)


def expected_values(mean_length, matrix=MATRIX, weight=2.0, decay=0.99):
    lengths = expected_lengths(matrix)
    followed = decay * mean_length + (1.0 - decay) * lengths.mean()
    return weight * (lengths - followed) ** 2


def test_penalty_of_a_linear_generator_is_that_of_its_matrix():
    penalty = PathLengthPenalty(weight=3.0, decay=0.9)
    penalty.mean_length.assign(1.5)
    with with_fixed_noise():
        values = penalty(batch_of(linear_generator(), penalty))
    expected = expected_values(1.5, weight=3.0, decay=0.9)
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-4)


def test_mean_length_follows_the_lengths_from_zero():
    penalty, expected = PathLengthPenalty(), 0.0
    with with_fixed_noise():
        for _ in range(3):
            penalty(batch_of(linear_generator(), penalty))
            expected = 0.99 * expected + 0.01 * expected_lengths().mean()
            assert float(penalty.mean_length.value) == pytest.approx(expected, rel=1e-5)


def test_mean_squared_length_is_the_frobenius_norm_over_the_pixels():
    """E ‖J' y‖² = ‖J‖² for y ~ N(0, I), over 4 pixels of one channel, or 1 pixel of 4."""
    for shape, num_pixels in [((2, 2, 1), 4), ((1, 1, 4), 1), ((4,), 1), ((1, 2, 2), 2)]:
        penalty = PathLengthPenalty(weight=1.0, decay=1.0)
        latents = np.zeros((4000, 3), "float32")
        values = penalty(batch_of(linear_generator(shape=shape), penalty, latents))
        expected = np.sum(MATRIX**2) / num_pixels
        mean = np.mean(ops.convert_to_numpy(values))
        assert mean == pytest.approx(expected, rel=0.06)


def test_each_sample_has_noise_of_its_own():
    penalty = PathLengthPenalty()
    values = ops.convert_to_numpy(penalty(batch_of(linear_generator(), penalty)))
    assert len(np.unique(values)) == 5


def test_gradient_by_the_generators_weights_is_that_of_differences():
    generator, penalty = linear_generator(), PathLengthPenalty()
    penalty.mean_length.assign(0.8)
    # The moving average is a constant, but one of which this batch is a part.
    constant = 0.99 * 0.8 + 0.01 * expected_lengths().mean()
    batch = batch_of(generator, penalty)
    with with_fixed_noise():
        (gradient,) = backend_gradients(
            lambda: (ops.mean(penalty(batch)), None), generator.trainable_variables, batch.state
        )
    expected = central_differences(
        lambda matrix: np.mean(2.0 * (expected_lengths(matrix) - constant) ** 2), MATRIX
    )
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)
    assert np.abs(expected).max() > 0.1
    assert float(penalty.mean_length.value) == pytest.approx(constant, rel=1e-5)


def test_gradient_of_a_generator_that_ignores_its_latents_is_finite():
    generator, penalty = linear_generator(np.zeros((3, 4))), PathLengthPenalty()
    batch = batch_of(generator, penalty)
    (gradient,) = backend_gradients(
        lambda: (ops.mean(penalty(batch)), None), generator.trainable_variables, batch.state
    )
    assert np.all(np.isfinite(gradient))


def test_values_of_a_half_precision_generator_are_float32():
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, dtype="mixed_float16"), layers.Reshape((2, 2, 1))]
    )
    penalty = PathLengthPenalty()
    values = penalty(batch_of(generator, penalty))
    assert keras.backend.standardize_dtype(values.dtype) == "float32"


def test_saved_penalty_keeps_every_argument():
    arguments = {"weight": 3.0, "decay": 0.5}
    check_round_trip(PathLengthPenalty, arguments, common=SAVED_ARGUMENTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": -1.0}, "`weight` must be .* at least 0.*weight is 2.0"),
        ({"decay": 1.1}, "`decay` must be .* at most 1.*decay is 0.99"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        PathLengthPenalty(**arguments)


@pytest.mark.backend("any")
@pytest.mark.parametrize("every", [1, 3])
def test_mean_length_is_learned_in_training_and_saved(every, tmp_path):
    penalty = PathLengthPenalty(every=every)
    gan = tiny.compiled_gan(loss="non_saturating", penalties=[penalty])
    assert float(penalty.mean_length.value) == 0.0
    history = gan.fit(tiny.samples(40), batch_size=8, epochs=1, verbose=0).history
    assert np.isfinite(history["path_length_penalty"]).all()
    mean_length = float(penalty.mean_length.value)
    assert mean_length > 0.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    (loaded_penalty,) = loaded.rules.penalties
    assert float(loaded_penalty.mean_length.value) == mean_length


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="exact on other backends")
def test_inexact_normalisation_is_warned_of_in_the_generator_only():
    generator, discriminator = tiny.networks(batch_normalization=True)
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    gan.compile(loss="r1")
    with pytest.warns(UserWarning, match="BatchNormalization in 'generator'"):
        gan.compile(loss="hinge", penalties=["path_length"])
