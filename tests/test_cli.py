import csv
import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import typer
import typer.testing

import keras_gan_losses as kgl
import keras_gan_losses_cli as cli
from keras_gan_losses.cli.run_folder import RunFolder
from keras_gan_losses.runs.run_lock import locked


def run(directory, *arguments):
    command = [sys.executable, "-m", "keras_gan_losses_cli", "train", "--out", str(directory)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)


def train(directory, *arguments):
    command = ["train", "--out", str(directory), *arguments]
    return typer.testing.CliRunner().invoke(cli.app, command)


def epochs(directory):
    with open(directory / "history.csv") as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


@pytest.mark.backend("jax")
def test_training_writes_samples_history_model_and_saved_model_and_resumes(tmp_path):
    arguments = ["--data", "ring", "--loss", "lsgan", "--batch-size", "2000"]
    first = train(tmp_path / "run", *arguments, "--epochs", "2")
    assert first.exit_code == 0, first.output
    names = ["samples.png", "history.csv", "gan.keras"]
    names += ["generator"] * (keras.backend.backend() != "torch")
    for name in names:
        assert (tmp_path / "run" / name).exists()
        assert f"Wrote {tmp_path / 'run' / name}" in first.stdout
    assert epochs(tmp_path / "run") == [0, 1]
    before = keras.saving.load_model(tmp_path / "run" / "gan.keras")
    assert type(before) is kgl.GAN

    # Killed while it was written, say: the checkpoints are enough.
    (tmp_path / "run" / "gan.keras").write_bytes(b"half")
    second = run(tmp_path / "run", "--epochs", "3", "--resume")
    assert second.returncode == 0, second.stderr
    assert "Epoch 3/3" in second.stdout
    assert epochs(tmp_path / "run") == [0, 1, 2]
    after = keras.saving.load_model(tmp_path / "run" / "gan.keras")
    assert int(after.optimizer.iterations) == 3 * 10
    assert np.abs(before.generate(3, seed=0) - after.generate(3, seed=0)).max() > 0

    third = train(tmp_path / "run", *arguments, "--epochs", "2", "--resume")
    assert "has 3 epochs already" in third.stdout
    again = keras.saving.load_model(tmp_path / "run" / "gan.keras")
    np.testing.assert_array_equal(again.generate(3, seed=0), after.generate(3, seed=0))
    assert epochs(tmp_path / "run") == [0, 1, 2]

    before = {path.name for path in (tmp_path / "run").iterdir()}
    for argument in (["--data", "grid"], ["--loss", "hinge"], ["--batch-size", "9"]):
        other = train(tmp_path / "run", *argument, "--resume")
        assert other.exit_code == 1
        assert "Leave that away to go on with it" in other.output
    assert {path.name for path in (tmp_path / "run").iterdir()} == before


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
        (["--backend", "theano"], "Valid names: jax, tensorflow, torch"),
        (["--data", "digitz"], "digitz"),
        (["--epochs", "1", "--steps", "2"], "Give --epochs or --steps"),
        (["--augment", "adaa"], "Did you mean 'ada'?"),
        (["--data", "x.npy"], "There is no file or folder x.npy"),
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


def test_a_second_run_in_the_folder_is_refused_before_it_moves_anything(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "history.csv").write_text("theirs")
    with locked(tmp_path):
        result = train(tmp_path, "--data", "ring")
    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1
    assert "Another run is writing to" in result.output
    assert {path.name for path in tmp_path.iterdir()} == {"checkpoints", "history.csv", "lock"}
    assert (tmp_path / "history.csv").read_text() == "theirs"


def test_a_new_run_sets_aside_what_earlier_ones_have_left(tmp_path):
    folder = RunFolder(tmp_path)
    assert folder.begin({"data": "ring"}) is None
    for number in (1, 2):
        folder.checkpoints.mkdir()
        for path in (folder.model, folder.history, folder.checkpoints / "a.npz"):
            path.write_text(f"{number}")
        assert folder.begin({"data": "grid"}) == tmp_path / f"earlier-{number}"
        assert {path.name for path in tmp_path.glob("*.*")} == {"run.json"}
        for name in ("gan.keras", "history.csv", "checkpoints/a.npz"):
            assert (tmp_path / f"earlier-{number}" / name).read_text() == f"{number}"
    assert json.loads((tmp_path / "earlier-1" / "run.json").read_text()) == {"data": "ring"}


def test_ctrl_c_says_how_to_go_on_and_leaves_an_earlier_model(tmp_path, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(kgl.GAN, "fit", interrupted)
    assert train(tmp_path, "--data", "ring").exit_code == 130
    (tmp_path / "gan.keras").write_text("theirs")
    result = train(tmp_path, "--resume")
    assert result.exit_code == 130
    assert f"keras-gan-losses train --out {tmp_path} --resume" in result.output
    assert (tmp_path / "gan.keras").read_text() == "theirs"


def test_without_tensorflow_it_is_said_before_training_that_no_saved_model_comes(
    tmp_path, monkeypatch
):
    find, said = importlib.util.find_spec, []
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "tensorflow" else find(name, *more),
    )
    fit = kgl.GAN.fit
    monkeypatch.setattr(
        kgl.GAN, "fit", lambda *args, **options: said.append("fit") or fit(*args, **options)
    )
    monkeypatch.setattr(typer, "echo", lambda text, **options: said.append(text))
    result = train(tmp_path, "--data", "ring", "--batch-size", "9999", "--epochs", "1")
    assert result.exit_code == 0
    assert "TensorFlow, which is not installed" in said[0]
    assert said[1] == "fit"
    assert not (tmp_path / "generator").exists()
    assert (tmp_path / "samples.png").exists()


@pytest.mark.slow
def test_code_in_the_working_folder_is_not_run(tmp_path):
    other = "torch" if keras.backend.backend() != "torch" else "jax"
    (tmp_path / "numpy.py").write_text("raise SystemExit('code of the working folder')")
    home = str(pathlib.Path(kgl.__file__).parent.parent)
    result = subprocess.run(
        [sys.executable, "-P", "-m", "keras_gan_losses_cli", "train", "--backend", other]
        + ["--data", "x.npy"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": home},
        timeout=300,
    )
    assert "code of the working folder" not in result.stderr
    assert "There is no file or folder x.npy" in result.stderr


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
        (["--data", "none.npy"], "There is no file or folder none.npy"),
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


def test_a_model_that_cannot_be_loaded_is_said_in_one_line(tmp_path):
    class OwnLayer(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    generator = keras.Sequential([keras.Input((2,)), OwnLayer(), keras.layers.Dense(2)])
    gan = kgl.GAN(generator, kgl.architectures.mlp((2,), 2)[1], latent_dim=2)
    gan.compile()
    gan.save(tmp_path / "own.keras")
    (tmp_path / "half.keras").write_bytes((tmp_path / "own.keras").read_bytes()[:999])
    for name in ("own.keras", "half.keras"):
        result = evaluate(tmp_path / name)
        assert result.exit_code == 1
        assert len(result.output.strip().splitlines()) == 1
        assert f"{name} cannot be loaded: " in result.output
        assert "register_keras_serializable()" in result.output


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


def write_card(*arguments):
    command = ["card", *map(str, arguments)]
    return typer.testing.CliRunner().invoke(cli.app, command)


def test_a_saved_gan_gets_a_card_of_what_lies_beside_it(saved_gan):
    folder = saved_gan.parent
    (folder / "history.csv").write_text("epoch,loss,val_loss\n0,1.5,NA\n1,0.5,2.5\n")
    (folder / "samples.png").write_bytes(b"")
    result = write_card(saved_gan, "--data", "Points on a ring.")
    assert result.exit_code == 0, result.output
    text = (folder / "README.md").read_text()
    for part in ("Points on a ring.", "| loss | 1.5 | 0.5 |", "| val_loss | 2.5 | 2.5 |"):
        assert part in text
    assert "](samples.png)" in text

    again = write_card(saved_gan)
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert (folder / "README.md").read_text() == text
