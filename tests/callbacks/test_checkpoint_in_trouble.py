"""Disks, folders and weights that fail cost no training and no checkpoint."""

import contextlib
import errno
import os
import tempfile

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.runs import checkpoint_files
from tests import tiny
from tests.callbacks.resumption import NUM_EPOCHS, Interrupt, assert_same_run, train


def test_a_disk_that_is_full_for_a_while_costs_a_warning_and_nothing_else(tmp_path, monkeypatch):
    whole = train(tmp_path / "whole")
    write, calls = checkpoint_files._write_archive, []

    def write_unless_full(file, state):
        calls.append((state.epoch, state.round))
        if len(calls) in (3, 4):
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, state)

    monkeypatch.setattr(checkpoint_files, "_write_archive", write_unless_full)
    with pytest.warns(UserWarning, match=r"No space left.*Make room.*Training goes on"):
        assert train(tmp_path / "run", Interrupt(7)) is None
    assert calls == [(0, 0), (0, 2), (1, 0), (1, 2)]
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (0, 2)
    assert_same_run(whole, train(tmp_path / "run"))


def test_a_read_only_directory_is_said_before_training():
    gan = tiny.compiled_gan()
    before = tiny.state(gan)
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o555)
        message = r"Permission denied.*give write permission"
        with pytest.raises(OSError, match=message), as_nobody():
            gan.fit(tiny.samples(16), callbacks=[kgl.callbacks.Checkpoint(directory)], verbose=0)
    tiny.assert_same(before, tiny.state(gan))


@contextlib.contextmanager
def as_nobody():
    """Without the administrator's rights, to whom every directory is writable."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_weights_that_are_not_finite_are_never_written(tmp_path):
    class Destroy(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                kernel = self.model.generator.trainable_variables[0]
                kernel.assign(np.full(kernel.shape, np.nan))

    with pytest.warns(UserWarning, match=r"kernel.*holds NaN or infinite values.*stays the newest"):
        train(tmp_path, Destroy())
    # The last that was kept is from within the second epoch.
    assert kgl.callbacks.Checkpoint(tmp_path).position() == (1, 2)


def test_a_log_that_no_file_can_hold_is_said_and_costs_no_training(tmp_path):
    class Log(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["odd"] = object()

    with pytest.warns(UserWarning, match="'odd' is not kept with the run: object is no") as said:
        history = train(tmp_path, Log())[1]
    assert sum("'odd'" in str(each.message) for each in said) == 1
    assert len(history["odd"]) == NUM_EPOCHS


def test_a_folder_that_is_gone_for_a_moment_costs_a_warning_and_nothing_else(tmp_path):
    class Move(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            (tmp_path / "run").rename(tmp_path / "elsewhere")

        def on_epoch_end(self, epoch, logs=None):
            (tmp_path / "elsewhere").rename(tmp_path / "run")

    whole = train(tmp_path / "whole")
    with pytest.warns(UserWarning, match=r"No such file.*Training goes on.*there is none"):
        gone = train(tmp_path / "run", Move())
    assert_same_run(whole, gone)
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (2, 0)


def test_a_change_of_the_working_folder_does_not_split_the_run(tmp_path, monkeypatch):
    class Leave(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            os.chdir("elsewhere" if epoch == 0 else "..")

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    train("run", Leave())
    assert not (tmp_path / "elsewhere" / "run").exists()
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (2, 0)


def test_a_second_fit_in_the_folder_is_refused(tmp_path):
    class Nest(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            train(tmp_path)

    with pytest.raises(BlockingIOError, match="Another run is writing"):
        train(tmp_path, Nest())
