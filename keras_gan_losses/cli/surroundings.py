"""What every command does before and around its work."""

import contextlib
import os
import pathlib
import sys
from collections.abc import Iterator

import keras
import typer

import keras_gan_losses


def use_backend(backend: str | None) -> None:
    """Starts anew with another backend, because Keras chooses it when it is imported."""
    if backend in (None, keras.backend.backend()):
        return
    if backend not in ("tensorflow", "jax", "torch"):
        raise typer.BadParameter(f"{backend!r}: use tensorflow, jax or torch.")
    # Safe path: what lies in the working folder, a numpy.py say, is not run.
    arguments = [sys.executable, "-P", "-m", "keras_gan_losses", *sys.argv[1:]]
    os.execve(sys.executable, arguments, _environment(backend))


def _environment(backend: str) -> dict[str, str]:
    """Environment in which the same package is found without the folder that Python began in."""
    environment = {**os.environ, "KERAS_BACKEND": backend}
    home = str(pathlib.Path(keras_gan_losses.__file__).parent.parent)
    if home not in [os.path.abspath(each) for each in sys.path[1:]]:
        known = os.environ.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([home, known] if known else [home])
    return environment


@contextlib.contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Context that ends the program with the message of an error that its user can mend."""
    try:
        yield
    except (ValueError, OSError, ImportError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(code=1) from error
