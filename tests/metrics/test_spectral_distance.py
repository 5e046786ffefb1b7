"""Spectra of signals and their distance, against closed forms and SciPy."""

import json

import keras
import numpy as np
import pytest
from scipy.signal import spectrogram, welch

import keras_gan_losses as kgl
from keras_gan_losses.metrics import SpectralDistance, spectral_distance
from keras_gan_losses.metrics.features import SpectrogramFeatures

NOISE = np.random.default_rng(0).normal(size=(6, 100, 2))


def test_spectrograms_are_those_of_scipy():
    _, _, expected = spectrogram(
        NOISE.transpose(0, 2, 1),
        nperseg=16,
        noverlap=8,
        window="hann",
        detrend=False,
        scaling="spectrum",
    )
    # SciPy adds the power of negative frequencies, and puts frames last.
    expected[:, :, 1:-1] /= 2.0
    found = SpectrogramFeatures(16)(NOISE).reshape(6, 2, -1, 9)
    np.testing.assert_allclose(found, 10.0 * np.log10(expected.swapaxes(2, 3)), rtol=1e-9)


def test_averaged_ones_are_those_of_welch():
    _, expected = welch(NOISE, nperseg=16, axis=1, window="hann", detrend=False, scaling="spectrum")
    expected[:, 1:-1] /= 2.0
    found = SpectrogramFeatures(16, is_averaged=True)(NOISE)
    np.testing.assert_allclose(
        found, 10.0 * np.log10(expected.swapaxes(1, 2).reshape(6, -1)), rtol=1e-9
    )


def test_the_floor_holds_silence_and_short_signals_are_one_frame():
    found = SpectrogramFeatures(16, floor=-70.0)(np.zeros((2, 10, 1)))
    np.testing.assert_allclose(found, np.full((2, 9), -70.0))


def test_many_signals_are_transformed_in_parts(monkeypatch):
    whole = SpectrogramFeatures(16)(NOISE)
    module = __import__(SpectrogramFeatures.__module__, fromlist=["_"])
    monkeypatch.setattr(module, "_BLOCK_SIZE", 1000)
    np.testing.assert_array_equal(SpectrogramFeatures(16)(NOISE), whole)


def test_louder_signals_are_as_far_as_they_are_louder():
    np.testing.assert_allclose(spectral_distance(NOISE, 0.1 * NOISE), 20.0, rtol=1e-9)
    np.testing.assert_allclose(spectral_distance(NOISE, 2.0 * NOISE), 20.0 * np.log10(2.0))
    assert spectral_distance(NOISE, NOISE[::-1]) == 0.0


def tone(frequency, phase=0.0):
    return np.sin(2.0 * np.pi * (frequency * np.arange(64) + phase)).reshape(1, 64, 1)


def test_a_generator_that_makes_one_of_two_sounds_is_half_their_distance_away():
    # In each frame and band one half of the samples is moved from one loudness to the other.
    both = np.concatenate([tone(1 / 8), tone(1 / 4)])
    apart = spectral_distance(tone(1 / 8), tone(1 / 4), frame_length=16)
    collapsed = np.concatenate([tone(1 / 8)] * 2)
    np.testing.assert_allclose(
        spectral_distance(both, collapsed, frame_length=16), apart / 2.0, rtol=1e-6
    )


def test_tones_in_the_middle_of_bands_differ_by_their_loudness_there():
    # With a Hann window a tone in band k has −6 dB there, and a quarter of that power, −12 dB,
    # beside it; all else is silence at the floor.
    floor = -60.0
    power = np.full((2, 9), floor)
    loud, half = 20.0 * np.log10((0.5, 0.25))
    power[0, 1:4] = half, loud, half
    power[1, 5:8] = half, loud, half
    expected = np.abs(power[0] - power[1]).mean()
    found = spectral_distance(tone(2 / 16), tone(6 / 16), frame_length=16, floor=floor)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_time_is_seen_and_phase_is_not():
    rising = np.concatenate([tone(1 / 8), tone(1 / 4)], axis=1)
    falling = np.concatenate([tone(1 / 4), tone(1 / 8)], axis=1)
    assert spectral_distance(rising, falling, frame_length=16) > 5.0
    shifted = spectral_distance(tone(1 / 8), tone(1 / 8, 0.3), frame_length=16, floor=-60.0)
    np.testing.assert_allclose(shifted, 0.0, atol=1e-6)


def networks():
    latents, signals = keras.Input((3,)), keras.Input((32, 1))
    made = keras.layers.Reshape((32, 1))(keras.layers.Dense(32)(latents))
    score = keras.layers.Dense(1)(keras.layers.Flatten()(signals))
    return keras.Model(latents, made), keras.Model(signals, score)


@pytest.mark.backend("every")
def test_a_gan_logs_it_in_evaluation(tmp_path):
    keras.utils.set_random_seed(0)
    gan = kgl.GAN(*networks(), latent_dim=3, seed=0)
    gan.compile(metrics=["spectral_distance", SpectralDistance(16, name="other")], run_eagerly=True)
    real = np.random.default_rng(0).normal(size=(8, 32, 1)).astype("float32")
    # A generator of one signal, whatever the latents.
    constant = np.sin(np.arange(32.0))
    kernel, bias = gan.generator.trainable_variables
    kernel.assign(np.zeros(kernel.shape))
    bias.assign(constant)
    logs = gan.evaluate(real, return_dict=True, verbose=0)
    fake = np.tile(constant.reshape(1, 32, 1), (8, 1, 1))
    for name, length in (("spectral_distance", 256), ("other", 16)):
        expected = spectral_distance(real, fake, frame_length=length)
        np.testing.assert_allclose(logs[name], expected, rtol=1e-3)


def test_it_is_saved_with_its_settings():
    metric = SpectralDistance(16, floor=-50.0, num_samples=9, name="sound")
    again = SpectralDistance.from_config(json.loads(json.dumps(metric.get_config())))
    assert (again.frame_length, again.floor, again.num_samples, again.name) == (
        *(16, -50.0, 9),
        "sound",
    )
    expected = spectral_distance(NOISE, 3.0 * NOISE, frame_length=16, floor=-50.0)
    np.testing.assert_allclose(again(NOISE, 3.0 * NOISE), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SpectrogramFeatures(15), "must be even"),
        (lambda: SpectrogramFeatures(2), "frame_length"),
        (lambda: SpectrogramFeatures(floor=np.nan), "floor"),
        (lambda: SpectrogramFeatures(is_averaged=1), "is_averaged"),
        (lambda: spectral_distance(NOISE[..., 0], NOISE[..., 0]), "is of signals"),
        (lambda: spectral_distance(NOISE, NOISE[:, :50]), "one shape"),
        (lambda: spectral_distance(NOISE, np.nan * NOISE), "finite"),
    ],
)
def test_what_is_no_signal_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
