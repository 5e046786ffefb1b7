import errno
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from keras_gan_losses.files import remove_unfinished, unfinished, write_whole, written_beside


@pytest.mark.parametrize("content", ["Grüße\n", b"\x00\xff"])
def test_a_file_is_replaced_as_a_whole(tmp_path, content):
    path = tmp_path / "file.txt"
    path.write_text("earlier and longer than what follows")
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_earlier_file_and_nothing_else(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("earlier")

    def write_half():
        with written_beside(path) as beside:
            beside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_its_name_only_when_it_is_on_the_disk(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        write_whole(tmp_path / "file.txt", "all of it")
    assert not list(tmp_path.iterdir())


def test_the_file_and_then_its_folder_are_brought_to_the_disk(tmp_path, monkeypatch):
    kinds = []
    monkeypatch.setattr(os, "fsync", lambda it: kinds.append(stat.S_ISDIR(os.fstat(it).st_mode)))
    write_whole(tmp_path / "file.txt", "all of it")
    assert kinds == [False, True]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "model"
    for names in (("a", "b"), ("c",)):
        with written_beside(path) as beside:
            beside.mkdir()
            for name in names:
                (beside / name).write_text(name)
    assert [each.name for each in path.iterdir()] == ["c"]
    assert list(tmp_path.iterdir()) == [path]


def test_writers_of_the_same_file_have_different_files_beside_with_its_ending(tmp_path):
    path = tmp_path / "gan.keras"
    with written_beside(path) as one, written_beside(path) as other:
        assert one != other
        assert one.suffix == other.suffix == ".keras"
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"


def test_rights_are_those_of_any_new_file(tmp_path):
    write_whole(tmp_path / "whole", "")
    (tmp_path / "usual").touch()
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "usual").stat().st_mode


KILLED = textwrap.dedent(
    """
    import os, sys
    from keras_gan_losses.files import written_beside

    with written_beside(sys.argv[1]) as beside:
        beside.write_text("half")
        os.kill(os.getpid(), 9)
    """
)


def test_what_a_kill_left_half_written_is_removed(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("earlier")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.read_text() == "earlier"
    assert len(list(tmp_path.iterdir())) == 2
    unfinished(tmp_path / "model").mkdir()
    remove_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == [path]
