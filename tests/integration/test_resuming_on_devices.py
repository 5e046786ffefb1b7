"""Runs of several devices and processes are kept, resumed and measured as those of one device."""

import json
import sys

import numpy as np
import pytest

from examples.helpers.local_processes import run_together
from tests.integration import resume_on_devices
from tests.integration.test_devices import BACKEND, environments

pytestmark = pytest.mark.slow
# A process of torch trains on one device.
LAYOUTS = ["processes"] if BACKEND == "torch" else ["processes", "devices"]


def play(folder, layout, action):
    command = [sys.executable, "-m", resume_on_devices.__name__, str(folder), layout, action]
    run_together(command, environments(layout), seconds=300)


def assert_same_run(results, whole):
    assert results.keys() == whole.keys()
    assert whole["epoch"].tolist() == list(range(resume_on_devices.NUM_EPOCHS))
    for name, values in results.items():
        # TensorFlow shares the sums behind an epoch's means anew among its replicas.
        tolerance = 1e-6 if name.startswith("log ") and BACKEND == "tensorflow" else 0.0
        np.testing.assert_allclose(values, whole[name], tolerance, tolerance, err_msg=name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_run_that_is_stopped_or_killed_ends_as_if_it_had_never_been(layout, tmp_path):
    with pytest.raises(RuntimeError, match="-9"):
        play(tmp_path, layout, "begin")
    # One process wrote, once for each time.
    names = sorted(path.name[:17] for path in (tmp_path / "run").glob("checkpoint-*.npz"))
    assert names == ["checkpoint-000002", "checkpoint-000003", "checkpoint-000004"]
    play(tmp_path, layout, "resume")
    ranks = range(2 if layout == "processes" else 1)
    for rank in ranks:
        assert json.loads((tmp_path / f"{rank}_position.json").read_text()) == [1, 2]
        whole = np.load(tmp_path / f"{rank}_whole.npz")
        assert_same_run(np.load(tmp_path / f"{rank}_resumed.npz"), whole)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_metrics_are_those_of_one_device_in_every_process(layout, tmp_path):
    logs = {}
    for each in ("one", layout):
        (tmp_path / each).mkdir()
        play(tmp_path / each, each, "measure")
        logs[each] = [json.loads(p.read_text()) for p in sorted((tmp_path / each).glob("*.json"))]
    (alone,) = logs["one"]
    assert len(logs[layout]) == (2 if layout == "processes" else 1)
    assert {"val_mean_gap", "val_frechet_distance", "evaluated mean_gap"} < alone.keys()
    for found in logs[layout]:
        assert found == logs[layout][0]
        assert found.keys() == alone.keys()
        for name, values in found.items():
            np.testing.assert_allclose(values, alone[name], rtol=1e-4, atol=1e-4, err_msg=name)
