"""Several processes, played by threads, keep one state through the chief."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.runs import shared_keeper
from keras_gan_losses.runs.run_state import FORMAT, RunState, check_processes
from keras_gan_losses.runs.shared_keeper import SharedKeeper

COUNT = 3


@pytest.fixture
def together(monkeypatch):
    """Function that calls another one with its number in each of the processes."""
    # A disk may keep the chief waiting for long, where much else is written.
    messages, barrier, own = [b""] * COUNT, threading.Barrier(COUNT, timeout=240), threading.local()
    # Processes share no interpreter; Python's parser, which NumPy reads headers with, fails when
    # threads of one enter it at once.
    turn = threading.Lock()

    def wait():
        turn.release()
        try:
            barrier.wait()
        finally:
            turn.acquire()

    def exchange(gan, message):
        messages[own.index] = message
        wait()
        said = list(messages)
        wait()
        return said

    def call(function, index):
        own.index = index
        try:
            with turn:
                return function(index)
        except (OSError, ValueError) as error:
            return error
        except BaseException:
            # The others shall not wait for one that is gone.
            barrier.abort()
            raise

    def run(function):
        with ThreadPoolExecutor(COUNT) as pool:
            calls = [pool.submit(call, function, index) for index in range(COUNT)]
        errors = [each.exception() for each in calls if each.exception() is not None]
        for error in sorted(
            errors, key=lambda each: isinstance(each, threading.BrokenBarrierError)
        ):
            raise error
        return [each.result() for each in calls]

    monkeypatch.setattr(shared_keeper.backend, "exchange", exchange)
    monkeypatch.setattr(shared_keeper.backend, "process", lambda gan: (own.index, COUNT))
    # So that a state takes several messages.
    monkeypatch.setattr(shared_keeper, "_BYTES_AT_ONCE", 100)
    return run


def state(index):
    """A state with a weight that all have, and a mean and random numbers of its own."""
    form = {"shapes": {"weight": [2], "logs/mean": []}, "optimizers": {}}
    metadata = {"format": FORMAT, "epoch": 1, "round": 2, "form": form, "versions": {}}
    numbers = {
        "python": [3, [*range(624), 1], None],
        "numpy": {"has_gauss": 0, "gauss": 0.0, "pos": index},
    }
    metadata |= {"seed": index, "first_batches": {}, "callbacks": [index], "random": numbers}
    metadata |= {"rounds_in_epoch": 4, "epochs": 9, "is_stopped": False, "rules": {}}
    metadata |= {"networks": {}, "data": {"num_samples": index}}
    metadata |= {"history": {"epoch": [], "logs": {}}}
    weight, mean = np.array([3.0, 4.0], "float32"), np.array(0.5 + index, "float32")
    arrays = {
        "variables/weight": weight,
        "variables/logs/mean": mean,
        "random/numpy": np.full(624, index, "uint32"),
    }
    return RunState({**metadata, "num_processes": COUNT}, arrays)


def keeper(directory, index):
    # Only the chief's directory is ever used.
    return SharedKeeper(
        kgl.callbacks.Checkpoint(directory if index == 0 else directory / "no"), None
    )


@pytest.mark.filterwarnings("ignore:The checkpoint was written by other versions")
def test_each_process_gets_back_what_it_had(together, tmp_path):
    def keep(index):
        shared = keeper(tmp_path, index)
        with shared.opened():
            before = shared.latest()
            shared.save(state(index))
            return before, shared.latest()

    for index, (before, found) in enumerate(together(keep)):
        assert before is None
        expected = state(index)
        assert {name: found.metadata[name] for name in expected.metadata} == expected.metadata
        assert found.arrays.keys() == expected.arrays.keys()
        for name, values in expected.arrays.items():
            np.testing.assert_array_equal(found.arrays[name], values)
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert not (tmp_path / "no").exists()


def test_what_stops_the_chief_stops_all(together, tmp_path):
    blocking = tmp_path / "file"
    blocking.touch()

    def begin(index):
        with keeper(blocking, index).opened():
            return "begun"

    errors = together(begin)
    assert [type(error) for error in errors[1:]] == [OSError] * (COUNT - 1)
    assert isinstance(errors[0], OSError)
    for error in errors:
        assert "No checkpoint can be written" in str(error)


def test_another_number_of_processes_is_refused(together):
    def check(index):
        check_processes(RunState({"num_processes": 2}, {}), None)

    for error in together(check):
        assert isinstance(error, ValueError)
        assert "played by 2 processes" in str(error)
        assert "Here are 3" in str(error)
