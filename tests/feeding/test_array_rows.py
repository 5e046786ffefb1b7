"""Arrays that fit are kept on the device, and the rows are the same ones."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding.array_rows import ArrayRows
from tests import tiny

BACKEND = keras.backend.backend()
SAMPLES = np.arange(12.0).reshape(4, 3)
LABELS = np.array([3, 1, 0, 2])

gathers_on_device = pytest.mark.skipif(
    BACKEND == "tensorflow", reason="its pipelines gather on the host"
)


@pytest.mark.parametrize(("free", "is_kept"), [(4 * 128, True), (4 * 128 - 1, False), (0, False)])
def test_arrays_of_a_quarter_of_the_free_memory_are_kept_on_the_device(monkeypatch, free, is_kept):
    # 12 numbers of 8 bytes, and 4 labels of 8.
    monkeypatch.setattr(backend, "free_memory", lambda: free)
    rows = ArrayRows([SAMPLES, LABELS])
    assert rows.are_on_device == is_kept
    samples, labels = rows[np.array([2, 0])]
    assert keras.ops.is_tensor(samples) == keras.ops.is_tensor(labels) == is_kept
    assert keras.backend.standardize_dtype(samples.dtype) == "float32"
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(samples), [[6, 7, 8], [0, 1, 2]])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(labels), [0, 3])


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float16", "float64"])
def test_bytes_stay_bytes_and_numbers_get_the_precision_of_keras(monkeypatch, dtype):
    monkeypatch.setattr(backend, "free_memory", lambda: 2**20)
    (kept,) = ArrayRows([SAMPLES.astype(dtype)])[np.array([1])]
    expected = "float32" if dtype.startswith("float") else dtype
    assert keras.backend.standardize_dtype(kept.dtype) == expected


@pytest.mark.parametrize("free", [0, 2**20])
def test_tensors_of_the_backend_are_arrays_too(monkeypatch, free):
    monkeypatch.setattr(backend, "free_memory", lambda: free)
    (samples,) = ArrayRows([keras.ops.convert_to_tensor(SAMPLES, "float32")])[np.array([3])]
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(samples), [[9, 10, 11]])


def trained(labels, **arguments):
    """A GAN's weights after three epochs whose last rounds are short."""
    keras.utils.set_random_seed(0)
    num_classes = None if labels is None else 4
    gan = tiny.compiled_gan(seed=0, loss="wgan_gp", discriminator_steps=2, num_classes=num_classes)
    x = tiny.samples(46).astype("float64")
    gan.fit(x, labels, batch_size=8, epochs=3, verbose=0, **arguments)
    return tiny.state(gan)


@gathers_on_device
@pytest.mark.parametrize(
    ("labels", "arguments"),
    [(None, {}), (np.arange(46) % 4, {"validation_split": 0.25}), (None, {"shuffle": False})],
)
def test_a_fit_is_the_same_wherever_its_arrays_are_kept(monkeypatch, labels, arguments):
    from_host = trained(labels, **arguments)
    monkeypatch.setattr(backend, "free_memory", lambda: 2**20)
    tiny.assert_same(trained(labels, **arguments), from_host)


@gathers_on_device
def test_a_round_of_a_fit_takes_only_numbers_of_rows_to_the_device(monkeypatch):
    taken = []
    gather_rows = backend.gather_rows
    monkeypatch.setattr(backend, "free_memory", lambda: 2**20)
    monkeypatch.setattr(
        backend, "gather_rows", lambda *each: taken.append(each) or gather_rows(*each)
    )
    gan = tiny.compiled_gan(loss="hinge")
    gan.fit(tiny.samples(20), batch_size=8, epochs=2, verbose=0)
    assert [numbers.shape for _, numbers in taken] == [(8,), (8,), (4,)] * 2
    (array,) = {id(array): array for array, _ in taken}.values()
    assert keras.ops.is_tensor(array)
    assert tuple(array.shape) == (20, 2)
    order = np.concatenate([numbers for _, numbers in taken[:3]])
    assert sorted(order) == list(range(20))
    assert list(order) != sorted(order)


@pytest.mark.skipif(BACKEND != "jax", reason="asks JAX")
@pytest.mark.parametrize(
    ("platform", "statistics", "free"),
    [
        ("gpu", {"bytes_limit": 1000, "bytes_in_use": 400}, 600),
        ("gpu", None, 0),
        ("cpu", {"bytes_limit": 1000, "bytes_in_use": 400}, 0),
    ],
)
def test_jax_tells_how_much_memory_of_its_device_is_free(monkeypatch, platform, statistics, free):
    import jax

    device = SimpleNamespace(platform=platform, memory_stats=lambda: statistics)
    monkeypatch.setattr(jax, "local_devices", lambda: [device])
    assert backend.free_memory() == free


@pytest.mark.skipif(BACKEND != "torch", reason="asks torch")
@pytest.mark.parametrize(("device", "free"), [("cuda:0", 600), ("cpu", 0)])
def test_torch_tells_how_much_memory_of_its_device_is_free(monkeypatch, device, free):
    import torch

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (600, 1000))
    zeros = SimpleNamespace(device=torch.device(device))
    monkeypatch.setattr(keras.ops, "zeros", lambda shape: zeros)
    assert backend.free_memory() == free


def test_the_memory_of_the_host_is_not_the_device_s_own():
    on_host = BACKEND == "tensorflow" or "cpu" in str(keras.ops.zeros(()).device).lower()
    assert (backend.free_memory() == 0) == on_host
