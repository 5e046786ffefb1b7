"""Two devices, and two processes, train as one device does on the same global batches."""

import json
import os
import pathlib
import sys

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from examples.helpers.local_processes import free_ports, run_together
from tests.integration import play_on_devices

ROOT = pathlib.Path(__file__).parents[2]
BACKEND = keras.backend.backend()
# Beside the objectives, one of each kind of schedule and reduction.
FAMILIES = [
    "top_k",
    "sum",
    "two_updates",
    "every_penalty",
    "simultaneous",
    "more_fakes",
    "adaptive",
]
# What the short run plays instead: of each kind one, in a single game.
SHORT = ["of_all_kinds"]
ALL = [*kgl.objectives.names(), *FAMILIES]

on_torch = pytest.mark.skipif(
    BACKEND == "torch", reason="a process of torch trains on one device; several are tested below"
)


def environments(layout):
    """What the processes of a layout find in their environments."""
    common = {"PYTHONPATH": str(ROOT), "KERAS_BACKEND": BACKEND}
    num_devices = 2 if layout == "devices" else 1
    of_suite = os.environ.get("XLA_FLAGS", "")
    common["XLA_FLAGS"] = f"{of_suite} --xla_force_host_platform_device_count={num_devices}"
    if layout != "processes":
        return [common]
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    common |= {"ADDRESS": addresses[0], "JAX_CPU_COLLECTIVES_IMPLEMENTATION": "gloo"}
    ranks = [{**common, "RANK": str(rank)} for rank in range(2)]
    for rank, each in enumerate(ranks if BACKEND == "tensorflow" else []):
        task = {"type": "worker", "index": rank}
        each["TF_CONFIG"] = json.dumps({"cluster": {"worker": addresses}, "task": task})
    return ranks


def run(script, folder, layout, *names):
    """Files that the processes of a layout write, in their order."""
    folder = folder / layout
    folder.mkdir()
    command = [sys.executable, "-m", f"tests.integration.{script}", str(folder), layout, *names]
    run_together(command, environments(layout), seconds=1200)
    return sorted(path for path in folder.iterdir() if path.stem in {"0", "1"})


def assert_same_as_one_device(folder, layout, names):
    # A process of its own would take longer to load its backend than to play.
    play_on_devices.main(folder, "one", *names)
    alone = dict(np.load(folder / "0.npz"))
    paths = run("play_on_devices", folder, layout, *names)
    assert len(paths) == (2 if layout == "processes" else 1)
    for rank, path in enumerate(paths):
        results = dict(np.load(path))
        assert bool(results.pop("is_saved")) == (rank == 0)
        assert results.keys() == alone.keys() - {"is_saved"}
        for name, value in results.items():
            np.testing.assert_allclose(value, alone[name], rtol=1e-5, atol=1e-5, err_msg=name)


@on_torch
@pytest.mark.backend("tensorflow")
def test_two_devices_train_save_and_load_as_one_does(tmp_path):
    assert_same_as_one_device(tmp_path, "devices", SHORT)


@pytest.mark.backend("torch")
def test_two_processes_train_save_and_load_as_one_does(tmp_path):
    assert_same_as_one_device(tmp_path, "processes", SHORT)


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "torch", reason="the others normalise over the global batch above")
def test_processes_that_normalise_apart_keep_the_same_state(tmp_path):
    first, second = map(np.load, run("play_on_devices", tmp_path, "processes", "normalized"))
    variables = [name for name in first if "variable" in name]
    moved = [name for name in variables if np.abs(first[name]).max() > 0]
    assert len(moved) > 20
    for name in variables:
        np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.slow
@on_torch
def test_two_devices_play_every_objective_as_one_does(tmp_path):
    assert_same_as_one_device(tmp_path, "devices", ALL)


@pytest.mark.slow
def test_two_processes_play_every_objective_as_one_does(tmp_path):
    assert_same_as_one_device(tmp_path, "processes", ALL)


@on_torch
@pytest.mark.backend("jax")
def test_what_devices_cannot_share_is_refused_before_training(tmp_path):
    (path,) = run("refuse_on_devices", tmp_path, "devices")
    said = json.loads(path.read_text())
    for name in ("batch_size", "last_round", "evaluate", "validation"):
        assert "Each of 2 devices must get as many samples" in said.pop(name)
    assert "drop_remainder=True" in said.pop("tf_data")
    assert "one value per sample" in said.pop("scalar")
    if BACKEND == "jax":
        assert "is on 1 devices, but the distribution has 2" in said.pop("networks")
        assert "before networks, losses and optimizers are built" in said.pop("fit")
    else:
        assert "with strategy.scope()" in said.pop("compile")
        assert "fake_weight' was made outside" in said.pop("state")
        for name in ("networks", "fit"):
            assert "was made outside of the strategy's scope" in said.pop(name)
    assert not said


@pytest.mark.slow
@pytest.mark.skipif(BACKEND == "tensorflow", reason="its workers are all handed the same data")
def test_processes_with_unequal_numbers_of_samples_are_refused(tmp_path):
    for path in run("refuse_on_devices", tmp_path, "processes"):
        said = json.loads(path.read_text())
        assert "Received sizes [16, 18] in the processes' order" in said["sizes"]
        assert "one value per sample" in said["scalar"]
