"""Writes the tables of docs/benchmarks.md: `python -m benchmarks.quality.pages`.

`--samples DIRECTORY`, the `--out` of the runs, draws the picture of samples anew.
"""

import argparse
import math
import pathlib
import statistics
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.quality import results
from benchmarks.quality.protocol import Protocol
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.results import Line
from benchmarks.quality.stages import STAGES
from benchmarks.tables import table

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "images" / "quality_ring.png"
_GROUPS_IN_NAMES = ("packs of 2", "packs of 4", "40,000 updates")
_SHOWN = {
    "covered_modes": ("modes", 1.0, 1),
    "high_quality_share": ("high quality, %", 100.0, 1),
    "reverse_divergence": ("reverse KL", 1.0, 2),
    "sliced_wasserstein_distance": ("sliced Wasserstein", 1.0, 3),
    "frechet_distance": ("Fréchet distance", 1.0, 2),
    "classified_modes": ("modes of 1,000", 1.0, 0),
    "mode_divergence": ("KL", 1.0, 2),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes each table between its two markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path)
    options = parser.parse_args(arguments)
    PAGE.write_text(written(PAGE.read_text()))
    if options.samples is not None:
        draw(options.samples / "ring", PICTURE)


def written(page: str) -> str:
    """The page with its tables made anew."""
    for name, protocol in PROTOCOLS.items():
        lines = results.read(results.DIRECTORY / f"{name}.jsonl")
        for stage in STAGES:
            begin = f"<!-- {name}, {stage}: written by python -m benchmarks.quality.pages -->"
            end = f"<!-- /{name}, {stage} -->"
            if begin in page:
                head, rest = page.split(begin)
                of_stage = [line for line in lines if line["stage"] == stage]
                made = stage_table(protocol, of_stage) + not_played(protocol, stage, of_stage)
                page = f"{head}{begin}\n{made}\n{end}{rest.split(end)[1]}"
    return page


def stage_table(protocol: Protocol, lines: Sequence[Line]) -> str:
    """A row for each contestant, the best median score first."""
    if not lines:
        return "Not run."
    shown = [name for name in _SHOWN if any(name in line["last"] for line in lines)]
    header = ["", "score", *(_SHOWN[name][0] for name in shown), "runs", "s"]
    return table(header, (_row(protocol, of_one, shown) for of_one in ordered(protocol, lines)))


def not_played(protocol: Protocol, stage: str, lines: Iterable[Line]) -> str:
    """A sentence that names the objectives or recipes without a run, if others have one."""
    played = {(line["group"], _objective(line)) for line in lines}
    if stage == "recipes":
        played |= {(line["group"], line["contestant"]) for line in lines}
    missing = sorted(
        {
            f"`{name}`"
            for group_name, group in protocol.groups.items()
            for name in (group.recipes if stage == "recipes" else group.objectives)
            if (group_name, name) not in played
        }
    )
    return f"\n\nNot run: {', '.join(missing)}." if played and missing else ""


def _objective(line: Line) -> str:
    return line["contestant"].partition(", ")[0]


def ordered(protocol: Protocol, lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of each contestant, the one of the best median score first."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        found.setdefault((line["group"], line["contestant"]), []).append(line)

    def score(of_one: Sequence[Line]) -> float:
        return statistics.median(protocol.score(line["last"]) for line in of_one)

    return sorted(found.values(), key=score, reverse=True)


def _row(protocol: Protocol, lines: Sequence[Line], shown: Sequence[str]) -> list[str]:
    scores = [protocol.score(line["last"]) for line in lines]
    values = ([line["last"].get(name) for line in lines] for name in shown)
    cells = (
        spread(of_measure, factor=_SHOWN[name][1], digits=_SHOWN[name][2])
        for name, of_measure in zip(shown, values, strict=True)
    )
    seconds = statistics.median(line["seconds"] for line in lines)
    return [_name(lines[0]), spread(scores, digits=2), *cells, str(len(lines)), f"{seconds:.1f}"]


def _name(line: Line) -> str:
    objective, _, options = line["contestant"].partition(", ")
    name = f"`{objective}`" + (f", {options}" if options else "")
    return f"{name}, {line['group']}" if line["group"] in _GROUPS_IN_NAMES else name


def spread(values: Sequence[float | None], *, factor: float = 1.0, digits: int) -> str:
    """Median and middle half; a value that a run has none of counts as infinite.

    Example:
    >>> spread([1.0, 2.0, 3.0, 4.0, 9.0], digits=1)
    '3.0 (2.0–4.0)'
    """
    from keras_gan_losses.comparison.ranking import quantile

    known = [math.inf if value is None else factor * value for value in values]
    median, low, high = (_number(quantile(known, share), digits) for share in (0.5, 0.25, 0.75))
    return f"{median} ({low}–{high})"


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "none"


def draw(directory: pathlib.Path, picture: pathlib.Path, num_shown: int = 12) -> None:
    """Draws samples of the first seed of tuned objectives, from the best to the worst."""
    from matplotlib.figure import Figure

    protocol = PROTOCOLS["ring"]
    lines = results.read(results.DIRECTORY / "ring.jsonl")
    is_shown = {group: group not in _GROUPS_IN_NAMES for group in protocol.groups}
    tuned = [line for line in lines if line["stage"] == "tuned" and is_shown[line["group"]]]
    ranked = ordered(protocol, tuned)
    chosen = [ranked[place] for place in np.linspace(0, len(ranked) - 1, num_shown).astype(int)]
    figure = Figure((8.4, 2.9), layout="constrained")
    for axes, of_one in zip(figure.subplots(2, num_shown // 2).flat, chosen, strict=True):
        samples = _samples(directory, of_one)
        axes.scatter(*samples.T, s=1.0, alpha=0.5, linewidths=0, color="#0072B2")
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), xticks=(), yticks=(), aspect="equal")
        axes.set_title(_objective(of_one[0]), fontsize=8)
    figure.savefig(picture, dpi=100)


def _samples(directory: pathlib.Path, lines: Sequence[Line]) -> np.ndarray:
    one: Mapping[str, object] = lines[0]
    place = directory / "tuned" / str(one["group"]) / "runs" / str(one["contestant"])
    return np.load(place / str(one["seed"]) / "samples.npy", allow_pickle=False)


if __name__ == "__main__":
    main()
