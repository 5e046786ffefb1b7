import csv
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
