import numpy as np
import pytest
from scipy.signal import chirp

from keras_gan_losses.datasets import chirps, estimate_chirps


def test_samples_are_the_chirps_of_scipy_of_their_frequencies():
    data = chirps(5, length=200)
    # Up to its phase: the analytic signals of both differ by one factor of modulus 1.
    steps = np.arange(200.0)
    for signal, (first, last) in zip(data.samples[..., 0], data.frequencies, strict=True):
        quarters = [
            chirp(steps, first, 200.0, last, phi=-90.0 + turn)  # a sine and a cosine
            for turn in (0.0, 90.0)
        ]
        weights, *_ = np.linalg.lstsq(np.stack(quarters, axis=1), signal, rcond=None)
        np.testing.assert_allclose(np.hypot(*weights), 1.0, rtol=1e-5)
        np.testing.assert_allclose(weights @ quarters, signal, atol=1e-5)


def test_frequencies_fill_their_range_and_labels_tell_the_direction():
    data = chirps(2000, length=8, frequency_range=(0.1, 0.3))
    assert data.samples.shape == (2000, 8, 1)
    assert data.samples.dtype == "float32"
    assert 0.1 <= data.frequencies.min() < 0.101
    assert 0.299 < data.frequencies.max() < 0.3
    np.testing.assert_array_equal(data.labels, data.frequencies[:, 1] > data.frequencies[:, 0])


def test_the_seed_decides():
    same = [chirps(3, length=16, seed=seed).samples for seed in (4, 4, 5)]
    np.testing.assert_array_equal(same[0], same[1])
    assert (same[0] != same[2]).any()


def test_frequencies_are_found_again_whatever_the_loudness():
    data = chirps(200, length=1024, frequency_range=(0.02, 0.4))
    found = estimate_chirps(0.01 * data.samples)
    np.testing.assert_allclose(found, data.frequencies, atol=2e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_samples": 0}, "num_samples"),
        ({"length": 1}, "length"),
        ({"frequency_range": (0.2, 0.1)}, "first below the second"),
        ({"frequency_range": (0.0, 0.1)}, "within 0 and 0.5"),
        ({"frequency_range": (0.1, 0.5)}, "within 0 and 0.5"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        chirps(**{"num_samples": 2, **arguments})


@pytest.mark.parametrize("shape", [(3, 100), (3, 100, 2), (3, 10, 1)])
def test_other_arrays_are_no_chirps(shape):
    with pytest.raises(ValueError, match="one channel and at least 20 steps"):
        estimate_chirps(np.zeros(shape))
