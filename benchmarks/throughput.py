"""Rounds a second of all contestants, measured in turn, and ratios of each turn."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.contestants import CONTESTANTS
from benchmarks.team import team
from benchmarks.timing import matrix_product_rate
from benchmarks.workloads import WORKLOADS


@dataclass(frozen=True)
class Measured:
    """What one contestant reached on one workload.

    Args:
        workload: Name of the game.
        contestant: Name of the way to play it.
        rates: Rounds a second, in the order of the turns.
        first_round: Seconds of the first round, tracing and compilation included.
        peak_mib: Greatest memory of the process.
    """

    workload: str
    contestant: str
    rates: list[float]
    first_round: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Median of the rates."""
        return statistics.median(self.rates)

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return asdict(self)


def measure(
    workload: str, contestants: Sequence[str], repetitions: int, say: Callable[[str], None]
) -> tuple[list[Measured], list[float]]:
    """What each contestant reaches, and the rates of matrix products between the turns."""
    num_rounds = WORKLOADS[workload].num_rounds
    products = []
    with team(workload, contestants) as players:
        first, peaks = {}, {}
        rates: dict[str, list[float]] = {name: [] for name in players}
        for name, player in players.items():
            say(f"{workload}: {name} begins")
            first[name] = player.play(1)["seconds"]
            # Compiles what a whole measurement needs beside the first round.
            player.play(num_rounds)
        for turn in range(repetitions):
            say(f"{workload}: turn {turn + 1} of {repetitions}")
            products.append(matrix_product_rate())
            for name, player in players.items():
                result = player.play(num_rounds)
                rates[name].append(num_rounds / result["seconds"])
                peaks[name] = result["peak_mib"]
    found = [Measured(workload, name, rates[name], first[name], peaks[name]) for name in players]
    return found, products


def ratios(ours: Sequence[Measured], theirs: Sequence[Measured]) -> tuple[float, float, float]:
    """Median, least and greatest ratio of the best of ours to the best of theirs, turn by turn.

    Who is best is decided by the median rate.
    """
    best, opponent = (max(group, key=lambda each: each.rate) for group in (ours, theirs))
    each = [own / other for own, other in zip(best.rates, opponent.rates, strict=True)]
    return statistics.median(each), min(each), max(each)


def of_backend(found: Sequence[Measured], backend: str, *, is_ours: bool) -> list[Measured]:
    """Those on one backend in full precision, without the tutorial's model."""
    return [
        each
        for each in found
        if (way := CONTESTANTS[each.contestant]).backend == backend
        and way.is_ours == is_ours
        and not way.changes_numbers
        and not way.is_tutorial
    ]
