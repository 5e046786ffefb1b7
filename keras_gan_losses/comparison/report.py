"""The report of a comparison: a page that needs nothing else, and the same in Markdown."""

import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from keras_gan_losses.comparison import findings as findings_module
from keras_gan_losses.comparison import pictures
from keras_gan_losses.comparison.files import read_real_samples
from keras_gan_losses.comparison.findings import Findings, Run
from keras_gan_losses.comparison.ranking import RankedObjective
from keras_gan_losses.comparison.records import Result
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.files import write_whole
from keras_gan_losses.types import PathLike

_LOSSES = ("generator_loss", "discriminator_loss")


def write_report(directory: PathLike) -> Path:
    """Writes `report.html` and `report.md` of a comparison from what lies in its directory.

    `compare` does it at its end; call it to see what a comparison that goes on has found so far.

    Args:
        directory: Of the comparison.

    Returns:
        Path of the page.

    Raises:
        ValueError: If there is no comparison in the directory.

    Example:
    >>> write_report("nowhere")
    Traceback (most recent call last):
        ...
    ValueError: 'nowhere' holds no comparison. Run `compare` first.
    """
    with needs_extra("compare"):
        import jinja2

    directory = Path(directory)
    content = _content(Findings(directory))
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("keras_gan_losses.comparison", "templates"),
        autoescape=jinja2.select_autoescape(("html.jinja",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": findings_module.number,
        "probability": findings_module.probability,
        "words": findings_module.words,
        "described": findings_module.described,
    }
    for name in ("report.html", "report.md"):
        text = environment.get_template(name + ".jinja").render(content)
        write_whole(directory / name, text)
    return directory / "report.html"


def _content(findings: Findings) -> dict[str, object]:
    settings = findings.settings
    versions = next((run.result["versions"] for run in findings.all_runs if run.result), {})
    return {
        "title": settings["title"],
        "settings": settings,
        "versions": versions,
        "machines": sorted({run.result["machine"] for run in findings.all_runs if run.result}),
        "measure": findings.measure,
        "is_higher_better": findings.is_higher_better,
        "sentences": findings.sentences(),
        "ranking": findings.ranking,
        "overall": findings.overall_probability,
        "differences": findings.differences,
        "needed": findings_module.seeds_needed(max(2, len(findings.ranking))),
        "other_measures": _other_measures(findings),
        "stability": {name: findings.counts(name) for name in findings.runs},
        "costs": [_cost(name, runs) for name, runs in findings.runs.items()],
        "curves": _curves(findings),
        "galleries": _galleries(findings),
        "runs": [_run_line(run, findings.measure) for run in findings.all_runs],
        "colours": {name: pictures.colour(i) for i, name in enumerate(findings.runs)},
    }


def _other_measures(findings: Findings) -> dict[str, dict[str, RankedObjective]]:
    """Medians of all measures by objective."""
    return {
        measure: {line.name: line for line in findings.rank(measure)}
        for measure in findings.settings["metrics"]
    }


def _cost(name: str, runs: Sequence[Run]) -> dict[str, str | float | None]:
    results = [run.result for run in runs if run.result is not None]

    def median(key: Literal["seconds", "seconds_per_round", "peak_memory"]) -> float | None:
        values = [value for result in results if (value := result[key]) is not None]
        return statistics.median(values) if values else None

    per_round, memory = median("seconds_per_round"), median("peak_memory")
    updates = [
        seconds * result["num_rounds"] / result["measurements"][-1]["discriminator_updates"]
        for result in results
        if (seconds := result["seconds_per_round"]) is not None
    ]
    return {
        "name": name,
        "milliseconds_per_round": None if per_round is None else 1000 * per_round,
        "milliseconds_per_update": 1000 * statistics.median(updates) if updates else None,
        "seconds": median("seconds"),
        "mebibytes": None if memory is None else memory / 2**20,
    }


def _curves(findings: Findings) -> list[dict[str, str]]:
    measures = [findings.measure]
    measures += [name for name in findings.settings["metrics"] if name != findings.measure]
    drawn = []
    for measure in [*measures, *_LOSSES]:
        series = {
            name: [_series(run.result, measure) for run in runs if run.result is not None]
            for name, runs in findings.runs.items()
        }
        label = findings_module.words(measure)
        drawn.append({"label": label, "picture": pictures.curves(series, label=label)})
    return drawn


def _series(result: Result, measure: str) -> tuple[list[float], list[float]]:
    rows = result["measurements"]
    values = [row.get(measure) for row in rows]
    return (
        [row["discriminator_updates"] for row in rows],
        [math.nan if value is None else value for value in values],
    )


def _galleries(findings: Findings) -> list[dict[str, object]]:
    """For each objective the pictures of its runs."""
    real = read_real_samples(findings.directory)
    galleries: list[dict[str, object]] = []
    for name, runs in findings.runs.items():
        shown = []
        for run in runs:
            samples = run.files.samples()
            picture = (
                None
                if samples is None or run.result is None
                else pictures.samples_picture(samples, real, findings.settings["modes"])
            )
            if picture is not None:
                shown.append({"seed": run.key.seed, "state": run.state, "picture": picture})
        if shown:
            galleries.append({"name": name, "pictures": shown})
    return galleries


def _run_line(run: Run, measure: str) -> dict[str, str | float | None]:
    last = run.result["measurements"][-1] if run.result else {}
    return {
        "objective": run.key.objective,
        "seed": run.key.seed,
        "state": run.state,
        "value": last.get(measure),
        "updates": last.get("discriminator_updates"),
        "reason": run.failure if run.result is None else None,
    }
