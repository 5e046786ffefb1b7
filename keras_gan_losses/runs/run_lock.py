"""A lock on a run's directory that ends with its process, however that ends."""

import contextlib
import errno
import os
import pathlib
import platform
from collections.abc import Iterator
from typing import BinaryIO

_NAME = "lock"
# Where a link could lead, nothing shall be written. Windows knows neither such links nor the flag.
_FLAGS = os.O_RDWR | os.O_CREAT | vars(os).get("O_NOFOLLOW", 0)
_WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK)
_held: dict[pathlib.Path, BinaryIO] = {}


@contextlib.contextmanager
def locked(directory: pathlib.Path) -> Iterator[None]:
    """Context in which no other process, and nothing else in this one, may be in the same context.

    The operating system holds the lock and lets it go when the process ends, even if killed: a
    `lock` file that is left over locks nothing. Systems without such locks go unguarded between
    processes.

    Raises:
        BlockingIOError: If another is in it.
        OSError: If the file cannot be opened, or is a link.
    """
    directory = directory.resolve()
    with _opened(directory / _NAME) as file:
        if _held.setdefault(directory, file) is not file:
            raise _refusal(directory, file)
        try:
            if not _acquired(file):
                raise _refusal(directory, file)
            file.truncate(0)
            file.write(f"process {os.getpid()} on {platform.node()}\n".encode())
            yield
        finally:
            _held.pop(directory, None)


def _opened(path: pathlib.Path) -> BinaryIO:
    if path.is_symlink():
        raise OSError(f"{str(path)!r} is a link to another file. Remove it")
    return open(os.open(path, _FLAGS, 0o666), "r+b", buffering=0)


def _refusal(directory: pathlib.Path, file: BinaryIO) -> BlockingIOError:
    holder = file.read().decode(errors="replace").strip()
    return BlockingIOError(
        f"Another run is writing to {str(directory)!r} ({holder}), and two would destroy each "
        "other's checkpoints. Wait until it ends or end it, or give this run another directory."
    )


def _acquired(file: BinaryIO) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        # Not lockf, whose lock is lost as soon as anything in the process has read the file.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS:
            return True
        if isinstance(error, BlockingIOError | PermissionError):
            return False
        raise
    return True


def _leave_to_parent() -> None:
    """Keeps a forked process, one that loads data for example, from holding what is not its own."""
    for file in _held.values():
        file.close()
    _held.clear()


if "register_at_fork" in vars(os):
    os.register_at_fork(after_in_child=_leave_to_parent)
