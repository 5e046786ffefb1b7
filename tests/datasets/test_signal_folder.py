import sys
import warnings

import keras
import numpy as np
import pytest
import soundfile

import keras_gan_losses as kgl
from keras_gan_losses.datasets import signal_folder


def ramp(num_steps, channels=1, start=0):
    """Values of 16 bits that tell which they are."""
    steps = np.arange(start, start + num_steps * channels, dtype="int16")
    return steps.reshape(num_steps, channels)


def write(path, values, rate=8000, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, values, rate, **options)
    return path


def steps_of(data):
    """What `ramp` counted, of each window."""
    return np.rint(data.signals[..., 0] * 2**15).astype(int).tolist()


@pytest.mark.parametrize("ending", ["wav", "flac", "WAV"])
def test_files_are_cut_into_windows_that_follow_one_another(tmp_path, ending):
    write(tmp_path / f"a.{ending}", ramp(11))
    write(tmp_path / f"b.{ending}", ramp(4, start=100))
    data = signal_folder(tmp_path, length=4)
    assert steps_of(data) == [[0, 1, 2, 3], [4, 5, 6, 7], [100, 101, 102, 103]]
    assert [path.stem for path in data.paths] == ["a", "a", "b"]
    assert (data.signal_shape, data.rate, data.num_samples) == ((4, 1), 8000, 3)


def test_batches_have_mean_0_and_deviation_1_in_each_channel_and_go_back(tmp_path):
    values = np.random.default_rng(0).normal((0.1, -0.2), (0.02, 0.1), (40, 2))
    write(tmp_path / "a.wav", values, subtype="FLOAT")
    data = signal_folder(tmp_path, length=4, batch_size=6)
    batches = [data[index] for index in range(data.num_batches)]
    assert [len(batch) for batch in batches] == [6, 4]
    learned = np.concatenate(batches)
    assert learned.dtype == "float32"
    np.testing.assert_allclose(learned.mean(axis=(0, 1)), 0.0, atol=1e-5)
    np.testing.assert_allclose(learned.std(axis=(0, 1)), 1.0, rtol=1e-5)
    back = sorted(data.inverse(learned)[..., 0].ravel())
    np.testing.assert_allclose(back, sorted(values[:, 0]), rtol=1e-4, atol=1e-6)


def test_a_channel_of_one_value_stays_at_it(tmp_path):
    values = np.stack([np.linspace(-1.0, 1.0, 8), np.full(8, 0.5)], axis=1)
    write(tmp_path / "a.wav", values, subtype="FLOAT")
    data = signal_folder(tmp_path, length=4)
    np.testing.assert_array_equal(data[0][..., 1], 0.0)
    np.testing.assert_array_equal(data.inverse(data[0])[..., 1], 0.5)


def test_channels_are_kept_or_averaged(tmp_path):
    write(tmp_path / "a.wav", ramp(4, channels=2))
    assert signal_folder(tmp_path, length=4).signal_shape == (4, 2)
    mono = signal_folder(tmp_path, length=4, is_mono=True).signals
    np.testing.assert_allclose(mono[0, :, 0] * 2**15, [0.5, 2.5, 4.5, 6.5])
    write(tmp_path / "b.wav", ramp(4))
    with pytest.raises(ValueError, match=r"1 of 2 files have 2, .*b\.wav has 1\. Average"):
        signal_folder(tmp_path, length=4)
    assert signal_folder(tmp_path, length=4, is_mono=True).signal_shape == (4, 1)


def test_another_rate_is_refused_by_name_or_resampled(tmp_path):
    def tone(rate):
        return 0.5 * np.sin(2 * np.pi * 50.0 * np.arange(rate) / rate)

    write(tmp_path / "a.wav", tone(4000), 4000)
    write(tmp_path / "b.wav", tone(4000), 4000)
    write(tmp_path / "c.wav", tone(6000), 6000)
    with pytest.raises(ValueError, match=r"2 of 3 files have 4000, .*c\.wav has 6000.*rate=4000"):
        signal_folder(tmp_path, length=1000)
    data = signal_folder(tmp_path, length=4000, rate=4000)
    assert data.rate == 4000
    # A tone far below both limits is the same tone at another rate, but for the ends.
    first, _, third = data.signals[:, 200:-200, 0]
    np.testing.assert_allclose(third, first, atol=5e-3)


def test_folders_are_classes_and_each_window_has_that_of_its_file(tmp_path):
    write(tmp_path / "dogs" / "b.wav", ramp(8, start=50))
    write(tmp_path / "cats" / "old" / "a.wav", ramp(4))
    data = signal_folder(tmp_path, length=4, with_labels=True)
    assert data.class_names == ["cats", "dogs"]
    assert data.labels.tolist() == [0, 1, 1]
    signals, labels = data[0]
    first = np.rint(data.inverse(signals)[:, 0, 0] * 2**15)
    np.testing.assert_array_equal(labels, (first >= 50).astype("int32"))
    write(tmp_path / "c.wav", ramp(4))
    with pytest.raises(ValueError, match="signals lie in"):
        signal_folder(tmp_path, length=4, with_labels=True)


def test_short_files_are_filled_up_and_too_short_ones_left_out(tmp_path):
    write(tmp_path / "half.wav", ramp(2, start=7))
    write(tmp_path / "less.wav", ramp(1, start=7))
    with pytest.warns(UserWarning, match=r"less\.wav \(too short, 1 steps for a window of 4\)"):
        data = signal_folder(tmp_path, length=4)
    assert steps_of(data) == [[7, 8, 0, 0]]


def damage(folder):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 4000)
    for name in ("cut.wav", "cut.flac"):
        whole = write(folder / name, noise).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
    (folder / "text.wav").write_text("no sound at all")
    (folder / "empty.wav").write_bytes(b"")
    write(folder / "lost.wav", np.full(100, np.nan), subtype="FLOAT")
    write(folder / "silent.wav", np.zeros(100))
    return {
        "cut.wav": "cut short, 4,022 bytes are missing",
        "cut.flac": "",
        "text.wav": "Format not recognised",
        "empty.wav": "Format not recognised",
        "lost.wav": "holds NaN or infinite values",
        "silent.wav": "silent: the same value everywhere",
    }


def test_damaged_and_silent_files_are_named_and_left_out_or_refused(tmp_path):
    reasons = damage(tmp_path)
    write(tmp_path / "good.wav", ramp(4))
    with pytest.warns(UserWarning, match="6 files are left out"):
        data = signal_folder(tmp_path, length=4)
    assert steps_of(data) == [[0, 1, 2, 3]]
    found = {path.name: text for path, text in data.damaged.items()}
    assert found.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in found[name]
    with pytest.raises(ValueError, match=r"6 files cannot be used.*damaged='skip'"):
        signal_folder(tmp_path, length=4, damaged="refuse")


def test_labels_stay_with_their_windows_when_files_are_left_out(tmp_path):
    write(tmp_path / "a" / "0.wav", np.zeros(8))
    write(tmp_path / "a" / "1.wav", ramp(4))
    write(tmp_path / "b" / "0.wav", ramp(8, start=50))
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        data = signal_folder(tmp_path, length=4, with_labels=True)
    assert data.labels.tolist() == [0, 1, 1]
    assert [window[0] for window in steps_of(data)] == [0, 50, 54]


@pytest.mark.parametrize(
    ("files", "arguments", "error", "message"),
    [
        ((), {}, ValueError, "has no signals. Expected files that end in .wav, .flac"),
        (("a.wav",), {"length": 0}, ValueError, "length"),
        (("a.wav",), {"rate": 0}, ValueError, "rate"),
        (("a.wav",), {"batch_size": 0}, ValueError, "batch_size"),
        (("a.wav",), {"is_mono": 1}, ValueError, "is_mono"),
        (("a.wav",), {"damaged": "skp"}, ValueError, "Did you mean 'skip'"),
        (("a.wav",), {"length": 100}, ValueError, r"No file in .*too short, 4 steps"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, files, arguments, error, message):
    for name in files:
        write(tmp_path / name, ramp(4))
    with pytest.raises(error, match=message):
        signal_folder(tmp_path, **{"length": 4, **arguments})


def test_what_is_missing_to_read_sounds_is_said(tmp_path, monkeypatch):
    write(tmp_path / "a.wav", ramp(4))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(ImportError, match=r"keras-gan-losses\[signals\]"):
        signal_folder(tmp_path, length=4)


@pytest.mark.backend("every")
def test_a_gan_is_trained_on_windows_and_generates_in_their_units(tmp_path):
    noise = np.random.default_rng(0).normal(0.0, 0.01, (16 * 32, 1))
    write(tmp_path / "a" / "a.wav", noise, subtype="FLOAT")
    write(tmp_path / "b" / "b.wav", noise, subtype="FLOAT")
    data = signal_folder(tmp_path, length=16, batch_size=16, with_labels=True)
    keras.utils.set_random_seed(0)
    pair = kgl.architectures.convolutional_1d(data.signal_shape, 3, width=2, num_classes=2)
    gan = kgl.GAN(*pair, latent_dim=3)
    gan.compile(run_eagerly=True)
    history = gan.fit(data, epochs=1, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    made = data.inverse(gan.generate(4, np.arange(4) % 2, seed=0))
    assert made.shape == (4, 16, 1)
    assert np.abs(made).max() < 0.1
