"""The command line on folders of sounds."""

import json

import keras
import numpy as np
import pytest
import soundfile

from keras_gan_losses.cli.forms import form_of
from keras_gan_losses.cli.own_data import own_data
from keras_gan_losses.cli.real_data import make_real_data
from keras_gan_losses.cli.tasks import make_task
from tests.test_own_data import call, done, write_pictures

RATE = 8000


def write_sounds(folder, *, count=6, length=160, rate=RATE, channels=1):
    random = np.random.default_rng(0)
    for number in range(count):
        path = folder / "ab"[number % 2] / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, random.normal(0.1, 0.05, (length, channels)), rate)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run on a folder of sounds of two classes."""
    home = tmp_path_factory.mktemp("sounds")
    data, out = write_sounds(home / "data"), home / "run"
    told = done(
        *("train", "--data", data, "--out", out, "--conditional", "--length", 64),
        *("--steps", 1, "--batch-size", 4, "--latent-dim", 3),
    )
    return data, out, told


def test_a_folder_of_sounds_is_described_and_trained_on(trained):
    data, out, told = trained
    assert f"Found 6 sounds in 2 folders of {data}, mono, 8000 Hz: 12 windows of 64 steps." in told
    assert "`architectures.convolutional_1d`, 3 latents, conditional on 2 classes." in told
    assert {"samples.png", "gan.keras", "form.json"} <= {path.name for path in out.iterdir()}
    gan = keras.saving.load_model(out / "gan.keras")
    assert gan.specification.sample_shape == (64, 1)


def test_sounds_are_written_at_the_rate_and_loudness_of_the_data(trained, tmp_path):
    _, out, _ = trained
    made = {}
    for written in ("wav", "npy", "csv"):
        folder = tmp_path / written
        done("generate", out / "gan.keras", "--num", 3, "--format", written, "--out", folder)
        made[written] = folder
    read = [soundfile.read(path) for path in sorted(made["wav"].glob("*.wav"))]
    assert [rate for _, rate in read] == [RATE] * 3
    array = np.load(made["npy"] / "samples.npy")
    assert array.shape == (3, 64, 1)
    # An untrained generator is near 0, which is the mean of what it learns.
    assert abs(array.mean() - 0.1) < 0.05
    sounds = np.stack([values for values, _ in read])
    np.testing.assert_allclose(sounds, np.clip(array[..., 0], -1.0, 1.0), atol=2e-4)
    rows = np.loadtxt(made["csv"] / "samples.csv", delimiter=",")
    np.testing.assert_allclose(rows, array[..., 0], rtol=1e-5, atol=1e-7)
    assert (made["wav"] / "picture.png").exists()


def test_sounds_are_measured_against_by_their_spectra(trained):
    data, out, _ = trained
    told = done("evaluate", out / "gan.keras", "--data", data, "--json")
    summary = json.loads(told[told.index("{") :])
    assert (summary["features"], summary["num_real"]) == ("spectrum", 12)
    assert 0.0 < summary["metrics"]["spectral_distance"] < 80.0


def test_sounds_are_measured_against_at_the_rate_that_was_learned(trained, tmp_path):
    data = write_sounds(tmp_path / "data", rate=2 * RATE, length=320)
    told = done("evaluate", trained[1] / "gan.keras", "--data", data, "--json")
    assert json.loads(told[told.index("{") :])["num_real"] == 12
    stereo = write_sounds(tmp_path / "stereo", channels=2)
    learned = form_of(trained[1] / "form.json", (64, 1))
    samples = make_real_data(str(trained[0]), form=learned).samples
    np.testing.assert_allclose((samples.mean(), samples.std()), (0.0, 1.0), atol=1e-4)
    # A GAN of one channel is measured by the average of both.
    done("evaluate", trained[1] / "gan.keras", "--data", stereo, "--json")


def test_pictures_are_no_measure_of_sounds_nor_sounds_of_pictures(trained, tmp_path):
    write_pictures(tmp_path / "pictures")
    done("train", "--data", tmp_path / "pictures", "--steps", 1, "--out", tmp_path / "run")
    result = call("evaluate", tmp_path / "run" / "gan.keras", "--data", trained[0])
    assert result.exit_code == 1
    assert "that was trained on sounds" in result.output


@pytest.mark.parametrize(
    ("length", "rate", "expected"),
    [(100, None, 128), (64, None, 64), (3, None, 64), (20_000, None, 16_384), (100, 4000, 64)],
)
def test_a_window_is_as_long_as_most_sounds_up_to_a_limit(tmp_path, length, rate, expected):
    write_sounds(tmp_path, length=max(length, 40))
    found = own_data(tmp_path, batch_size=2, rate=rate)
    assert found.samples.signal_shape == (expected, 1)
    assert found.form.length == expected


def test_objectives_are_compared_on_the_same_windows(trained):
    task = make_task(str(trained[0]), batch_size=4, length=64)
    assert task.data.num_samples == 12
    generator, discriminator = task.build_networks()
    assert generator.output_shape == (None, 64, 1) == discriminator.input_shape


def bad(folder, *, sounds=0, **kwargs):
    folder.mkdir()
    return write_sounds(folder, count=sounds, **kwargs)


def text_as_sound(folder):
    (bad(folder) / "x.wav").write_text("no sound")


def cut_short(folder):
    whole = bad(folder, sounds=1) / "a" / "0.wav"
    whole.write_bytes(whole.read_bytes()[:100])


def silent(folder):
    soundfile.write(bad(folder) / "x.wav", np.zeros(1000), RATE)


def of_two_rates(folder):
    soundfile.write(bad(folder, sounds=3) / "x.wav", np.ones(1000), 44_100)


def of_two_channels(folder):
    soundfile.write(bad(folder, sounds=3) / "x.wav", np.ones((1000, 2)), RATE)


def mixed(folder):
    write_pictures(write_sounds(folder))


@pytest.mark.parametrize(
    ("prepare", "arguments", "message"),
    [
        (bad, (), "has no pictures and no sounds"),
        (text_as_sound, (), "x.wav (Format not recognised"),
        (cut_short, (), "0.wav (cut short, 264 bytes are missing)"),
        (silent, (), "x.wav (silent: the same value everywhere)"),
        (of_two_rates, (), "x.wav has 44100. Resample: rate=8000"),
        (of_two_channels, (), "x.wav has 2. Average them: is_mono=True"),
        (write_sounds, ("--length", 1000), "too short, 160 steps for a window of 1000"),
        (write_sounds, ("--length", 37), "cannot be made by doubling"),
        (write_sounds, ("--networks", "r3gan"), "are for pictures"),
        (lambda folder: bad(folder, sounds=1, length=64), (), "at least 2 windows"),
        (mixed, (), "has pictures (.png) and sounds (.wav)"),
        (write_pictures, ("--length", 64), "are for folders of sounds"),
        (write_pictures, ("--mono",), "are for folders of sounds"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_one_line(tmp_path, prepare, arguments, message):
    prepare(tmp_path / "data")
    result = call("train", "--data", tmp_path / "data", "--out", tmp_path / "run", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "run" / "run.json").exists()
