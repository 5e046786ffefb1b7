"""Results as lines of JSON, small enough to lie beside the code."""

import json
import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from benchmarks.quality.contestants import split
from keras_gan_losses.comparison import ComparedRuns

DIRECTORY = pathlib.Path(__file__).parent / "results"


class Line(TypedDict):
    """One run: what was played, by which versions, and what was measured at its end."""

    stage: str
    group: str
    contestant: str
    seed: int
    status: str
    updates: int
    versions: str
    seconds: float
    last: Mapping[str, float | None]


def lines_of(stage: str, group: str, compared: ComparedRuns, metrics: Sequence[str]) -> list[Line]:
    """The lines of finished runs."""
    return [_line(stage, group, result, metrics) for result in compared.results]


def read(path: pathlib.Path) -> list[Line]:
    """Lines of a protocol, none before its first run."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def merged(known: Iterable[Line], new: Iterable[Line]) -> list[Line]:
    """Lines in order, of which new ones replace those of the same run.

    Of a tuned objective, that is the run with whatever learning rate was thought the best before.
    """
    by_run = {_key(line): line for line in [*known, *new]}
    return [by_run[key] for key in sorted(by_run)]


def write(path: pathlib.Path, lines: Sequence[Line]) -> None:
    """Writes all lines of a protocol."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text)


def played_with(versions: Mapping[str, str]) -> str:
    """Keras and its backend in words."""
    backend = versions["backend"]
    return f"keras {versions['keras']}, {backend} {versions[backend]}"


def rounded(value: float | None) -> float | None:
    """Five digits of a value, or None if it is none."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")


def _key(line: Line) -> tuple[str, str, str, int]:
    contestant = line["contestant"]
    if line["stage"] == "tuned":
        contestant, _ = split(contestant)
    return line["stage"], line["group"], contestant, line["seed"]


def _line(stage: str, group: str, result: Any, metrics: Sequence[str]) -> Line:
    last = result["measurements"][-1]
    return {
        "stage": stage,
        "group": group,
        "contestant": result["objective"],
        "seed": result["seed"],
        "status": result["status"],
        "updates": last["discriminator_updates"],
        "versions": played_with(result["versions"]),
        "seconds": round(result["seconds"], 2),
        "last": {name: rounded(last.get(name)) for name in metrics},
    }
