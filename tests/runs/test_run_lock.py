"""The lock of a run's directory, between processes, threads and what forks from them."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from keras_gan_losses.runs.run_lock import locked

HOLD = textwrap.dedent(
    """
    import os, pathlib, signal, sys, time
    from keras_gan_losses.runs.run_lock import locked

    with locked(pathlib.Path(sys.argv[1])):
        {}
        print(os.getpid(), flush=True)
        time.sleep(600)
    """
)
FORK = "child = os.fork() or time.sleep(600); print(child, flush=True)"
READ = "import shutil; shutil.copytree(sys.argv[1], sys.argv[2])"


def holding(*paths, action="pass"):
    command = [sys.executable, "-W", "ignore", "-c", HOLD.format(action), *map(str, paths)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_refused(directory):
    with pytest.raises(BlockingIOError, match=r"Another run is writing .*\(process \d+ on "):
        locked(directory).__enter__()


def test_a_second_run_is_refused_until_the_first_has_died(tmp_path):
    with holding(tmp_path) as first:
        try:
            assert first.stdout.readline() == f"{first.pid}\n"
            message = f"Another run is writing .*process {first.pid} on .*another directory"
            with pytest.raises(BlockingIOError, match=message), locked(tmp_path):
                pass
        finally:
            first.kill()
    # The file is still there, but the dead hold no lock.
    assert str(first.pid) in (tmp_path / "lock").read_text()
    with locked(tmp_path):
        assert str(os.getpid()) in (tmp_path / "lock").read_text()


def test_reading_the_directory_does_not_drop_the_lock(tmp_path):
    """The locks of POSIX end as soon as their process closes the file, however it opened it."""
    (tmp_path / "run").mkdir()
    with holding(tmp_path / "run", tmp_path / "copy", action=READ) as first:
        try:
            assert first.stdout.readline() == f"{first.pid}\n"
            assert_refused(tmp_path / "run")
        finally:
            first.kill()


def test_a_process_that_was_forked_does_not_hold_the_lock_after_its_parents_death(tmp_path):
    with holding(tmp_path, action=FORK) as first:
        child = int(first.stdout.readline())
        try:
            assert first.stdout.readline() == f"{first.pid}\n"
            assert_refused(tmp_path)
            first.kill()
            first.wait()
            with locked(tmp_path):
                pass
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_nested_run_is_refused_and_the_outer_one_keeps_its_lock(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to("run")
    with locked(tmp_path / "run"):
        for _ in range(2):
            assert_refused(tmp_path / "run")
            assert_refused(tmp_path / "link")
        shutil.copytree(tmp_path / "run", tmp_path / "copy")
        assert_refused(tmp_path / "run")
        with locked(tmp_path / "copy"):
            pass
    with locked(tmp_path / "run"):
        pass


def test_only_one_of_many_threads_enters(tmp_path):
    together, entered, refused = threading.Barrier(8), [], []

    def enter():
        together.wait()
        try:
            with locked(tmp_path):
                entered.append(1)
                together.wait()
        except BlockingIOError:
            refused.append(1)
            together.wait()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(entered), len(refused)) == (1, 7)


@pytest.mark.parametrize("target", ["precious.txt", "missing.txt"])
def test_a_link_is_neither_followed_nor_written_to(tmp_path, target):
    (tmp_path / "precious.txt").write_text("precious")
    (tmp_path / "lock").symlink_to(target)
    with pytest.raises(OSError, match="is a link to another file"):
        locked(tmp_path).__enter__()
    assert (tmp_path / "precious.txt").read_text() == "precious"
    assert not (tmp_path / "missing.txt").exists()
