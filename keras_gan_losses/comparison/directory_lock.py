"""One comparison at a time in a directory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from keras_gan_losses.runs.run_lock import locked


@contextlib.contextmanager
def only_comparison_in(directory: Path) -> Iterator[None]:
    """Context in which no other thread or process of this machine may be with the same directory.

    Args:
        directory: Exists.

    Raises:
        BlockingIOError: If another is in it.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(directory))
        except BlockingIOError as error:
            raise BlockingIOError(
                f"Another comparison goes on in {str(directory)!r}. Wait until it ends or end it, "
                "or use another directory."
            ) from error
        yield
