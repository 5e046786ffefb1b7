"""Files of checkpoints on disks that fail."""

import errno
import hashlib
import io
import json
import os
import pathlib
import random
import zipfile

import keras
import numpy as np
import pytest

from keras_gan_losses.backend import backend
from keras_gan_losses.runs.checkpoint_files import CheckpointFiles
from keras_gan_losses.runs.run_state import FORMAT, RunState

BACKEND = keras.backend.backend()


def state(number, size=1000, **metadata):
    weights = np.full(size, float(number), dtype="float32")
    arrays = {"variables/kernel": weights, "random/numpy": np.arange(624, dtype="uint32")}
    numpy_rest = {"has_gauss": 0, "gauss": 0.0, "pos": 3}
    described = {
        "format": FORMAT,
        "epoch": number,
        "round": 0,
        "seed": 7,
        "rounds_in_epoch": 4,
        "epochs": 9,
        "is_stopped": False,
        "first_batches": {},
        "history": {"epoch": [], "logs": {}},
        "callbacks": [],
        "random": {"python": [3, [*range(624), 1], None], "numpy": numpy_rest},
        "rules": {},
        "networks": {},
        "data": {},
        "form": {"shapes": {"kernel": [size]}, "optimizers": {}},
        "versions": {"keras_gan_losses": "9.0"},
    }
    return RunState(described | metadata, arrays)


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
    np.testing.assert_array_equal(
        newest.arrays["variables/kernel"], state(number).arrays["variables/kernel"]
    )


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
    files.write(state(0, size=2))
    path = files.paths()[0]
    whole = path.read_bytes()
    for position in range(0, len(whole), 37):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.warns(UserWarning, match="damaged"), pytest.raises(OSError, match="is whole"):
            files.read_newest()
        path.with_name(path.name + ".damaged").unlink()
    path.write_bytes(whole)
    assert files.read_newest() is not None


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


def replace_by_dangling_link(path):
    path.unlink()
    path.symlink_to("nowhere")


def replace_by_link_to_itself(path):
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    "damage", [replace_by_folder, replace_by_dangling_link, replace_by_link_to_itself]
)
def test_what_is_no_file_does_not_hide_those_before_it(files, damage):
    damage(files.paths()[-1])
    files.write(state(3))
    damage(files.paths()[-1])
    with pytest.warns(UserWarning, match="is damaged.*the one before is used"):
        assert_newest(files, 1)
    for number in range(4, 8):
        files.write(state(number))
    assert_newest(files, 7)


def without(name):
    whole = state(3)
    arrays = {key: values for key, values in whole.arrays.items() if key != name}
    return RunState({key: it for key, it in whole.metadata.items() if key != name}, arrays)


def with_array(name, values):
    return RunState(state(3).metadata, {**state(3).arrays, name: values})


NUMPY = state(3).metadata["random"]["numpy"]
PYTHON = state(3).metadata["random"]["python"]


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        (without("format"), "'format'"),
        (without("random"), "'random' is missing"),
        (without("history"), "'history' is missing"),
        (without("variables/kernel"), "array of 'kernel' is missing"),
        (without("random/numpy"), "'random/numpy'"),
        (with_array("variables/kernel", np.zeros(3)), "'kernel' is missing or of another shape"),
        (with_array("random/numpy", np.zeros(3, "uint32")), "out of bounds"),
        (state(3, epoch="3"), "its 'epoch' is '3'"),
        (state(3, round=-1), "epoch 3, round -1"),
        (state(3, callbacks={}), "its 'callbacks' is {}"),
        (state(3, form={}), "is damaged"),
        (state(3, random={"python": PYTHON}), "'numpy'"),
        (state(3, random={"numpy": NUMPY, "python": [3, [1, 2], None]}), "is damaged"),
        (state(3, random={"numpy": NUMPY, "python": PYTHON, BACKEND: 1}), "'random/"),
    ],
)
def test_a_file_of_right_checksum_and_wrong_content_is_damaged(files, nonsense, message):
    files.write(nonsense)
    random.seed(1)
    before = (random.getstate(), np.random.get_state()[1].tolist())
    with pytest.warns(UserWarning, match=message) as said:
        assert_newest(files, 2)
    assert len(said) == 1
    assert "is damaged" in str(said[0].message)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_a_random_state_of_another_size_is_damage(files):
    described = state(3).metadata["random"] | {BACKEND: 1}
    own = backend.random_states()
    if not own:
        pytest.skip(f"{BACKEND} keeps no random state of its own.")
    arrays = {**state(3).arrays, f"random/{BACKEND}/0": own[0][:-8]}
    files.write(RunState(state(3, random=described).metadata, arrays))
    with pytest.warns(UserWarning, match=f"random state of {BACKEND} is of another size"):
        assert_newest(files, 2)


def as_checkpoint(path, number):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    path.rename(path.with_name(f"checkpoint-{number:06d}-{digest}.npz"))


def header(shape):
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        content, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    return content.getvalue()


@pytest.mark.parametrize(
    "members",
    [
        {"metadata.json": b"[1, 2]"},
        {"metadata.json": b"[" * 100_000},
        {"metadata.json": b"\xff\xfe"},
        {"metadata.json": b'{"format": 1}', "a.npy": header((10**15,))},
        {"metadata.json": b'{"format": 1}', "a.npy": header((2,)) + b"123"},
        {"metadata.json": b'{"format": 1}', "a.npy": b"\x93NUMPY\x02\x00" + b"\xff" * 4},
        {"other.json": b"{}"},
    ],
    ids=["list", "deep", "no text", "huge array", "short array", "huge header", "no metadata"],
)
def test_an_archive_of_nonsense_is_damaged(files, tmp_path, members):
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    as_checkpoint(archive, 9)
    with pytest.warns(UserWarning, match="is damaged"):
        assert_newest(files, 2)


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
    assert sorted(before) == sorted(files.paths()[0].parent.iterdir())
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
        file.writestr("metadata.json", json.dumps({"format": FORMAT, "epoch": 0, "round": 0}))
        file.write(member, "variables/kernel.npy")
    as_checkpoint(archive, 1)
    with (
        pytest.warns(UserWarning, match="allow_pickle=False"),
        pytest.raises(OSError, match="whole"),
    ):
        files.read_newest()
    assert not (tmp_path / "executed").exists()


def test_an_earlier_format_is_refused_and_not_taken_for_damage(tmp_path):
    files = CheckpointFiles(tmp_path, 3)
    files.write(RunState({"format": 1, "versions": {"keras_gan_losses": "0.1"}}, {}))
    with pytest.raises(ValueError, match=r"has the format 1.*'0\.1'"):
        files.read_newest()
    assert len(files.paths()) == 1


def test_a_later_format_is_refused_and_not_taken_for_damage(tmp_path):
    files = CheckpointFiles(tmp_path, 3)
    later = RunState({"format": FORMAT + 1, "versions": {"keras_gan_losses": "9.0"}}, {})
    files.write(later)
    with pytest.raises(ValueError, match=r"has the format 3.*'9\.0'"):
        files.read_newest()
    assert len(files.paths()) == 1
