"""Processes of runs, which here get something else than an experiment and fail of it."""

import importlib
import sys
import threading
import time

import cloudpickle
import numpy as np
import pytest

from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.comparison.files import RunFiles
from keras_gan_losses.comparison.run import process_environment
from keras_gan_losses.comparison.run_process import run_in_process
from tests.comparison import small

pytestmark = small.on_one_backend

KEY = RunKey("lsgan", 0)


class Calling:
    """Calls a function in the process that unpickles it."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def failure(directory, experiment):
    """Why a run has failed."""
    content = np.frombuffer(cloudpickle.dumps(experiment), "uint8")
    run_in_process(content, KEY, str(directory), process_environment())
    return RunFiles(directory, KEY).failure()


def leave_a_thread():
    threading.Thread(target=time.sleep, args=(3600,)).start()


def leave_a_thread_and_exit():
    leave_a_thread()
    sys.exit(5)


def raise_error(kind):
    raise kind("said")


@pytest.mark.parametrize(
    ("leave", "said"),
    [
        (leave_a_thread, "AttributeError"),
        pytest.param(leave_a_thread_and_exit, "ended with status 1", marks=pytest.mark.slow),
    ],
)
def test_a_process_ends_although_a_thread_was_left_in_it(tmp_path, leave, said):
    assert said in failure(tmp_path, Calling(leave))


@pytest.mark.parametrize(("kind", "are_kept"), [(OSError, True), (ValueError, False)])
def test_checkpoints_outlive_what_is_no_fault_of_the_run(tmp_path, kind, are_kept):
    checkpoint = RunFiles(tmp_path, KEY).checkpoints / "newest"
    checkpoint.mkdir(parents=True)
    assert failure(tmp_path, Calling(raise_error, kind)) == f"{kind.__name__}: said"
    assert checkpoint.exists() == are_kept


def test_files_of_the_working_folder_are_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("numpy", "pandas", "sitecustomize", "json"):
        (tmp_path / f"{name}.py").write_text("open('was_run', 'w').close()\n")
    assert "AttributeError" in failure(tmp_path / "out", None)
    assert not (tmp_path / "was_run").exists()


def test_modules_that_an_interactive_python_found_in_the_working_folder_are_found(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "networks_of_mine.py").write_text("def build():\n    pass\n")
    (tmp_path / "numpy.py").write_text("open('was_run', 'w').close()\n")
    monkeypatch.setattr(sys, "path", [*sys.path, ""])
    build = importlib.import_module("networks_of_mine").build
    try:
        assert "'function' object has no attribute" in failure(tmp_path / "out", build)
    finally:
        del sys.modules["networks_of_mine"]
    assert not (tmp_path / "was_run").exists()
