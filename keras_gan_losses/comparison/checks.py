"""What must hold before anything of a comparison is made."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from keras_gan_losses import objectives as objectives_module
from keras_gan_losses.comparison.experiment import Contestant
from keras_gan_losses.validation import check_count

# Each name is that of a directory.
_ALLOWED_IN_NAMES = set(" _-+=.,()")


def named_objectives(objectives: Sequence[str] | Mapping[str, Contestant]) -> dict[str, Contestant]:
    """Objectives by the names that they have in the comparison; of a name the function.

    A function can be sent to a process that does not know the names of this one.

    Raises:
        ValueError: If there are none, one is unknown or occurs twice, or a name cannot be that of
            a directory.
        TypeError: If one without a name is no name.

    Example:
    >>> sorted(named_objectives(["wgan_gp", "lsgan"]))
    ['lsgan', 'wgan_gp']
    """
    if isinstance(objectives, str) or not objectives:
        raise ValueError(
            "`objectives` must be several names, or a dictionary of names and objectives. "
            f'Received: objectives={objectives!r}. Use ["lsgan", "wgan_gp"] for example.'
        )
    named = _by_name(objectives)
    for name in named:
        if (
            not name
            or not all(c.isalnum() or c in _ALLOWED_IN_NAMES for c in name)
            or name[0] == "."
        ):
            raise ValueError(
                "The name of an objective must do for a directory: letters, digits, spaces and "
                f"_-+=.,() only. Received: {name!r}."
            )
    return {
        name: objectives_module.maker(objective) if isinstance(objective, str) else objective
        for name, objective in named.items()
    }


def _by_name(objectives: Sequence[str] | Mapping[str, Contestant]) -> dict[str, Contestant]:
    if isinstance(objectives, Mapping):
        return dict(objectives)
    for objective in objectives:
        if not isinstance(objective, str):
            raise TypeError(
                "`objectives` in a list are names. Received: "
                f'{objective!r}. Give others a name: {{"mine": objective}}.'
            )
    named: dict[str, Contestant] = {name: name for name in objectives}
    if len(named) < len(objectives):
        raise ValueError(f"An objective is named twice. Received: {list(objectives)}.")
    return named


def seed_numbers(seeds: int | Sequence[int]) -> list[int]:
    """The seeds themselves.

    Raises:
        ValueError: If there are none, or one is no whole number or occurs twice.

    Example:
    >>> seed_numbers(3), seed_numbers([7, 9])
    ([0, 1, 2], [7, 9])
    """
    advice = "Use 5 for the seeds 0 to 4, or list the seeds."
    if not isinstance(seeds, Sequence):
        check_count("seeds", seeds, advice=advice)
        return list(range(seeds))
    for seed in seeds:
        check_count("seeds", seed, minimum=0, advice=advice)
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(f"`seeds` must be different, at least one. Received: {seeds!r}. {advice}")
    return list(seeds)


def check_directory(directory: Path) -> None:
    """Makes the directory, and raises if nothing can be written there.

    Raises:
        OSError: If so.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        trial = directory / f".trial.{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(
            f"Nothing can be written to {str(directory)!r}: {error}. Use another directory."
        ) from error
