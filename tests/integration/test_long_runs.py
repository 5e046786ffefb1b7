"""Processes that are killed and begun again end where one that was never killed ends."""

import json
import pathlib
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.integration import long_run

ROOT = pathlib.Path(__file__).parents[2]


def start(directory, out, *arguments):
    command = [sys.executable, "-m", long_run.__name__, str(directory), str(out)]
    return subprocess.Popen(
        [*command, *map(str, arguments)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def play_to_the_end(directory, out, *arguments):
    process = start(directory, out, *arguments)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    with np.load(out) as results:
        state = [results[name] for name in results.files if name != "history"]
        return state, str(results["history"])


def assert_same_run(one, other):
    tiny.assert_same(one[0], other[0])
    assert one[1] == other[1]
    epochs = json.loads(one[1])["epoch"]
    assert epochs == list(range(len(epochs)))


@pytest.mark.slow
def test_a_run_killed_three_times_ends_as_if_it_had_never_stopped(tmp_path):
    whole = play_to_the_end(tmp_path / "whole", tmp_path / "whole.npz")
    numbers = random.Random(0)
    positions = []
    for _ in range(3):
        # A checkpoint comes after every second round: at times one round is lost, at times two.
        process = start(
            tmp_path / "run", tmp_path / "none.npz", "--kill-after", numbers.randint(5, 6)
        )
        _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors
        positions.append(kgl.callbacks.Checkpoint(tmp_path / "run").position())
    # Each process has gone on where the one before was, in the middle of epochs too.
    assert positions == sorted(set(positions))
    assert {position[0] for position in positions} == {0, 1, 2}
    assert {position[1] for position in positions} > {0}
    assert not (tmp_path / "none.npz").exists()
    assert_same_run(whole, play_to_the_end(tmp_path / "run", tmp_path / "run.npz"))


def wait_for_a_checkpoint(process, directory):
    before = set(directory.glob("*.npz"))
    while process.poll() is None and set(directory.glob("*.npz")) <= before:
        time.sleep(0.01)


@pytest.mark.slow
def test_a_run_killed_at_fifty_moments_ends_as_if_it_had_never_stopped(tmp_path):
    epochs = ("--epochs", 60)
    whole = play_to_the_end(tmp_path / "whole", tmp_path / "whole.npz", *epochs)
    numbers = random.Random(1)
    for _ in range(50):
        process = start(tmp_path / "run", tmp_path / "none.npz", *epochs)
        wait_for_a_checkpoint(process, tmp_path / "run")
        # Wherever it is then: in a round, between two, or in the middle of writing a file.
        time.sleep(numbers.uniform(0.0, 0.2))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "none.npz").exists()
    assert_same_run(whole, play_to_the_end(tmp_path / "run", tmp_path / "run.npz", *epochs))
