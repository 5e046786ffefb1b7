"""Writes the tables of docs/benchmarks.md: `python -m benchmarks.quality.pages`.

`--samples DIRECTORY`, the `--out` of the runs, draws pictures of samples anew, where they are.
"""

import argparse
import math
import pathlib
import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.quality import pictures, published, real, results
from benchmarks.quality.protocol import Protocol
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.results import Line
from benchmarks.quality.shown import SHOWN, name_of, number, objective_of, ordered
from benchmarks.quality.stages import STAGES
from benchmarks.tables import table

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURES = ROOT / "docs" / "images"


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes each table between its two markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path)
    options = parser.parse_args(arguments)
    PAGE.write_text(written(PAGE.read_text()))
    if options.samples is not None:
        for name in PROTOCOLS:
            pictures.draw(name, options.samples / name, PICTURES / f"quality_{name}.png")


def written(page: str) -> str:
    """The page with its tables made anew."""
    known = {name: results.read(results.DIRECTORY / f"{name}.jsonl") for name in PROTOCOLS}
    page = _put(page, "costs", cost_table(known))
    for name, protocol in PROTOCOLS.items():
        lines = known[name]
        reals = [line for line in lines if line["stage"] == real.STAGE]
        for stage in STAGES:
            of_stage = [line for line in lines if line["stage"] == stage]
            made = stage_table(protocol, of_stage, reals) + not_played(protocol, stage, of_stage)
            page = _put(page, f"{name}, {stage}", made)
        if name in published.PAPERS:
            page = _put(page, f"{name}, papers", published.beside(published.PAPERS[name], lines))
    return page


def _put(page: str, title: str, made: str) -> str:
    begin = f"<!-- {title}: written by python -m benchmarks.quality.pages -->"
    end = f"<!-- /{title} -->"
    if begin not in page:
        return page
    head, rest = page.split(begin)
    return f"{head}{begin}\n{made}\n{end}{rest.split(end)[1]}"


def stage_table(protocol: Protocol, lines: Sequence[Line], reals: Sequence[Line] = ()) -> str:
    """A row for each contestant, the best median score first, and one for real samples."""
    if not lines:
        return "Not run."
    shown = [name for name in SHOWN if any(name in line["last"] for line in lines)]
    title = [] if _is_measure(protocol, lines, shown) else ["score"]
    header = ["", *title, *(SHOWN[name].title for name in shown), "runs", "s"]
    rows = [_row(protocol, of_one, shown, bool(title)) for of_one in ordered(protocol, lines)]
    if reals:
        rows.append(["real samples", *_row(protocol, reals, shown, bool(title))[1:-1], "–"])
    return table(header, rows)


def _is_measure(protocol: Protocol, lines: Iterable[Line], shown: Iterable[str]) -> bool:
    """Whether the score is one of the measures with its sign turned, which need not stand twice."""
    pairs = [(protocol.score(line["last"]), line["last"]) for line in lines]
    return any(all(last.get(name) in (None, -score) for score, last in pairs) for name in shown)


def cost_table(known: Mapping[str, Iterable[Line]]) -> str:
    """How many runs each protocol has, with what they were played, and how long they trained."""
    rows = []
    for name, lines in known.items():
        runs = [line for line in lines if line["stage"] != real.STAGE]
        if runs:
            hours = sum(line["seconds"] for line in runs) / 3600.0
            played = ", ".join(sorted({line["versions"] for line in runs}))
            updates = f"{sum(line['updates'] for line in runs) / 1e6:.2f}"
            rows.append([f"`{name}`", str(len(runs)), updates, f"{hours:.2f}", played])
    return table(["`--protocol`", "runs", "million updates", "hours of training", "with"], rows)


def not_played(protocol: Protocol, stage: str, lines: Iterable[Line]) -> str:
    """A sentence that names the objectives or recipes without a run, if others have one."""
    played = {(line["group"], objective_of(line)) for line in lines}
    if stage == "recipes":
        played |= {(line["group"], line["contestant"]) for line in lines}
    missing = sorted(
        {
            name_of(name, group_name)
            for group_name, group in protocol.groups.items()
            for name in (group.recipes if stage == "recipes" else group.objectives)
            if (group_name, name) not in played
        }
    )
    return f"\n\nNot run: {'; '.join(missing)}." if played and missing else ""


def _row(
    protocol: Protocol, lines: Sequence[Line], shown: Sequence[str], has_score: bool
) -> list[str]:
    scores = [protocol.score(line["last"]) for line in lines] if has_score else []
    cells = (
        spread(
            [line["last"].get(name) for line in lines],
            factor=SHOWN[name].factor,
            digits=SHOWN[name].digits,
        )
        for name in shown
    )
    seconds = statistics.median(line["seconds"] for line in lines)
    return [
        name_of(lines[0]["contestant"], lines[0]["group"]),
        *([spread(scores, digits=2)] if scores else []),
        *cells,
        str(len(lines)),
        f"{seconds:.1f}",
    ]


def spread(values: Sequence[float | None], *, factor: float = 1.0, digits: int) -> str:
    """Median and middle half; a value that a run has none of counts as infinite.

    Example:
    >>> spread([1.0, 2.0, 3.0, 4.0, 9.0], digits=1)
    '3.0 (2.0–4.0)'
    """
    from keras_gan_losses.comparison.ranking import quantile

    known = [math.inf if value is None else factor * value for value in values]
    median, low, high = (number(quantile(known, share), digits) for share in (0.5, 0.25, 0.75))
    return f"{median} ({low}–{high})"


if __name__ == "__main__":
    main()
