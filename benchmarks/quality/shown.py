"""How measures and runs are named and ordered in tables and pictures."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.quality.contestants import split
from benchmarks.quality.protocol import Protocol
from benchmarks.quality.results import Line


class Shown(NamedTuple):
    """Title of a measure, and how its numbers are written."""

    title: str
    factor: float
    digits: int


SHOWN: Mapping[str, Shown] = {
    "covered_modes": Shown("modes", 1.0, 1),
    "high_quality_share": Shown("high quality, %", 100.0, 1),
    "reverse_divergence": Shown("reverse KL", 1.0, 2),
    "sliced_wasserstein_distance": Shown("sliced Wasserstein", 1.0, 3),
    "frechet_distance": Shown("Fréchet distance", 1.0, 2),
    "classified_modes": Shown("modes of 1,000", 1.0, 0),
    "mode_divergence": Shown("KL", 1.0, 2),
}


def shown_number(measure: str, value: float | None) -> str:
    """A value as tables write it, "none" where there is none.

    Example:
    >>> shown_number("high_quality_share", 0.9512), shown_number("frechet_distance", None)
    ('95.1', 'none')
    """
    shown = SHOWN[measure]
    return number(math.inf if value is None else shown.factor * value, shown.digits)


def number(value: float, digits: int) -> str:
    """A number with so many digits after the point, "none" if it is not finite."""
    return f"{value:.{digits}f}" if math.isfinite(value) else "none"


def objective_of(line: Line) -> str:
    """The objective or recipe of a run, without its learning rate."""
    return split(line["contestant"])[0]


def name_of(contestant: str, group: str) -> str:
    """What runs are called in the first column.

    Example:
    >>> name_of("hinge, 0.01", "plain"), name_of("hinge", "packs of 2")
    ('`hinge`, 0.01', '`hinge`, packs of 2')
    """
    objective, options = split(contestant)
    return ", ".join([f"`{objective}`", *filter(None, [options, told_of(group)])])


def told_of(group: str) -> str:
    """What a name says of a group: nothing if its networks are what an objective needs anyway.

    Example:
    >>> told_of("packs of 2"), told_of("autoencoder")
    ('packs of 2', '')
    """
    return group if any(word in group for word in ("packs", "updates")) else ""


def ordered(protocol: Protocol, lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of each contestant, the one of the best median score first."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        found.setdefault((line["group"], line["contestant"]), []).append(line)

    def score(of_one: Sequence[Line]) -> float:
        return statistics.median(protocol.score(line["last"]) for line in of_one)

    return sorted(found.values(), key=score, reverse=True)
