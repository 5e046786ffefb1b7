"""What every command does around its work."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

import typer

from keras_gan_losses_cli.checks import check_name

_BACKENDS = ("tensorflow", "jax", "torch")
_INTERRUPTED = 130
_SAID = "Interrupted."


@contextlib.contextmanager
def at_work(backend: str | None = None) -> Iterator[None]:
    """Context in which Keras begins with a backend, and errors end the program in one line.

    Args:
        backend: Its name; None leaves the choice to Keras.
    """
    try:
        _choose(backend)
        yield
    except (ValueError, OSError, ImportError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(code=1) from error
    except KeyboardInterrupt:
        typer.echo(_SAID, err=True)
        raise typer.Exit(code=_INTERRUPTED) from None


@contextlib.contextmanager
def imports() -> Iterator[None]:
    """Context of imports, which Ctrl-C ends at once.

    An exception within them would be swallowed by a callback of JAX, or crash TensorFlow.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, f"{_SAID}\n".encode())
    os._exit(_INTERRUPTED)


def _choose(backend: str | None) -> None:
    """Keras reads its choice when it is imported."""
    check_name("--backend", backend, _BACKENDS)
    if backend is None:
        return
    begun = sys.modules.get("keras")
    if begun is None:
        os.environ["KERAS_BACKEND"] = backend
    elif begun.config.backend() != backend:
        raise ValueError(
            f"Keras has begun with {begun.config.backend()}, and cannot change to {backend}. Run "
            f"`keras-gan-losses` for itself, or set KERAS_BACKEND={backend}."
        )
