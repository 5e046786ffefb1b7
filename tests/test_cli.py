import csv
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import typer.testing

import keras_gan_losses as kgl
from keras_gan_losses import cli


def run(directory, *arguments):
    command = [sys.executable, "-m", "keras_gan_losses", "train", "--out", str(directory)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)


def epochs(directory):
    with open(directory / "history.csv") as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


@pytest.mark.backend("jax")
def test_training_writes_samples_history_model_and_saved_model_and_resumes(tmp_path):
    arguments = ["--data", "ring", "--loss", "lsgan", "--batch-size", "2000"]
    first = run(tmp_path / "run", *arguments, "--epochs", "2")
    assert first.returncode == 0, first.stderr
    names = ["samples.png", "history.csv", "gan.keras"]
    names += ["generator"] * (keras.backend.backend() != "torch")
    for name in names:
        assert (tmp_path / "run" / name).exists()
        assert f"Wrote {tmp_path / 'run' / name}" in first.stdout
    assert epochs(tmp_path / "run") == [0, 1]
    before = keras.saving.load_model(tmp_path / "run" / "gan.keras")
    assert type(before) is kgl.GAN

    second = run(tmp_path / "run", *arguments, "--epochs", "3", "--resume")
    assert second.returncode == 0, second.stderr
    assert "Epoch 3/3" in second.stdout
    assert epochs(tmp_path / "run") == [0, 1, 2]
    after = keras.saving.load_model(tmp_path / "run" / "gan.keras")
    assert int(after.optimizer.iterations) == 3 * 10
    assert np.abs(before.generate(3, seed=0) - after.generate(3, seed=0)).max() > 0

    third = run(tmp_path / "run", *arguments, "--epochs", "3", "--resume")
    assert "has 3 epochs already" in third.stdout


@pytest.mark.slow
def test_another_backend_can_be_asked_for(tmp_path):
    other = "torch" if keras.backend.backend() != "torch" else "tensorflow"
    result = run(
        tmp_path, "--data", "grid", "--batch-size", "5000", "--epochs", "1", "--backend", other
    )
    assert result.returncode == 0, result.stderr
    assert ("No SavedModel was written" in result.stdout) == (other == "torch")
    assert (tmp_path / "gan.keras").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--loss", "wgan_pg"], "Did you mean 'wgan_gp'?"),
        (["--resume"], "Nothing to resume"),
        (["--epochs", "0"], "Invalid value for '--epochs'"),
        (["--backend", "theano"], "use tensorflow, jax or torch"),
        (["--data", "digitz"], "digitz"),
    ],
)
def test_bad_arguments_are_said_in_one_message(tmp_path, arguments, message):
    result = typer.testing.CliRunner().invoke(
        cli.app, ["train", "--out", str(tmp_path), *arguments]
    )
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit)
    # The frame that is drawn around some messages may break their lines.
    assert message.replace(" ", "") in "".join(result.output.split()).replace("│", "")
    assert not (tmp_path / "gan.keras").exists()


@pytest.fixture
def saved_gan(tmp_path):
    """File of a GAN of points in the plane."""
    gan = kgl.GAN(*kgl.architectures.mlp((2,), 2), latent_dim=2)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    return tmp_path / "gan.keras"


def evaluate(*arguments):
    command = ["evaluate", *map(str, arguments)]
    return typer.testing.CliRunner().invoke(cli.app, command, env={"COLUMNS": "200"})


def test_a_saved_gan_is_measured_on_data_of_a_name(saved_gan):
    result = evaluate(saved_gan, "--data", "ring", "--num-samples", "500", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["features"], summary["num_real"], summary["num_generated"]) == (
        "samples",
        2500,
        500,
    )
    # The same numbers as from Python, on the same samples.
    gan = keras.saving.load_model(saved_gan)
    ring = kgl.datasets.ring(2500, seed=1)
    fake = np.concatenate(list(gan.evaluation_samples(500, None)))
    expected = kgl.metrics.frechet_distance(ring.samples, fake)
    assert summary["metrics"]["frechet_distance"] == pytest.approx(expected, rel=1e-5)
    covered = kgl.metrics.mode_coverage(fake, ring.modes, 0.01)
    assert summary["metrics"]["high_quality_share"] == covered.high_quality_share


def test_a_saved_gan_is_measured_on_a_file_and_shown_in_a_table(saved_gan, tmp_path):
    samples = np.random.default_rng(0).normal(size=(60, 2))
    np.save(tmp_path / "x.npy", samples)
    cache = tmp_path / "cache"
    result = evaluate(saved_gan, "--data", tmp_path / "x.npy", "--cache", cache)
    assert result.exit_code == 0, result.output
    rows = {line.split("│")[1].strip() for line in result.stdout.splitlines() if "│" in line}
    names = {"frechet_distance", "kernel_distance", "precision", "recall"}
    assert names | {"sliced_wasserstein_distance"} <= rows
    assert "covered_modes" not in rows
    assert list(cache.glob("*.npz"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "none.npy"], "none.npy cannot be read as an array"),
        (["--labels", "y.npy"], "Labels belong to data in a file"),
        (["--data", "ring", "--features", "classifier"], "A classifier needs labels"),
        (["--data", "ring", "--features", "Inception"], "Did you mean 'InceptionV3'?"),
        (["--data", "digits", "--features", "samples"], "samples of shape (2,)"),
    ],
)
def test_a_measurement_that_cannot_be_made_is_said_in_one_message(saved_gan, arguments, message):
    result = evaluate(saved_gan, *arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert message in result.output


def test_only_a_gan_is_measured(tmp_path):
    assert "There is no file" in evaluate(tmp_path / "none.keras").output
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(tmp_path / "model.keras")
    assert "holds a Sequential, but a GAN" in evaluate(tmp_path / "model.keras").output
    with open(tmp_path / "x.npy", "wb") as file:
        np.save(file, np.array([{"any": "object"}]), allow_pickle=True)
    gan = kgl.GAN(*kgl.architectures.mlp((2,), 2), latent_dim=2)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    result = evaluate(tmp_path / "gan.keras", "--data", tmp_path / "x.npy")
    assert "cannot be read as an array" in result.output
