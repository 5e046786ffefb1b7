"""Files and folders that are there whole or not at all, whatever ends the process meanwhile."""

import contextlib
import os
import pathlib
import shutil
import uuid
from collections.abc import Iterator

from keras_gan_losses.types import PathLike

_UNFINISHED = ".unfinished"


@contextlib.contextmanager
def written_beside(path: PathLike) -> Iterator[pathlib.Path]:
    """Context with a path beside; what is written there takes the name `path` when it is whole.

    An error in the context leaves `path` as it was and nothing beside. Each context has a path of
    its own, so that threads and processes that write the same file do not mix: the last one stays.

    Args:
        path: The file or the folder to be made or replaced.

    Raises:
        OSError: If it cannot be written or moved.

    Example:
    >>> with written_beside("notes.txt") as beside:
    ...     _ = beside.write_text("all of it")
    >>> pathlib.Path("notes.txt").read_text()
    'all of it'
    """
    path = pathlib.Path(path)
    beside = unfinished(path)
    try:
        yield beside
        put_in_place(beside, path)
    finally:
        _remove(beside)


def write_whole(path: PathLike, content: str | bytes) -> None:
    """Writes a file that is there whole or not at all.

    Args:
        path: Where it is written.
        content: Text, which becomes UTF-8, or bytes.

    Raises:
        OSError: If it cannot be written; an earlier file is untouched.

    Example:
    >>> write_whole("notes.txt", "all of it")
    >>> pathlib.Path("notes.txt").read_text()
    'all of it'
    """
    with written_beside(path) as beside:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)


def unfinished(path: PathLike) -> pathlib.Path:
    """A path beside, of no other file, with the same endings, for `put_in_place`."""
    path = pathlib.Path(path)
    return path.with_name(f".{uuid.uuid4().hex}{_UNFINISHED}.{path.name}")


def put_in_place(beside: pathlib.Path, path: pathlib.Path) -> None:
    """Gives a file or a folder its name once its bytes are on the disk.

    Args:
        beside: What has been written, in the folder of `path`.
        path: The name it gets; what had that name is gone.

    Raises:
        OSError: If it cannot be moved.
    """
    for file in beside.rglob("*") if beside.is_dir() else [beside]:
        if file.is_file():
            _sync(file, os.O_RDWR)
    if path.is_dir() and not path.is_symlink():
        # No system replaces a folder that is not empty.
        earlier = unfinished(path)
        path.rename(earlier)
        beside.replace(path)
        shutil.rmtree(earlier)
    else:
        beside.replace(path)
    # A new name survives a power cut only when the folder is on the disk too; not every system
    # lets a folder be opened.
    with contextlib.suppress(OSError):
        _sync(path.parent, os.O_RDONLY)


def remove_unfinished(directory: pathlib.Path) -> None:
    """Removes what killed processes have left in a folder to which no other process writes."""
    for path in directory.glob(f".*{_UNFINISHED}*"):
        _remove(path)


def _sync(path: pathlib.Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: pathlib.Path) -> None:
    # What cannot be removed is no reason to hide the error that left it.
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
