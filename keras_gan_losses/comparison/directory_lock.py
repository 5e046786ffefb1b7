"""One comparison at a time in a directory."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from keras_gan_losses.runs.run_lock import locked

_guard = threading.Lock()
_taken: set[Path] = set()


@contextlib.contextmanager
def only_comparison_in(directory: Path) -> Iterator[None]:
    """Context in which no other thread or process of this machine may be with the same directory.

    Args:
        directory: Exists.

    Raises:
        BlockingIOError: If another is in it.
    """
    path = directory.resolve()
    # The operating system's lock is one for all threads of a process.
    with _guard:
        if path in _taken:
            raise BlockingIOError(_said(directory))
        _taken.add(path)
    try:
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(path))
            except BlockingIOError as error:
                raise BlockingIOError(_said(directory)) from error
            yield
    finally:
        with _guard:
            _taken.remove(path)


def _said(directory: Path) -> str:
    return (
        f"Another comparison goes on in {str(directory)!r}. Wait until it ends or end it, or use "
        "another directory."
    )
