"""Figures that papers have published for a protocol, and the table of them beside ours."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.quality.results import Line
from benchmarks.quality.shown import SHOWN, objective_of, shown_number
from benchmarks.tables import table


class Figures(NamedTuple):
    """One row of a paper's table: what it calls it, which of our runs it is, and its means."""

    name: str
    group: str
    objective: str
    means: Mapping[str, float]


class Paper(NamedTuple):
    """A paper by the name that tables call it, and its figures."""

    name: str
    rows: Sequence[Figures]


def _pacgan(name: str, group: str, modes: float, quality: float, divergence: float) -> Figures:
    return Figures(
        name,
        group,
        "non_saturating",
        {
            "covered_modes": modes,
            "high_quality_share": quality,
            "reverse_divergence": divergence,
        },
    )


def _created_equal(means: Mapping[str, float]) -> Paper:
    rows = [
        Figures(name, "plain", name, {"frechet_distance": mean}) for name, mean in means.items()
    ]
    return Paper("Are GANs created equal?", rows)


PAPERS: Mapping[str, Paper] = {
    # Tables of arXiv:1712.04086, means of ten runs.
    "ring": Paper(
        "PacGAN",
        [
            _pacgan("GAN", "plain", 6.3, 0.982, 0.45),
            _pacgan("packs of 2", "packs of 2", 7.9, 0.956, 0.07),
            _pacgan("packs of 4", "packs of 4", 7.8, 0.959, 0.07),
        ],
    ),
    "grid": Paper(
        "PacGAN",
        [
            _pacgan("GAN", "plain", 17.3, 0.948, 0.70),
            _pacgan("packs of 2", "packs of 2", 23.8, 0.913, 0.13),
            _pacgan("packs of 4", "packs of 4", 24.8, 0.936, 0.04),
        ],
    ),
    "stacked_mnist": Paper(
        "PacGAN",
        [
            Figures(
                "DCGAN",
                "plain",
                "non_saturating",
                {"classified_modes": 78.5, "mode_divergence": 5.21},
            )
        ],
    ),
    # Table 2 of arXiv:1711.10337, of Inception's features and the best of 100 settings.
    "mnist": _created_equal(
        {
            "wgan": 6.7,
            "non_saturating": 6.8,
            "dragan": 7.6,
            "lsgan": 7.8,
            "minimax": 9.8,
            "wgan_gp": 20.3,
        }
    ),
}
_OURS = {"published": "as published", "tuned": "tuned"}


def beside(paper: Paper, lines: Iterable[Line]) -> str:
    """A row for each of the paper's, with the means of our runs of either stage behind its own."""
    lines = list(lines)
    measures = list(dict.fromkeys(name for row in paper.rows for name in row.means))
    stages = [stage for stage in _OURS if any(line["stage"] == stage for line in lines)]
    whose = " / ".join([paper.name, *(_OURS[stage] for stage in stages)])
    header = ["", *(f"{SHOWN[name].title}: {whose}" for name in measures)]
    return table(header, [[row.name, *_cells(row, measures, stages, lines)] for row in paper.rows])


def _cells(
    row: Figures, measures: Sequence[str], stages: Sequence[str], lines: Sequence[Line]
) -> Iterable[str]:
    for measure in measures:
        ours = [
            _mean(
                line["last"].get(measure)
                for line in lines
                if (line["stage"], line["group"], objective_of(line))
                == (stage, row.group, row.objective)
            )
            for stage in stages
        ]
        yield " / ".join(shown_number(measure, value) for value in [row.means.get(measure), *ours])


def _mean(values: Iterable[float | None]) -> float | None:
    found = list(values)
    known = [value for value in found if value is not None]
    # Of some runs only it would be the mean of the better ones.
    return statistics.fmean(known) if known and len(known) == len(found) else None
