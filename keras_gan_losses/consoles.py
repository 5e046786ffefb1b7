"""Where progress is shown, so that it can be read on terminals, in files and in notebooks."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def progress_console(*, shows_progress: bool = True) -> "Console":
    """Console that has bars on a terminal, where `is_terminal` is true, and lines elsewhere.

    In a notebook rich's bars need ipywidgets: without them each warns and leaves empty outputs,
    with them nothing is kept in the file.

    Args:
        shows_progress: Whether anything is shown.

    Example:
    >>> progress_console().print("1 of 8")
    1 of 8
    """
    from rich.console import Console

    usual = Console(quiet=not shows_progress)
    if not usual.is_jupyter:
        return usual
    # Kernels ask for colours by a variable that rich takes for a terminal.
    return Console(quiet=not shows_progress, force_jupyter=False, force_terminal=False)
