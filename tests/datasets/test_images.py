"""Image sets read through tensorflow-datasets, from original files and without a network."""

import gzip
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

import keras
import numpy as np
import pytest

from keras_gan_losses.datasets import images

ORIGINAL_FILES = pathlib.Path(__file__).parents[3] / "shared" / "data"
# Published with MNIST: how often each digit occurs in the training and in the test set.
MNIST_TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
MNIST_TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def original_files(name):
    folder = ORIGINAL_FILES / name
    if not folder.is_dir():
        pytest.skip(f"the original files of {name} are not in ../shared/data/{name}")
    return folder


@pytest.fixture(scope="session")
def data_dir(pytestconfig):
    """Folder of prepared sets that outlives the run; no two processes ever share one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
    return pytestconfig.cache.mkdir(f"tensorflow_datasets_{keras.backend.backend()}_{worker}")


@pytest.fixture
def mnist(data_dir):
    """`images("mnist", …)` on the prepared set."""

    def load(**arguments):
        folder = original_files("mnist")
        return images("mnist", data_dir=data_dir, manual_dir=folder, **arguments)

    return load


@pytest.fixture
def no_network(monkeypatch):
    """Sends every download to a port on which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    set_proxy(monkeypatch, address)


def set_proxy(monkeypatch, address):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def read(dataset):
    return [
        batch if isinstance(batch, tuple) else (batch,) for batch in dataset.as_numpy_iterator()
    ]


def fingerprints(batch):
    """One number per image, different for different images."""
    return np.array([hash(image.tobytes()) for image in batch])


def sorted_sums(dataset):
    """One number per image, the same for the same images whatever their order."""
    return np.sort(np.concatenate([batch.sum(axis=(1, 2, 3)) for (batch,) in read(dataset)]))


def test_batches_are_float32_images_from_minus_1_to_1(mnist):
    batches = read(mnist(split="train[:500]", batch_size=100))
    assert [batch.shape for (batch,) in batches] == [(100, 28, 28, 1)] * 5
    assert all(batch.dtype == np.float32 for (batch,) in batches)
    assert min(batch.min() for (batch,) in batches) == -1.0
    assert max(batch.max() for (batch,) in batches) == 1.0


@pytest.mark.parametrize("name", ["mnist", pytest.param("fashion_mnist", marks=pytest.mark.slow)])
def test_values_are_the_original_bytes_scaled(data_dir, name):
    """Both sets in one folder: TFDS alone would give MNIST under both names."""
    folder = original_files(name)
    raw = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, "uint8", offset=16).reshape(10_000, 784)
    expected = np.sort(pixels.sum(axis=1) / 127.5 - 784)
    dataset = images(name, split="test", batch_size=1000, data_dir=data_dir, manual_dir=folder)
    np.testing.assert_allclose(sorted_sums(dataset), expected, atol=1e-2)


@pytest.fixture(scope="module", params=[12_000, pytest.param(60_000, marks=pytest.mark.slow)])
def training_set(request, data_dir):
    """Fingerprints of training images as stored and as shuffled, and the batches' labels."""
    folder = original_files("mnist")
    arguments = {"data_dir": data_dir, "manual_dir": folder, "batch_size": 7000}
    arguments["split"] = "train" if request.param == 60_000 else f"train[:{request.param}]"
    stored = [fingerprints(batch) for (batch,) in read(images("mnist", seed=None, **arguments))]
    batches = read(images("mnist", with_labels=True, **arguments))
    shuffled = [fingerprints(batch) for batch, _ in batches]
    return np.concatenate(stored), np.concatenate(shuffled), [labels for _, labels in batches]


def test_one_pass_over_the_shuffled_training_set_shows_each_image_once(training_set):
    stored, shuffled, labels = training_set
    whole, rest = divmod(len(stored), 7000)
    assert [len(batch) for batch in labels] == [7000] * whole + [rest]
    assert len(np.unique(shuffled)) == len(stored)
    if len(stored) == 60_000:
        np.testing.assert_array_equal(np.bincount(np.concatenate(labels)), MNIST_TRAIN_COUNTS)
    np.testing.assert_array_equal(np.sort(stored), np.sort(shuffled))


def test_the_whole_training_set_is_shuffled_and_not_only_a_stretch_of_it(training_set):
    stored, shuffled, _ = training_set
    places = np.argsort(stored)[np.searchsorted(np.sort(stored), shuffled)]
    # Uniform places have this mean; over 1,000 of them its standard error is this.
    mean, error = (len(stored) - 1) / 2, len(stored) / np.sqrt(12 * 1000)
    assert abs(places[:1000].mean() - mean) < 5 * error
    assert abs(places[-1000:].mean() - mean) < 5 * error


def test_labels_belong_to_their_images(mnist):
    unshuffled = mnist(split="train[:64]", with_labels=True, seed=None)
    pairs = {
        image.tobytes(): label
        for batch in read(unshuffled)
        for image, label in zip(*batch, strict=True)
    }
    for batch in read(mnist(split="train[:64]", with_labels=True)):
        for image, label in zip(*batch, strict=True):
            assert pairs[image.tobytes()] == label
            assert label.dtype == np.int32


def test_the_test_split_comes_whole_and_in_a_fixed_order(mnist):
    first, second = (
        read(mnist(split="test", batch_size=10_000, with_labels=True)),
        read(mnist(split="test", batch_size=10_000, with_labels=True, seed=7)),
    )
    np.testing.assert_array_equal(np.bincount(first[0][1]), MNIST_TEST_COUNTS)
    np.testing.assert_array_equal(first[0][1], second[0][1])


def test_the_same_seed_gives_the_same_order_and_another_seed_another(mnist):
    first, second, other = (
        read(mnist(split="train[:256]", batch_size=256, seed=seed))[0][0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_each_epoch_has_another_order_of_the_same_images(mnist):
    dataset = mnist(split="train[:256]", batch_size=256)
    first, second = read(dataset)[0][0], read(dataset)[0][0]
    assert not np.array_equal(first, second)
    assert {image.tobytes() for image in first} == {image.tobytes() for image in second}


def test_the_number_of_batches_is_known_beforehand(mnist):
    assert len(mnist(split="train[:130]", batch_size=64)) == 3


def test_images_are_resized_with_antialiasing(mnist):
    whole = read(mnist(split="test[:20]", batch_size=20))[0][0][..., 0]
    half = read(mnist(split="test[:20]", batch_size=20, image_size=14))[0][0]
    assert half.shape == (20, 14, 14, 1)
    # Halving by a triangle filter weighs four neighbours by 1, 3, 3 and 1 eighths; the outermost
    # pixels, where a neighbour is missing, are left out.
    weights = np.array([1, 3, 3, 1]) / 8
    rows = sum(weights[k] * whole[:, 1 + k : 25 + k : 2] for k in range(4))
    expected = sum(weights[k] * rows[:, :, 1 + k : 25 + k : 2] for k in range(4))
    rounding = 0.5 / 127.5
    np.testing.assert_allclose(half[:, 1:-1, 1:-1, 0], expected, atol=rounding + 1e-5)


def test_a_keras_model_of_every_backend_fits_on_it(mnist):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", jit_compile=False)
    dataset = mnist(split="train[:256]", batch_size=64, with_labels=True)
    history = model.fit(dataset, epochs=2, shuffle=False, verbose=0)
    assert history.history["loss"][1] < history.history["loss"][0]


def test_a_prepared_set_needs_neither_network_nor_original_files(mnist, data_dir, no_network):
    mnist(split="test[:1]")
    dataset = images("mnist", split="test[:5]", data_dir=data_dir)
    assert read(dataset)[0][0].shape == (5, 28, 28, 1)


def test_without_a_network_the_error_names_the_files_and_the_way_round(tmp_path, no_network):
    start = time.monotonic()
    with pytest.raises(ConnectionError) as error:
        images("mnist", data_dir=tmp_path)
    assert time.monotonic() - start < 10
    message = str(error.value)
    assert "manual_dir" in message
    assert "storage.googleapis.com" in message
    assert message.count("ubyte.gz") == 4
    assert str(tmp_path) in message


def test_a_server_that_never_answers_is_given_up_within_10_seconds(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        set_proxy(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(ConnectionError, match="does not answer"):
            images("mnist", data_dir=tmp_path)
        assert time.monotonic() - start < 10


def test_a_name_server_that_never_answers_is_given_up_within_10_seconds(tmp_path, monkeypatch):
    end = threading.Event()

    def never_resolve(*_, **__):
        end.wait(60)
        raise socket.gaierror

    set_proxy(monkeypatch, "http://proxy.invalid:80")
    monkeypatch.setattr(socket, "getaddrinfo", never_resolve)
    start = time.monotonic()
    with pytest.raises(ConnectionError, match="does not answer"):
        images("mnist", data_dir=tmp_path)
    assert time.monotonic() - start < 10
    end.set()


def test_without_a_network_a_half_filled_folder_names_only_what_it_lacks(tmp_path, no_network):
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"")
    with pytest.raises(ConnectionError, match="lacks files") as error:
        images("mnist", data_dir=tmp_path, manual_dir=folder)
    assert str(error.value).count("ubyte.gz") == 3
    assert "train-images" not in str(error.value)


def test_a_manual_dir_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="`manual_dir` must be a folder"):
        images("mnist", data_dir=tmp_path, manual_dir=tmp_path / "nowhere")


def test_an_unknown_name_suggests_near_ones(tmp_path):
    with pytest.raises(ValueError, match=r"Unknown data set: 'fashion_mnits'.*'fashion_mnist'"):
        images("fashion_mnits", data_dir=tmp_path)


def test_a_set_without_images_is_refused_before_any_download(tmp_path, no_network):
    with pytest.raises(ValueError, match=r"8-bit images under 'image'.*\['label', 'text'\]"):
        images("imdb_reviews", data_dir=tmp_path)


def test_images_of_mixed_sizes_need_an_image_size(tmp_path, no_network):
    with pytest.raises(ValueError, match="Pass the side wanted, `image_size=64`"):
        images("tf_flowers", data_dir=tmp_path)


def test_labels_asked_of_a_set_without_them_are_an_error(tmp_path, no_network):
    with pytest.raises(ValueError, match="`with_labels` must be False"):
        images("celeb_a", data_dir=tmp_path, with_labels=True)


@pytest.mark.parametrize("module", ["tensorflow_datasets", "importlib_resources"])
def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=module) as error:
        images("mnist")
    assert 'pip install "keras-gan-losses[datasets]"' in str(error.value)


@pytest.mark.parametrize(
    "arguments", [{"batch_size": 0}, {"batch_size": 2.5}, {"image_size": 0}, {"seed": -1}]
)
def test_an_argument_out_of_range_is_named_in_the_error(arguments):
    with pytest.raises(ValueError, match=f"`{next(iter(arguments))}` must be a whole number"):
        images("mnist", **arguments)


def test_tensorflow_is_hidden_from_the_gpus_of_other_backends(mnist, monkeypatch):
    import tensorflow as tf

    hidden = []
    monkeypatch.setattr(tf.config, "set_visible_devices", lambda *call: hidden.append(call))
    mnist(split="test[:1]")
    expected = [] if keras.backend.backend() == "tensorflow" else [([], "GPU")]
    assert hidden == expected


@pytest.mark.backend("jax")
def test_importing_the_package_loads_no_optional_library():
    program = (
        "import sys\n"
        "for name in ('tensorflow_datasets', 'sklearn'):\n"
        "    sys.modules[name] = None\n"
        "import keras_gan_losses.datasets\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
