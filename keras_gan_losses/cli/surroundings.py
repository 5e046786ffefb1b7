"""What every command does before and around its work."""

import contextlib
import os
import sys
from collections.abc import Iterator

import keras
import typer


def use_backend(backend: str | None) -> None:
    """Starts anew with another backend, because Keras chooses it when it is imported."""
    if backend in (None, keras.backend.backend()):
        return
    if backend not in ("tensorflow", "jax", "torch"):
        raise typer.BadParameter(f"{backend!r}: use tensorflow, jax or torch.")
    arguments = [sys.executable, "-m", "keras_gan_losses", *sys.argv[1:]]
    os.execve(sys.executable, arguments, {**os.environ, "KERAS_BACKEND": backend})


@contextlib.contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Context that ends the program with the message of an error that its user can mend."""
    try:
        yield
    except (ValueError, OSError, ImportError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(code=1) from error
