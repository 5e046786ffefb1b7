"""What a comparison finds in its directory: other comparisons, and damaged files."""

import pathlib
import subprocess
import sys
import threading

import numpy as np
import pytest

from keras_gan_losses.comparison import compare, executors, write_report
from keras_gan_losses.comparison.directory_lock import only_comparison_in
from keras_gan_losses.comparison.files import RunFiles
from tests.comparison import small

pytestmark = small.on_one_backend


@pytest.fixture
def played(monkeypatch):
    """Seeds of the runs that were played, each of which has a result at once."""
    seeds = []

    def play(experiment, key, directory, environment):
        seeds.append(key.seed)
        found = small.result(key.objective, key.seed, [1.0], measure="sliced_wasserstein_distance")
        RunFiles(pathlib.Path(directory), key).write_result(found, np.zeros((5, 2)))
        return key

    monkeypatch.setattr(executors, "run_in_process", play)
    return seeds


def of_run(directory, seed, name):
    return directory / "runs" / "lsgan" / str(seed) / name


def said(caught):
    return [str(warning.message) for warning in caught if warning.category is UserWarning]


def halve(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"objective": "lsgan"}', "\ufffd\x00"])
def test_a_run_whose_result_is_damaged_is_played_again(tmp_path, played, content):
    compare(**small.settings(tmp_path))
    of_run(tmp_path, 1, "result.json").write_text(content, encoding="utf-8")
    with pytest.warns(UserWarning, match=r"result\.json' cannot be used.*result\.json\.damaged"):
        compared = compare(**small.settings(tmp_path))
    assert sorted(played) == [0, 1, 1]
    assert len(compared.results) == 2
    assert of_run(tmp_path, 1, "result.json.damaged").read_text(encoding="utf-8") == content


def test_a_run_whose_samples_are_damaged_is_played_again(tmp_path, played):
    compare(**small.settings(tmp_path))
    halve(of_run(tmp_path, 0, "samples.npy"))
    with pytest.warns(UserWarning, match=r"cannot be used") as caught:
        compare(**small.settings(tmp_path))
    assert "samples.npy' cannot be used" in said(caught)[0]
    assert sorted(played) == [0, 0, 1]
    assert np.load(of_run(tmp_path, 0, "samples.npy")).shape == (5, 2)


def test_runs_of_damaged_settings_are_set_aside(tmp_path, played):
    compare(**small.settings(tmp_path))
    for number in ("", "1"):
        halve(tmp_path / "comparison.json")
        with pytest.warns(UserWarning, match=r"cannot be used") as caught:
            compare(**small.settings(tmp_path))
        assert "comparison.json' cannot be used" in said(caught)[0]
        assert "nothing tells by which settings" in said(caught)[1]
        assert len(list((tmp_path / f"runs.damaged{number}").rglob("result.json"))) == 2
    assert sorted(played) == [0, 0, 0, 1, 1, 1]


def test_a_report_of_a_damaged_run_counts_it_as_missing(tmp_path, played):
    compare(**small.settings(tmp_path))
    halve(of_run(tmp_path, 1, "result.json"))
    with pytest.warns(UserWarning, match=r"result\.json' cannot be used"):
        write_report(tmp_path)
    assert "missing" in (tmp_path / "report.md").read_text()


def test_a_second_comparison_of_a_thread_touches_nothing(tmp_path, played):
    directory = tmp_path / "out"
    directory.mkdir()
    refused = []

    def second():
        try:
            compare(**small.settings(tmp_path / "x" / ".." / "out"))
        except BlockingIOError as error:
            refused.append(str(error))

    (tmp_path / "x").mkdir()
    with only_comparison_in(directory):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert [path.name for path in directory.iterdir()] == ["lock"]
    assert "Another comparison goes on in" in refused[0]
    assert len(compare(**small.settings(directory)).results) == 2


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "a+")
fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_comparison_of_a_process_is_refused_until_the_first_ends(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"held\n"
        with (
            pytest.raises(BlockingIOError, match="Another comparison goes on in"),
            only_comparison_in(tmp_path),
        ):
            pytest.fail("both were let in")
    with only_comparison_in(tmp_path):
        assert (tmp_path / "lock").exists()
