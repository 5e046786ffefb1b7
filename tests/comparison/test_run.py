import dataclasses
import gc
import types

import cloudpickle
import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.comparison import (
    DiscriminatorUpdates,
    TrainingSeconds,
    run_checkpoint,
    stopwatch,
)
from keras_gan_losses.comparison.batch_stream import BatchStream
from keras_gan_losses.comparison.experiment import Experiment, RunKey
from keras_gan_losses.comparison.files import RunFiles
from keras_gan_losses.comparison.recorder import Recorder, spread
from keras_gan_losses.comparison.run import has_collapsed, play
from keras_gan_losses.comparison.run_process import run_here
from tests.comparison import small

KEY = RunKey("lsgan", 3)


def experiment(**changed):
    """What `compare` would send to a run's process."""
    settings = small.settings(None, **changed)
    names = ("build_networks", "objectives", "latent_dim", "budget", "batch_size")
    return Experiment(
        samples=settings["data"],
        labels=None,
        reference=settings["data"],
        reference_labels=None,
        metrics=["sliced_wasserstein_distance"],
        num_measurements=settings["num_measurements"],
        **{name: settings[name] for name in names},
    )


def result(directory, **changed):
    """Result of a run in this process."""
    files = RunFiles(directory, KEY)
    files.begin()
    play(experiment(**changed), KEY, files)
    return files.result()


@pytest.mark.backend("tensorflow")
def test_a_process_that_plays_run_after_run_keeps_none_of_them(tmp_path):
    content = np.frombuffer(cloudpickle.dumps(experiment()), "uint8")
    # As if it had gone on for long: Python's own collector does not find it.
    gc.disable()
    try:
        run_here(content, KEY, str(tmp_path), {})
        kept = [each for each in gc.get_objects() if type(each) in (BatchStream, kgl.GAN)]
    finally:
        gc.enable()
    assert RunFiles(tmp_path, KEY).result() is not None
    assert kept == []


def test_a_last_interval_that_is_shorter_ends_the_run_just_in_time(tmp_path):
    found = result(tmp_path, budget=DiscriminatorUpdates(10), num_measurements=3)
    assert [row["round"] for row in found["measurements"]] == [4, 8, 10]
    assert found["num_rounds"] == 10


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras on torch executes one round at a time"
)
def test_rounds_that_keras_executes_together_count_one_by_one(tmp_path):
    lsgan = {"loss": "lsgan", "steps_per_execution": 2}
    found = result(tmp_path, objectives={"lsgan": lsgan}, budget=DiscriminatorUpdates(8))
    assert [row["round"] for row in found["measurements"]] == [4, 8]


def test_a_run_of_seconds_writes_no_checkpoint(tmp_path, monkeypatch):
    def write(*arguments):
        raise AssertionError("a checkpoint was written")

    monkeypatch.setattr(run_checkpoint.Checkpoint, "save", write)
    assert result(tmp_path)["num_rounds"] == 4


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        module = types.SimpleNamespace(perf_counter=lambda: self.now)
        monkeypatch.setattr(stopwatch, "time", module)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def gan():
    """A GAN that is not trained: a test tells the callbacks of rounds."""
    networks = kgl.architectures.mlp((2,), 3, hidden_units=(8,))
    gan = kgl.GAN(*networks, latent_dim=3)
    gan.compile(loss="lsgan", run_eagerly=True)
    return gan


def recorder_of(gan, budget, **changed):
    rules = dataclasses.replace(experiment(budget=budget), **changed)
    length = budget.rounds_in_interval(1, 2)
    stream = BatchStream(rules.samples, None, batch_size=8, num_batches=length, seed=0)
    recorder = Recorder(rules, rules.make_metrics(), stream, 1)
    recorder.set_model(gan)
    return recorder


def rounds_of(recorder, clock, gan, epoch, seconds):
    """Rounds of an interval until it is over or the run is stopped, each of so many seconds."""
    gan.stop_training = False
    recorder.on_epoch_begin(epoch)
    for batch in range(recorder._stream.num_batches):
        recorder.on_train_batch_begin(batch)
        clock.now += seconds
        if gan.stop_training:
            break
    recorder.on_epoch_end(epoch, {"generator_loss": 1.0})
    return batch + 1


def test_a_budget_of_seconds_is_spent_by_rounds_but_the_first_and_not_by_measurements(clock, gan):
    recorder = recorder_of(gan, TrainingSeconds(60.0))
    # The first round has 1 second too, but the game is compiled in it.
    assert rounds_of(recorder, clock, gan, 0, seconds=1.0) == 50
    assert (recorder.seconds, recorder.seconds_per_round) == (49.0, 1.0)
    assert [row["seconds"] for row in recorder.measurements] == [49.0]
    clock.now += 1000.0
    # 60 seconds have gone when the 12th round of the second interval begins.
    assert rounds_of(recorder, clock, gan, 1, seconds=1.0) == 12
    assert gan.stop_training
    assert (recorder.num_rounds, recorder.seconds) == (62, 61.0)
    assert [row["round"] for row in recorder.measurements] == [50, 62]


def test_measured_are_the_samples_against_the_reference(clock, gan):
    reference = np.random.default_rng(7).normal(5.0, size=(30, 2)).astype("float32")
    recorder = recorder_of(gan, DiscriminatorUpdates(2), reference=reference)
    rounds_of(recorder, clock, gan, 0, seconds=1.0)
    (row,) = recorder.measurements
    expected = gan.measure(reference, metrics=["sliced_wasserstein_distance"])
    assert row["sliced_wasserstein_distance"] == expected["sliced_wasserstein_distance"]
    samples = gan.generate(500, seed=0)
    np.testing.assert_array_equal(recorder.samples, samples)
    assert row["spread"] == spread(samples, reference)
    assert row["generator_loss"] == 1.0


def test_losses_that_are_not_finite_end_a_run_without_a_measure(clock, gan):
    recorder = recorder_of(gan, DiscriminatorUpdates(4))
    recorder.on_epoch_begin(0)
    recorder.on_train_batch_begin(0)
    recorder.on_train_batch_begin(1)
    recorder.on_epoch_end(0, {"generator_loss": float("inf")})
    assert recorder.has_diverged
    assert gan.stop_training
    assert "sliced_wasserstein_distance" not in recorder.measurements[0]


def test_checkpoints_are_as_far_apart_as_their_cost_asks(tmp_path, clock, monkeypatch):
    written = []

    def write(self, state):
        written.append(clock.now)
        clock.now += 2.0

    monkeypatch.setattr(run_checkpoint.Checkpoint, "save", write)
    checkpoint = run_checkpoint.RunCheckpoint(tmp_path)
    model = types.SimpleNamespace(stop_training=False)
    monkeypatch.setattr(run_checkpoint.RunCheckpoint, "model", model)
    for _ in range(400):
        clock.now += 1.0
        checkpoint.on_train_batch_begin(0)
        if checkpoint.every:
            checkpoint.save(None)
    # 30 seconds at first, then 50 times the 2 that it took.
    assert written == [130.0, 232.0, 334.0, 436.0]
    clock.now += 200.0
    model.stop_training = True
    checkpoint.save(None)
    assert len(written) == 4


def test_spread_is_relative_and_little_of_it_is_a_collapse():
    real = np.random.default_rng(0).normal(size=(2000, 2))
    assert spread(real / 4.0, real) == pytest.approx(0.25)
    assert np.isnan(spread(real, np.zeros((5, 2))))
    assert has_collapsed({"spread": 0.49}, [])
    assert not has_collapsed({"spread": 0.5}, [])
    modes = kgl.metrics.ModeCoverage([[0.0], [1.0], [2.0], [3.0]], 0.1)
    assert has_collapsed({"spread": 1.0, "covered_modes": 1}, [modes])
    assert not has_collapsed({"spread": 1.0, "covered_modes": 2}, [modes])
