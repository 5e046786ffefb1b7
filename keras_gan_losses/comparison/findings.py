"""What a comparison has found: the numbers and sentences of its report."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keras_gan_losses.comparison import ranking as ranking_module
from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.comparison.files import RunFiles, read_settings
from keras_gan_losses.comparison.ranking import Difference, RankedObjective
from keras_gan_losses.comparison.records import Description, Result


@dataclass(frozen=True)
class Run:
    """One run of the comparison, finished or not.

    Args:
        key: Which.
        result: What it has found, or None.
        failure: Why it has no result, if it failed.
        files: Where it lies.
    """

    key: RunKey
    result: Result | None
    failure: str | None
    files: RunFiles

    @property
    def state(self) -> str:
        """One word for how the run ended.

        It is "completed", "collapsed", "diverged", "failed" or "missing".
        """
        if self.result is None:
            return "missing" if self.failure is None else "failed"
        if self.result["status"] == "completed" and self.result["has_collapsed"]:
            return "collapsed"
        return self.result["status"]


class Findings:
    """Reads a comparison, and derives what its report says.

    Args:
        directory: Of the comparison.

    Raises:
        ValueError: If there is no comparison in the directory.
    """

    def __init__(self, directory: Path) -> None:
        settings = read_settings(directory)
        if settings is None:
            raise ValueError(f"{str(directory)!r} holds no comparison. Run `compare` first.")
        self.settings = settings
        self.directory = directory
        self.measure = settings["rank_by"]
        self.is_higher_better = settings["metrics"][self.measure]
        self.runs = {
            name: [self._run(RunKey(name, seed)) for seed in settings["seeds"]]
            for name in settings["objectives"]
        }
        self.ranking = self.rank(self.measure)

    def rank(self, measure: str) -> list[RankedObjective]:
        """Objectives by a measure, the best first; those without a result are left out."""
        is_higher_better = self.settings["metrics"][measure]
        values = {
            name: [
                ranking_module.final_value(run.result, measure, is_higher_better=is_higher_better)
                for run in runs
                if run.result is not None
            ]
            for name, runs in self.runs.items()
        }
        return ranking_module.rank(values, is_higher_better=is_higher_better)

    @property
    def overall_probability(self) -> float | None:
        """Of such differences, were all objectives the same; None if it cannot be told."""
        return ranking_module.overall_probability([line.values for line in self.ranking])

    @property
    def differences(self) -> list[Difference]:
        """Of all pairs."""
        return ranking_module.differences(self.ranking)

    @property
    def all_runs(self) -> list[Run]:
        """Runs of all objectives."""
        return [run for runs in self.runs.values() for run in runs]

    def counts(self, name: str) -> dict[str, int]:
        """How many runs of an objective ended in each way."""
        states = [run.state for run in self.runs[name]]
        ways = ("completed", "collapsed", "diverged", "failed", "missing")
        return {way: states.count(way) for way in ways}

    def sentences(self) -> list[str]:
        """The findings in plain words."""
        if not self.ranking:
            return ["No run has a result: see the list of runs for the reasons."]
        said = [self._winner(), self._certainty()]
        return [sentence for sentence in [*said, *self._troubles()] if sentence]

    def _run(self, key: RunKey) -> Run:
        files = RunFiles(self.directory, key)
        return Run(key, files.result(), files.failure(), files)

    def _winner(self) -> str:
        best = self.ranking[0]
        order = "highest" if self.is_higher_better else "lowest"
        low, high = best.quartiles
        return (
            f"Of {len(self.runs)} objectives, {best.name} ended with the {order} median "
            f"{words(self.measure)}: {number(best.median)}, with the middle half of its "
            f"{len(best.values)} runs between {number(low)} and {number(high)}."
        )

    def _certainty(self) -> str:
        if len(self.ranking) < 2:
            return ""
        fewest = min(len(line.values) for line in self.ranking)
        overall, needed = self.overall_probability, seeds_needed(len(self.ranking))
        if overall is None:
            return (
                f"With {fewest} {'run' if fewest == 1 else 'runs'} of an objective nothing can be "
                f"said about chance: use at least {needed} seeds."
            )
        if overall > ranking_module.SIGNIFICANCE:
            return (
                "The differences between the objectives may be chance (Kruskal–Wallis test, "
                f"{probability(overall)}): more seeds may show more."
            )
        said = (
            "That all objectives are equally good is unlikely (Kruskal–Wallis test, "
            f"{probability(overall)})."
        )
        return f"{said} {self._rivals(fewest, needed)}"

    def _rivals(self, fewest: int, needed: int) -> str:
        best = self.ranking[0].name
        beaten = [d.worse for d in self.differences if d.better == best and d.is_significant]
        rivals = [line.name for line in self.ranking[1:] if line.name not in beaten]
        if not beaten and fewest < needed:
            return (
                f"But {fewest} seeds are too few to tell any two of {len(self.ranking)} objectives "
                f"apart with confidence: that takes at least {needed}."
            )
        said = f"{best} is better than {listed(beaten)} by more than chance explains. " * bool(
            beaten
        )
        if rivals:
            said += f"Whether it is better than {listed(rivals)} these runs do not tell."
        return said.strip()

    def _troubles(self) -> list[str]:
        said = []
        verbs = {
            "collapsed": "collapsed, that is, much of the data is missing from their samples",
            "diverged": "diverged, that is, came to values that are not finite",
            "failed": "failed and are not counted",
            "missing": "have not been played",
        }
        for way, verb in verbs.items():
            counts = {name: self.counts(name)[way] for name in self.runs}
            parts = [f"{n} of {name}" for name, n in counts.items() if n]
            if parts:
                said.append(f"Runs that {verb}: {listed(parts)}.")
        return said or ["No run collapsed, diverged or failed."]


def seeds_needed(num_objectives: int) -> int:
    """Least number of seeds that can tell two of so many objectives apart."""
    return ranking_module.seeds_needed(num_objectives)


def words(name: str) -> str:
    """A name in the logs as words.

    Example:
    >>> words("sliced_wasserstein_distance")
    'sliced Wasserstein distance'
    """
    proper = {"wasserstein": "Wasserstein", "frechet": "Fréchet"}
    return " ".join(proper.get(word, word) for word in name.split("_"))


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence.

    Example:
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def number(value: float | None) -> str:
    """A number with three digits that count; an infinite one stands for no value at all.

    Example:
    >>> number(0.012345), number(12345.6), number(None)
    ('0.0123', '12,346', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def probability(value: float) -> str:
    """A probability as reports give it.

    Example:
    >>> probability(0.00001), probability(0.0317)
    ('p < 0.001', 'p = 0.032')
    """
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def described(description: Description) -> str:
    """Settings of an objective in a line.

    Example:
    >>> described({"class": "R1", "settings": {"gamma": 10.0}})
    'R1(gamma=10)'
    """
    values = description["settings"].items()
    shown = (f"{k}={v:g}" if isinstance(v, float) else f"{k}={v}" for k, v in values)
    return f"{description['class']}({', '.join(shown)})"
