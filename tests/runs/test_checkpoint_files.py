"""Files of checkpoints on disks that fail."""

import errno
import json
import os
import pathlib
import subprocess
import sys
import textwrap
import zipfile

import numpy as np
import pytest

from keras_gan_losses.runs.checkpoint_files import CheckpointFiles
from keras_gan_losses.runs.run_lock import locked
from keras_gan_losses.runs.run_state import RunState


def state(number):
    weights = np.full((100, 10), float(number), dtype="float32")
    return RunState({"format": 1, "epoch": number, "round": 0}, {"variables/0": weights})


@pytest.fixture
def files(tmp_path):
    """Files in which the checkpoints 0, 1 and 2 have been written."""
    files = CheckpointFiles(tmp_path, max_to_keep=3)
    for number in range(3):
        files.write(state(number))
    return files


def assert_newest(files, number):
    newest = files.read_newest()
    assert newest.epoch == number
    np.testing.assert_array_equal(newest.arrays["variables/0"], state(number).arrays["variables/0"])


def test_the_newest_is_read_and_the_oldest_are_removed(files):
    files.write(state(3))
    assert len(files.paths()) == 3
    assert_newest(files, 3)
    assert all(int(path.name.split("-")[1]) > 1 for path in files.paths())


def test_a_directory_without_checkpoints_has_no_newest(tmp_path):
    assert CheckpointFiles(tmp_path, 3).read_newest() is None
    assert CheckpointFiles(tmp_path / "missing", 3).read_newest() is None


def truncate(path):
    os.truncate(path, path.stat().st_size // 2)


def empty(path):
    os.truncate(path, 0)


def flip_one_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [truncate, empty, flip_one_bit])
def test_a_damaged_newest_is_said_and_the_one_before_is_used(files, damage):
    newest = files.paths()[-1]
    damage(newest)
    with pytest.warns(UserWarning, match=f"{newest.name}.*is damaged.*the one before is used"):
        assert_newest(files, 1)
    # It is neither lost nor taken for a checkpoint again.
    assert newest.with_name(newest.name + ".damaged").exists()
    assert_newest(files, 1)
    files.write(state(7))
    assert_newest(files, 7)


def test_every_single_flipped_bit_is_found(tmp_path):
    files = CheckpointFiles(tmp_path, 3)
    files.write(RunState({"format": 1, "epoch": 0, "round": 0}, {"variables/0": np.zeros(2)}))
    path = files.paths()[0]
    whole = path.read_bytes()
    for position in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.warns(UserWarning, match="damaged"), pytest.raises(OSError, match="is whole"):
            files.read_newest()
        path.with_name(path.name + ".damaged").unlink()
    path.write_bytes(whole)
    assert files.read_newest() is not None


def test_a_deleted_newest_gives_place_to_the_one_before(files):
    files.paths()[-1].unlink()
    assert_newest(files, 1)


def test_training_never_begins_anew_unasked_if_all_are_damaged(files):
    for path in files.paths():
        truncate(path)
    with pytest.warns(UserWarning, match="damaged"), pytest.raises(OSError, match="from a backup"):
        files.read_newest()
    with pytest.raises(OSError, match=r"is whole.*delete these files to begin anew"):
        files.read_newest()


class FullDisk:
    """A file that takes some bytes, and no more."""

    def __init__(self, file, room):
        self.file = file
        self.room = room

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, data):
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(data)

    def flush(self):
        self.file.flush()

    def fileno(self):
        return self.file.fileno()


@pytest.mark.parametrize("room", [0, 100, 3000])
def test_a_full_disk_costs_nothing_that_was_there(files, monkeypatch, room):
    before = {path: path.read_bytes() for path in files.paths()}
    open_path = pathlib.Path.open
    monkeypatch.setattr(
        pathlib.Path, "open", lambda path, mode="r": FullDisk(open_path(path, mode), room)
    )
    with pytest.raises(OSError, match="No space left"):
        files.write(state(3))
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in files.paths()} == before
    assert not list(files.paths()[0].parent.glob("*.tmp"))
    files.write(state(3))
    assert_newest(files, 3)


def test_a_checkpoint_has_its_name_only_when_it_is_on_the_disk(files, monkeypatch):
    seen = []

    def fail(descriptor):
        seen.append([path.name for path in files.paths()])
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    before = [path.name for path in files.paths()]
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        files.write(state(3))
    assert seen == [before]
    assert [path.name for path in files.paths()] == before


def test_what_a_kill_left_half_written_is_removed(files, tmp_path):
    half = tmp_path / "checkpoint-000004.tmp"
    half.write_bytes(b"half")
    assert_newest(files, 2)
    files.remove_temporaries()
    assert not half.exists()


def test_nothing_is_unpickled(tmp_path):
    """A file with a right checksum whose array is a pickle that would run code."""

    class Evil:
        def __reduce__(self):
            return (pathlib.Path.touch, (tmp_path / "executed",))

    files = CheckpointFiles(tmp_path, 3)
    member = tmp_path / "member.npy"
    np.save(member, np.array([Evil()], dtype=object), allow_pickle=True)
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("metadata.json", json.dumps({"format": 1, "epoch": 0, "round": 0}))
        file.write(member, "variables/0.npy")
    digest = subprocess.run(["sha256sum", archive], capture_output=True, text=True).stdout[:16]
    archive.rename(tmp_path / f"checkpoint-000001-{digest}.npz")
    with (
        pytest.warns(UserWarning, match="allow_pickle=False"),
        pytest.raises(OSError, match="whole"),
    ):
        files.read_newest()
    assert not (tmp_path / "executed").exists()


def test_a_later_format_is_refused_and_not_taken_for_damage(tmp_path):
    files = CheckpointFiles(tmp_path, 3)
    later = RunState({"format": 2, "versions": {"keras_gan_losses": "9.0"}}, {})
    files.write(later)
    with pytest.raises(ValueError, match=r"has the format 2.*'9\.0'"):
        files.read_newest()
    assert len(files.paths()) == 1


HOLD = textwrap.dedent(
    """
    import pathlib, sys, time
    from keras_gan_losses.runs.run_lock import locked

    with locked(pathlib.Path(sys.argv[1])):
        print("locked", flush=True)
        time.sleep(600)
    """
)


@pytest.mark.backend("jax")
def test_a_second_run_is_refused_until_the_first_has_died(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        try:
            assert first.stdout.readline() == "locked\n"
            message = f"Another run is writing .*process {first.pid} on .*another directory"
            with pytest.raises(BlockingIOError, match=message), locked(tmp_path):
                pass
        finally:
            first.kill()
    # The file is still there, but the dead hold no lock.
    assert str(first.pid) in (tmp_path / "lock").read_text()
    with locked(tmp_path):
        assert str(os.getpid()) in (tmp_path / "lock").read_text()
