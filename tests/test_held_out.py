"""What a run of the command line is measured on after each epoch."""

import csv

import numpy as np
import pytest
import typer.testing
from PIL import Image

import keras_gan_losses_cli as cli
from keras_gan_losses import datasets
from keras_gan_losses.cli.held_out import held_out
from keras_gan_losses.cli.tasks import make_task


def call(*arguments):
    return typer.testing.CliRunner().invoke(cli.app, list(map(str, arguments)))


def write_folders(folder, colours, count=10):
    """A class for each colour, of pictures whose grey tells the colour and the number."""
    for name, colour in colours.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.new("L", (8, 8), colour + number).save(folder / name / f"{number}.png")
    return folder


def write_rows(path, labels):
    """Two columns, of which the first is the label."""
    labels = np.repeat(labels, 10)
    noise = np.random.default_rng(0).normal(size=len(labels))
    np.savez(path, samples=np.column_stack([labels, noise]), labels=labels)
    return path


def test_a_share_of_rows_is_held_out_with_its_labels_and_the_same_each_time(tmp_path):
    path = write_rows(tmp_path / "x.npz", [3, 5, 7])
    task = make_task(str(path), batch_size=8, is_conditional=True)
    left, real = held_out(task, str(path), "0.2", batch_size=8, seed=0)
    assert (len(left.data), len(real.samples), left.num_batches) == (24, 6, 3)
    parts = np.concatenate([left.data, real.samples])
    np.testing.assert_array_equal(np.sort(parts, axis=0), np.sort(task.data, axis=0))
    # The first column is the label in other units.
    learned = np.unique(task.data[:, 0])
    np.testing.assert_array_equal(learned[left.labels], left.data[:, 0])
    np.testing.assert_array_equal(learned[real.labels], real.samples[:, 0])
    again = held_out(task, str(path), "0.2", batch_size=8, seed=0)[1]
    np.testing.assert_array_equal(again.samples, real.samples)
    other = held_out(task, str(path), "0.2", batch_size=8, seed=1)[1]
    assert not np.array_equal(other.samples, real.samples)


def test_a_share_of_a_folder_is_in_no_epoch(tmp_path):
    write_folders(tmp_path, {"a": 0, "b": 100})
    images = datasets.image_folder(tmp_path, batch_size=4, with_labels=True)
    samples, labels = images.hold_out(5)
    held = {(float(sample[0, 0, 0]), label) for sample, label in zip(samples, labels, strict=True)}
    assert len(held) == 5
    assert {label == (grey > -0.5) for grey, label in held} == {True}
    for _ in range(2):
        batches = [images[index] for index in range(images.num_batches)]
        seen = {float(sample[0, 0, 0]) for batch, _ in batches for sample in batch}
        assert len(seen) == images.num_samples == 15
        assert not seen & {grey for grey, _ in held}
        images.on_epoch_end()


def test_points_of_a_mixture_are_measured_by_others():
    task = make_task("ring", batch_size=500)
    left, real = held_out(task, "ring", None, batch_size=500, seed=0)
    assert left is task
    assert real.mixture is not None
    assert not set(map(tuple, real.samples.tolist())) & set(map(tuple, task.data.tolist()))


def test_classes_of_other_data_are_known_by_their_names(tmp_path):
    train = write_folders(tmp_path / "train", {"a": 0, "b": 50, "c": 100})
    fewer = write_folders(tmp_path / "fewer", {"b": 50, "c": 100}, count=2)
    other = write_folders(tmp_path / "other", {"b": 50, "d": 100}, count=2)
    task = make_task(str(train), batch_size=8, is_conditional=True)
    _, real = held_out(task, str(train), str(fewer), batch_size=8, seed=0)
    assert real.labels_among(task.class_names).tolist() == [1, 1, 2, 2]
    _, real = held_out(task, str(train), str(other), batch_size=8, seed=0)
    with pytest.raises(ValueError, match=r"not learned: d\. Learned were: a, b, c\."):
        real.labels_among(task.class_names)


@pytest.mark.parametrize(
    ("data", "share", "message"),
    [("x.npz", "0.01", "at least 2 samples.*holds out 0 of 30"), ("x.npz", "0.99", "30 of 30")],
)
def test_a_share_must_leave_samples_on_both_sides(tmp_path, data, share, message):
    path = write_rows(tmp_path / data, [3, 5, 7])
    task = make_task(str(path), batch_size=8)
    with pytest.raises(ValueError, match=message):
        held_out(task, str(path), share, batch_size=8, seed=0)


@pytest.mark.filterwarnings("default")
def test_measures_stand_in_the_history_and_classes_go_by_their_names(tmp_path):
    data = write_rows(tmp_path / "x.npz", [3, 5, 7])
    fewer = write_rows(tmp_path / "y.npz", [5, 7])
    run = tmp_path / "run"
    told = call(
        *("train", "--data", data, "--conditional", "--out", run, "--batch-size", 8),
        *("--validation", fewer, "--metrics", "sliced_wasserstein_distance", "--epochs", 1),
    )
    assert told.exit_code == 0, told.output
    assert "Measures sliced_wasserstein_distance after each epoch on 20 other" in told.output
    assert call("train", "--out", run, "--resume", "--epochs", 2).exit_code == 0
    with (run / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert all(float(row["val_sliced_wasserstein_distance"]) > 0.0 for row in rows)
    refused = call("train", "--out", run, "--resume", "--metrics", "frechet_distance")
    assert "--metrics sliced_wasserstein_distance, not frechet_distance" in refused.output
    made = call("generate", run / "gan.keras", "--condition", 5, "--out", tmp_path / "made")
    assert made.exit_code == 0, made.output
    refused = call("generate", run / "gan.keras", "--condition", 1, "--out", tmp_path / "other")
    assert "Unknown class: '1'. Valid names: '3', '5', '7'." in refused.output
    assert call("evaluate", run / "gan.keras", "--data", fewer).exit_code == 0
