"""Packages that not every installation has, because only some features need them."""

import contextlib
import importlib
import importlib.util
from collections.abc import Iterator

_BACKENDS = ("tensorflow", "jax", "torch")


@contextlib.contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Context of imports that an extra of the installation brings.

    Args:
        extra: Its name, as in `pip install "keras-gan-losses[plots]"`.

    Raises:
        ImportError: If one of the packages is not installed, with the command that does.

    Example:
    >>> with needs_extra("plots"):
    ...     import no_such_package
    Traceback (most recent call last):
        ...
    ImportError: no_such_package is not installed. Run: pip install "keras-gan-losses[plots]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise ImportError(
            f'{package} is not installed. Run: pip install "keras-gan-losses[{extra}]"',
            name=error.name,
        ) from error


def check_extra(extra: str, *modules: str) -> None:
    """Raises where a feature that needs modules is asked for, long before it imports them.

    Args:
        extra: Name of the extra that brings them.
        *modules: What is needed.

    Raises:
        ImportError: If one cannot be found.

    Example:
    >>> check_extra("metrics", "math")
    """
    with needs_extra(extra):
        for module in modules:
            importlib.import_module(module)


def check_backend() -> None:
    """Raises if the library that Keras begins with is not installed.

    Raises:
        ImportError: With those that would do.

    Example:
    >>> check_backend()
    """
    try:
        import keras  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name not in _BACKENDS:
            raise
        installed = [name for name in _BACKENDS if importlib.util.find_spec(name)]
        advice = f"Set KERAS_BACKEND={' or KERAS_BACKEND='.join(installed)}, which is."
        if not installed:
            advice = "Install one of tensorflow, jax and torch: pip install jax, KERAS_BACKEND=jax."
        raise ImportError(
            f"Keras begins with {error.name}, which is not installed. {advice}", name=error.name
        ) from error
