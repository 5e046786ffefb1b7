import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
import typer.testing

import keras_gan_losses as kgl
import keras_gan_losses_cli as cli
from keras_gan_losses.comparison import (
    DiscriminatorUpdates,
    TrainingSeconds,
    compare,
    run_checkpoint,
)
from tests.comparison import small
from tests.comparison.small import on_one_backend

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A comparison that was played by one worker without a break."""
    directory = tmp_path_factory.mktemp("undisturbed")
    compared = compare(**small.settings(directory, num_workers=1))
    assert compared.failures == {}
    return directory


def pair(call):
    """Makes losses of which the generator's does what a test wants."""

    class GeneratorLoss(keras.losses.Loss):
        uses_real_scores = False

        def call(self, real_scores, fake_scores):
            return call(fake_scores)

    discriminator = kgl.losses.LeastSquaresDiscriminatorLoss()
    return lambda: {
        "loss": {"generator": GeneratorLoss(), "discriminator": discriminator},
        "run_eagerly": True,
    }


_CALLER = "PROCESS_THAT_COMPARES"


def is_run():
    """Whether this process plays a run: that which compares tries each loss once before."""
    return os.environ.get(_CALLER) != str(os.getpid())


def killed(scores):
    if is_run():
        os.kill(os.getpid(), signal.SIGKILL)
    return keras.ops.reshape(scores, (-1,))


def spilled(scores):
    if is_run():
        raise ValueError("spilled")
    return keras.ops.reshape(scores, (-1,))


def not_a_number(scores):
    return keras.ops.reshape(scores, (-1,)) * float("nan")


@pytest.fixture(scope="module")
def with_failures(tmp_path_factory):
    """A comparison of which one objective's runs do well, and the others' each fail otherwise."""
    objectives = {
        "killed": pair(killed),
        "spilled": pair(spilled),
        "diverged": pair(not_a_number),
        "lsgan": {"loss": "lsgan", "run_eagerly": True},
    }
    directory = tmp_path_factory.mktemp("with_failures")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(_CALLER, str(os.getpid()))
        return compare(**small.settings(directory, objectives=objectives, seeds=[1]))


@on_one_backend
def test_the_command_compares_on_each_backend(tmp_path):
    arguments = ["--losses", "lsgan", "--seeds", "1", "--updates", "4", "--measurements", "2"]
    command = ["compare", *arguments, "--out", str(tmp_path)]
    result = typer.testing.CliRunner().invoke(cli.app, command, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "1 of 1: lsgan, seed 0: completed" in result.output
    written = {path.name for path in tmp_path.iterdir()}
    assert {"report.html", "report.md", "results.csv", "results.jsonl"} <= written
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert [row["discriminator_updates"] for row in rows] == [2, 4]
    assert {"sliced_wasserstein_distance", "covered_modes", "precision"} <= set(rows[0])
    (found,) = tmp_path.rglob("result.json")
    assert json.loads(found.read_text())["versions"]["backend"] == keras.backend.backend()
    assert 2**26 < json.loads(found.read_text())["peak_memory"] < 2**33


@on_one_backend
def test_runs_that_fail_are_reported_and_the_rest_go_on(with_failures):
    assert "killed by signal 9 (SIGKILL)" in with_failures.failures["killed", 1]
    assert "ValueError: " in with_failures.failures["spilled", 1]
    assert "spilled" in with_failures.failures["spilled", 1]
    states = {result["objective"]: result["status"] for result in with_failures.results}
    assert states == {"diverged": "diverged", "lsgan": "completed"}
    page = with_failures.report.read_text()
    assert "killed by signal 9" in page
    assert "not finite: 1 of diverged" in page


@on_one_backend
def test_a_run_is_what_training_by_hand_gives(with_failures):
    settings = small.settings(with_failures.report.parent)
    keras.utils.set_random_seed(1)
    gan = kgl.GAN(*settings["build_networks"](), latent_dim=3)
    gan.compile(loss="lsgan", run_eagerly=True)
    order = np.random.default_rng((1, 0)).permutation(40)
    gan.fit(settings["data"][order[:32]], batch_size=8, shuffle=False, verbose=0)
    expected = gan.measure(settings["data"], metrics=["sliced_wasserstein_distance"])
    folder = with_failures.report.parent / "runs" / "lsgan" / "1"
    result = json.loads((folder / "result.json").read_text())
    last = result["measurements"][-1]
    assert last["sliced_wasserstein_distance"] == pytest.approx(
        expected["sliced_wasserstein_distance"], rel=1e-4
    )
    assert (last["round"], last["discriminator_updates"]) == (4, 4)
    samples = np.load(folder / "samples.npy")
    np.testing.assert_allclose(samples, gan.generate(500, seed=0), rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_workers(undisturbed, tmp_path):
    compare(**small.settings(tmp_path, num_workers=2))
    assert small.without_times(tmp_path) == small.without_times(undisturbed)


@pytest.mark.slow
def test_results_do_not_depend_on_whether_a_process_plays_on(undisturbed, tmp_path):
    compare(**small.settings(tmp_path, num_workers=1, executor="workers"))
    assert small.without_times(tmp_path) == small.without_times(undisturbed)


@pytest.mark.slow
def test_results_do_not_depend_on_the_executor(undisturbed, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        compare(**small.settings(tmp_path, executor="dask", address=cluster.scheduler_address))
    assert small.without_times(tmp_path) == small.without_times(undisturbed)


SCRIPT = """
from keras_gan_losses.comparison import compare
from tests.comparison import small

if __name__ == "__main__":
    compare(**small.settings({directory!r}, num_workers=1))
"""


@pytest.mark.slow
def test_a_comparison_that_was_killed_goes_on_with_what_is_missing(undisturbed, tmp_path):
    command = [sys.executable, "-c", SCRIPT.format(directory=str(tmp_path))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first, second = (tmp_path / "runs" / "lsgan" / str(seed) for seed in (0, 1))
    process = subprocess.Popen(command, env=environment)
    try:
        wait_until(lambda: (second / "log.txt").exists())
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    finished = (first / "result.json").stat()
    assert not (second / "result.json").exists()
    # Its run ends with it, and leaves no result behind our back.
    time.sleep(1)
    assert not (second / "result.json").exists()

    compared = compare(**small.settings(tmp_path, num_workers=1))
    assert len(compared.results) == 2
    assert (first / "result.json").stat().st_mtime_ns == finished.st_mtime_ns
    assert small.without_times(tmp_path) == small.without_times(undisturbed)
    for name in ("results.csv", "results.jsonl"):
        lines = (tmp_path / name).read_text().splitlines()
        assert len(lines) == len((undisturbed / name).read_text().splitlines())


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


TOTAL_ROUNDS, LAST_ROUND = 12, 9


def interrupted(directory):
    """An objective whose run is killed once, in its ninth round, and notes all that it plays."""

    def make():
        # Of its own accord a run of seconds writes no checkpoint.
        run_checkpoint.SECONDS_BETWEEN = run_checkpoint.WRITING_TIMES_BETWEEN = 0.0
        return pair(call)()

    def call(scores):
        is_trial = scores.shape[0] == 2  # That of `compile`.
        with (directory / "rounds").open("a") as file:
            file.write("" if is_trial else "x")
        num_rounds = (directory / "rounds").stat().st_size
        if not is_trial and num_rounds == LAST_ROUND and may_kill(directory):
            os.kill(os.getpid(), signal.SIGKILL)
        return keras.ops.square(keras.ops.reshape(scores, (-1,)) - 1.0)

    return make


def may_kill(directory):
    return not (directory / "undisturbed").exists()


# Its checkpoint is that of any run, which every backend's tests kill.
@pytest.mark.slow
def test_a_killed_run_goes_on_from_its_checkpoint_to_the_same_result(tmp_path, monkeypatch):
    # The objective is made in this process too, where what it changes must not stay.
    for name in ("SECONDS_BETWEEN", "WRITING_TIMES_BETWEEN"):
        monkeypatch.setattr(run_checkpoint, name, getattr(run_checkpoint, name))
    found = {}
    for name in ("undisturbed", "killed"):
        notes = tmp_path / name / "notes"
        notes.mkdir(parents=True)
        if name == "undisturbed":
            (notes / "undisturbed").touch()
        arguments = small.settings(
            tmp_path / name / "out",
            objectives={"mine": interrupted(notes)},
            seeds=[5],
            budget=DiscriminatorUpdates(TOTAL_ROUNDS),
        )
        compared = compare(**arguments)
        if name == "killed":
            assert "killed by signal 9" in compared.failures["mine", 5]
            compared = compare(**arguments)
        assert compared.failures == {}
        found[name] = small.without_times(tmp_path / name / "out")
        # The ninth round was the only one to be played twice.
        assert (notes / "rounds").stat().st_size == TOTAL_ROUNDS + (name == "killed")
        assert not list((tmp_path / name).rglob("checkpoints"))
    assert found["killed"] == found["undisturbed"]


@pytest.mark.slow
def test_a_budget_of_seconds_ends_a_run_in_time(tmp_path):
    compared = compare(**small.settings(tmp_path, seeds=1, budget=TrainingSeconds(0.5)))
    (result,) = compared.results
    # A round lasts as long as the machine lets it: only that the clock ends the run is sure.
    assert 0.5 <= result["seconds"] < 60.0
    assert result["measurements"][-1]["seconds"] == result["seconds"]
