"""Checks of arguments that need nothing of Keras, and so come before it is imported."""

import difflib
from collections.abc import Iterable
from pathlib import Path


def check_name(option: str, name: str | None, valid: Iterable[str]) -> None:
    """Raises a ValueError that suggests the nearest valid name, unless `name` is one, or None."""
    known = sorted(valid)
    if name is None or name in known:
        return
    near = difflib.get_close_matches(name, known)
    # Of names equally near, two exchanged letters are the likelier slip.
    near.sort(key=lambda valid_name: sorted(valid_name) != sorted(name))
    suggestion = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{option} has no {name!r}.{suggestion} Valid names: {', '.join(known)}.")


def check_one(
    first: str, first_value: float | None, second: str, second_value: float | None
) -> None:
    """Raises a ValueError if two options that say the same are both given."""
    if first_value is not None and second_value is not None:
        raise ValueError(
            f"Give {first} or {second}. Received: {first} {first_value:g} and {second} "
            f"{second_value:g}."
        )


def listed(names: str) -> list[str]:
    """Names with commas between them.

    Example:
    >>> listed("lsgan, wgan_gp")
    ['lsgan', 'wgan_gp']
    """
    return [name.strip() for name in names.split(",") if name.strip()]


def is_path(name: str) -> bool:
    """Whether somebody means a file or a folder, though there may be none.

    Example:
    >>> is_path("mnist"), is_path("pictures/"), is_path("x.npy")
    (False, True, True)
    """
    return any(mark in name for mark in ("/", "\\", ".")) or name.startswith("~")


def check_data(name: str) -> None:
    """Raises a FileNotFoundError if data are meant to lie at a path, and do not."""
    if is_path(name) and not Path(name).exists():
        raise FileNotFoundError(f"There is no file or folder {name}.")


def share_of(validation: str) -> float | None:
    """The share that `--validation` names, or None if it names a path.

    Raises:
        ValueError: If it is a number that is no share.
        FileNotFoundError: If there is nothing at the path.

    Example:
    >>> share_of("0.1")
    0.1
    """
    try:
        share = float(validation)
    except ValueError:
        if Path(validation).exists():
            return None
        raise FileNotFoundError(
            f"--validation takes a share, such as 0.1, or a path. There is no {validation}."
        ) from None
    if 0.0 < share < 1.0:
        return share
    raise ValueError(f"--validation takes a share between 0 and 1. Received: {validation}.")


def check_model(path: Path) -> None:
    """Raises a FileNotFoundError if there is no such file."""
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}. Give the file that `gan.save` wrote.")
