import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests.integration.play_rounds import play_all

SCRIPT = pathlib.Path(__file__).with_name("play_rounds.py")
ROOT = SCRIPT.parents[2]


on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the run on TensorFlow compares all backends"
)
# One of each kind of statistic over the batch, of state, of penalty and of network.
FAMILIES = ["acgan", "began", "r3gan", "rasgan", "wgan_gp"]


@on_tensorflow
def test_backends_agree_on_weights_and_slots_after_some_rounds(tmp_path):
    assert_backends_agree(tmp_path, FAMILIES)


@pytest.mark.slow
@on_tensorflow
def test_backends_agree_on_weights_and_slots_after_some_rounds_of_every_objective(tmp_path):
    assert_backends_agree(tmp_path, kgl.objectives.names())


def assert_backends_agree(tmp_path, names):
    reference, results = play_all(names), {}
    for backend in ("jax", "torch"):
        path = tmp_path / f"{backend}.npz"
        subprocess.run(
            [sys.executable, str(SCRIPT), str(path), *names],
            env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        with np.load(path) as file:
            results[backend] = dict(file)
    assert len(reference) > 20 * len(names)
    for backend in ("jax", "torch"):
        assert reference.keys() == results[backend].keys()
        for name, value in results[backend].items():
            np.testing.assert_allclose(value, reference[name], atol=1e-4, err_msg=name)
