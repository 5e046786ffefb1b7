"""The command line on data of one's own: folders of pictures, and arrays in files."""

import gc
import json

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan_losses as kgl
from keras_gan_losses.cli.numbers import Numbers
from keras_gan_losses.cli.own_data import own_data, read_arrays
from tests.command import call, done


def write_pictures(folder, *, side=8, count=8):
    generator = np.random.default_rng(0)
    for number in range(count):
        path = folder / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(generator.integers(0, 255, (side, side, 3), "uint8")).save(path)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run on a folder of pictures of two classes."""
    home = tmp_path_factory.mktemp("pictures")
    data, out = write_pictures(home / "data"), home / "run"
    told = done(
        *("train", "--data", data, "--out", out, "--conditional", "--average"),
        *("--epochs", 1, "--batch-size", 4, "--latent-dim", 3, "--backend", keras.config.backend()),
    )
    return data, out, told


def test_a_folder_is_described_and_trained_on_and_pictures_are_written(trained):
    data, out, told = trained
    assert f"Found 8 pictures in 2 folders of {data}, colour, 8×8." in told
    assert "`architectures.dcgan`, 3 latents, conditional on 2 classes." in told
    assert {"samples.png", "gan.keras", "form.json"} <= {path.name for path in out.iterdir()}
    gan = keras.saving.load_model(out / "gan.keras")
    assert gan.averaged_generator is not None
    assert gan.specification.latent_shape == (3,)


def test_generated_pictures_are_the_same_for_a_seed_whatever_the_batch_size(trained, tmp_path):
    _, out, _ = trained
    names = {}
    for folder, *arguments in (
        ("first", "--batch-size", 2),
        ("second", "--batch-size", 5),
        ("other", "--seed", 1),
    ):
        done("generate", out / "gan.keras", "--num", 5, "--out", tmp_path / folder, *arguments)
        names[folder] = sorted(path.name for path in (tmp_path / folder).glob("[0-9]*.png"))
    assert names["first"] == [f"{number}.png" for number in range(5)]
    pixels = {
        folder: np.stack([np.asarray(Image.open(tmp_path / folder / name)) for name in found])
        for folder, found in names.items()
    }
    assert pixels["first"].shape == (5, 8, 8, 3)
    # The last bit of a float may differ with the batch size, and so may a rounded pixel by one.
    assert np.abs(pixels["first"].astype(int) - pixels["second"]).max() <= 1
    assert (pixels["first"] != pixels["other"]).any()


def test_classes_truncation_and_formats_can_be_asked_for(trained, tmp_path):
    _, out, _ = trained
    done(
        *("generate", out / "gan.keras", "--num", 3, "--out", tmp_path / "made", "--condition", 1),
        *("--truncation", 0.5, "--format", "npy"),
    )
    assert np.load(tmp_path / "made" / "samples.npy").shape == (3, 8, 8, 3)
    assert (tmp_path / "made" / "picture.png").exists()


def test_a_folder_can_be_measured_against(trained):
    data, out, _ = trained
    told = done("evaluate", out / "gan.keras", "--data", data, "--features", "samples", "--json")
    assert json.loads(told[told.index("{") :])["num_real"] == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--condition", 2), "class"),
        (("--format", "csv"), "Unknown format: 'csv'"),
        (("--truncation", 0), "threshold"),
    ],
)
def test_what_a_model_cannot_generate_is_refused_and_nothing_is_left(
    trained, tmp_path, arguments, message
):
    result = call("generate", trained[1] / "gan.keras", "--out", tmp_path / "made", *arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert list(tmp_path.iterdir()) == []


def test_networks_for_pictures_can_be_asked_for_and_are_kept_for_those_alone(tmp_path):
    np.save(tmp_path / "pictures.npy", np.zeros((4, 8, 8, 1), "uint8"))
    np.save(tmp_path / "rows.npy", np.zeros((4, 2)))
    found = own_data(tmp_path / "pictures.npy", batch_size=2, networks="resnet")
    assert found.chosen == "the networks for pictures `architectures.resnet`"
    generator, _ = found.build(3, None)
    assert any(isinstance(layer, keras.layers.Add) for layer in generator.layers)
    for data in ("digits", tmp_path / "rows.npy"):
        arguments = ("train", "--data", data, "--out", tmp_path / "run")
        result = call(*arguments, "--networks", "r3gan")
        assert result.exit_code == 1
        assert "--networks r3gan" in result.output


def test_a_folder_that_is_there_is_not_written_into(trained, tmp_path):
    result = call("generate", trained[1] / "gan.keras", "--out", tmp_path)
    assert result.exit_code == 1
    assert "is there already" in result.output


def test_vectors_come_back_in_their_own_units(tmp_path):
    generator = np.random.default_rng(0)
    rows = generator.normal((100.0, -5.0, 3.0), (20.0, 0.1, 0.0), (64, 3)).astype("float32")
    np.save(tmp_path / "rows.npy", rows)
    told = done(
        *("train", "--data", tmp_path / "rows.npy", "--out", tmp_path / "run", "--epochs", 1),
    )
    assert "Found 64 arrays of shape (3,)" in told
    assert "`architectures.mlp`" in told
    done(
        *("generate", tmp_path / "run" / "gan.keras", "--num", 50, "--format", "csv"),
        *("--out", tmp_path / "made"),
    )
    refused = call("generate", tmp_path / "run" / "gan.keras", "--condition", 1)
    assert refused.output == "Error: The GAN takes no condition. Leave out --condition.\n"
    made = np.loadtxt(tmp_path / "made" / "samples.csv", delimiter=",")
    assert made.shape == (50, 3)
    # An untrained generator is near 0, which is the mean of what it learns.
    assert np.abs(made.mean(axis=0) - rows.mean(axis=0)).max() < 40.0
    assert abs(made[:, 0].mean() - 100.0) < 40.0


def test_numbers_are_brought_to_mean_0_and_deviation_1_and_back():
    samples = np.random.default_rng(0).normal(7.0, 3.0, (200, 16, 2)).astype("float32")
    samples[..., 1] = 4.0
    form = Numbers.of(samples)
    learned = form.forth(samples)
    np.testing.assert_allclose(learned[..., 0].mean(), 0.0, atol=1e-5)
    np.testing.assert_allclose(learned[..., 0].std(), 1.0, rtol=1e-5)
    assert not learned[..., 1].any()
    np.testing.assert_allclose(form.back(learned), samples, rtol=1e-5)


@pytest.mark.parametrize(
    ("samples", "labels", "kind", "shape"),
    [
        (np.zeros((4, 5)), None, "mlp", (5,)),
        (np.zeros((4, 64, 2)), None, "convolutional_1d", (64, 2)),
        (np.zeros((4, 8, 8), "uint8"), None, "dcgan", (8, 8, 1)),
        (np.zeros((4, 8, 8, 3), "uint8"), ["a", "b", "a", "c"], "dcgan", (8, 8, 3)),
    ],
)
def test_the_shape_of_an_array_tells_what_it_holds(tmp_path, samples, labels, kind, shape):
    arrays = {"samples": samples} if labels is None else {"samples": samples, "labels": labels}
    np.savez(tmp_path / "x.npz", **arrays)
    found = own_data(tmp_path / "x.npz", batch_size=2, with_labels=labels is not None)
    assert kind in found.chosen
    assert found.samples.shape[1:] == shape
    generator, _ = found.build(3, len(found.class_names) or None)
    assert generator.output_shape[1:] == shape
    if labels is not None:
        assert found.class_names == ["a", "b", "c"]
        assert found.labels.tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        (np.array([0, 255], "uint8"), [-1.0, 1.0]),
        (np.array([0.0, 1.0]), [-1.0, 1.0]),
        (np.array([-1.0, 0.5]), [-1.0, 0.5]),
    ],
)
def test_pictures_in_an_array_are_brought_to_the_range_of_the_networks(
    tmp_path, pictures, expected
):
    images = np.broadcast_to(pictures[:, None, None, None], (2, 8, 8, 1))
    np.save(tmp_path / "x.npy", images)
    found = own_data(tmp_path / "x.npy", batch_size=2)
    np.testing.assert_allclose(found.samples[:, 0, 0, 0], expected)


@pytest.mark.parametrize("name", ["x.npy", "x.npz"])
def test_an_array_that_is_refused_is_closed(tmp_path, name):
    # The first bytes of an archive, which lack the list of its members.
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(40))
    with pytest.raises(ValueError, match="cannot be read as an array"):
        read_arrays(tmp_path / name, None)
    # An open file is an error here once it is collected.
    gc.collect()


def bad(tmp_path, name, content):
    path = tmp_path / name
    if isinstance(content, str):
        path.write_text(content)
    elif isinstance(content, bytes):
        # A file as it is when its disk is full: the list of its members is at its end.
        np.savez(path, samples=np.zeros((4, 2)))
        path.write_bytes(path.read_bytes()[:-40])
    elif isinstance(content, dict):
        np.savez(path, **content)
    else:
        np.save(path, content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "arguments", "message"),
    [
        ("x.npy", np.full((4, 2), np.nan), (), "NaN, infinite"),
        ("x.npy", np.zeros((1, 2)), (), "at least 2 samples"),
        ("x.npy", np.zeros(4), (), "at least 2 samples"),
        ("x.npy", np.array([["a"], ["b"]]), (), "must hold numbers"),
        ("x.npy", "text", (), "cannot be read as an array"),
        ("x.npy", np.zeros((4, 8, 8, 1)) + 7.0, (), "Scale them, or cast to uint8"),
        ("x.npy", np.zeros((4, 2)), ("--conditional",), "has no labels"),
        ("x.npz", {"a": np.zeros((4, 2)), "b": np.zeros(4)}, (), "must have an array 'samples'"),
        ("x.npz", {"samples": np.zeros((4, 2)), "labels": np.zeros(3)}, (), "one label"),
        ("x.npz", {"samples": np.zeros((4, 2)), "labels": 3}, (), "one label"),
        ("x.npz", {"samples": np.zeros((4, 2)), "labels": np.eye(4)}, (), "labels.argmax(axis=1)"),
        ("x.npz", {"samples": np.zeros((4, 2)), "labels": np.full(4, np.nan)}, (), "are NaN"),
        ("x.npz", b"PK", (), "cannot be read as an array"),
        ("x.npy", np.full((4, 2), 1e300), (), "that 32 bits cannot hold"),
        ("x.npy", np.zeros((4, 8, 8, 2), "uint8"), (), "1 or 3 channels"),
        ("x.txt", "text", (), "of no kind that can be trained on"),
    ],
)
def test_bad_arrays_are_refused_in_one_line(tmp_path, name, content, arguments, message):
    path = bad(tmp_path, name, content)
    result = call("train", "--data", path, "--out", tmp_path / "run", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_path_that_is_not_there_is_no_image_set(tmp_path):
    result = call("train", "--data", tmp_path / "pictures", "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "There is no file or folder" in result.output


def test_a_folder_of_one_picture_is_refused(tmp_path):
    write_pictures(tmp_path / "data", count=1)
    result = call("train", "--data", tmp_path / "data", "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "at least 2 pictures" in result.output


def test_damaged_pictures_are_named_and_do_not_decide_the_size(tmp_path, capsys):
    write_pictures(tmp_path)
    (tmp_path / "a" / "text.png").write_text("text")
    whole = (tmp_path / "a" / "0.png").read_bytes()
    (tmp_path / "b" / "cut.png").write_bytes(whole[: len(whole) // 2])
    found = own_data(tmp_path, batch_size=2)
    assert "8 pictures in 2 folders" in found.found
    assert found.found.endswith("8×8")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{tmp_path}: 2 files are left out")
    assert "text.png (no picture)" in line
    assert "cut.png (" in line


@pytest.mark.parametrize("content", [b"", b"text"])
def test_a_folder_without_a_whole_picture_is_refused(tmp_path, content):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.png").write_bytes(content)
    result = call("train", "--data", tmp_path / "data", "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "can be used" in result.output
    assert "a.png (no picture)" in result.output


def test_labels_with_gaps_name_the_classes_that_can_be_generated(tmp_path):
    samples = np.random.default_rng(0).normal(size=(8, 2))
    np.savez(tmp_path / "x.npz", samples=samples, labels=np.repeat([0, 2], 4))
    done(
        *("train", "--data", tmp_path / "x.npz", "--out", tmp_path / "run", "--epochs", 1),
        *("--conditional", "--batch-size", 4),
    )
    refused = call("generate", tmp_path / "run" / "gan.keras", "--condition", 1)
    assert refused.output == "Error: Unknown class: '1'. Valid names: '0', '2'.\n"


def test_an_empty_folder_is_refused(tmp_path):
    result = call("train", "--data", tmp_path, "--out", tmp_path / "run")
    assert "has no pictures" in result.output


def test_a_gan_of_trees_is_left_to_python(tmp_path):
    latents = keras.Input((2,))
    parts = [keras.layers.Dense(2)(latents), keras.layers.Dense(3)(latents)]
    generator = keras.Model(latents, parts)
    inputs = [keras.Input((2,)), keras.Input((3,))]
    joined = keras.layers.Concatenate()(inputs)
    gan = kgl.GAN(generator, keras.Model(inputs, keras.layers.Dense(1)(joined)), latent_dim=2)
    gan.save(tmp_path / "gan.keras")
    result = call("generate", tmp_path / "gan.keras", "--out", tmp_path / "made")
    assert result.exit_code == 1
    assert "takes samples of one array" in result.output
