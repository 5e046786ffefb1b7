"""A lock on a run's directory that ends with its process, however that ends."""

import contextlib
import os
import pathlib
import platform
from collections.abc import Iterator
from typing import IO

_NAME = "lock"


@contextlib.contextmanager
def locked(directory: pathlib.Path) -> Iterator[None]:
    """Context in which no other process may be in the same context.

    The operating system holds the lock and lets it go when the process ends, even if killed: a
    `lock` file that is left over locks nothing. Systems without POSIX locks go unguarded.

    Raises:
        BlockingIOError: If another process is in it.
    """
    with (directory / _NAME).open("a+") as file:
        if not _acquired(file):
            file.seek(0)
            raise BlockingIOError(
                f"Another run is writing to {str(directory)!r} ({file.read().strip()}), and two "
                "would destroy each other's checkpoints. Wait until it ends or end it, or give "
                "this run another directory."
            )
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()} on {platform.node()}\n")
        file.flush()
        yield


def _acquired(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        # Not flock: processes that load data would inherit that and hold it after our death.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
