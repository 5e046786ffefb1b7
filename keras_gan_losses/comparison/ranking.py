"""Which objective is best, and whether the seeds are enough to say so."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keras_gan_losses.comparison.records import Result
from keras_gan_losses.extras import needs_extra

# The usual one of a scientific report.
SIGNIFICANCE = 0.05


@dataclass(frozen=True, kw_only=True)
class RankedObjective:
    """Holds one line of the ranking.

    Args:
        name: Of the objective.
        values: Final value of each run, infinitely bad where the run diverged.
        median: Of the values.
        quartiles: The first and the third.
    """

    name: str
    values: tuple[float, ...]
    median: float
    quartiles: tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """Holds whether two objectives differ by more than chance would explain.

    Args:
        better: The one that is ranked before the other.
        worse: The other.
        probability: Corrected probability of such a difference, were both the same.
    """

    better: str
    worse: str
    probability: float

    @property
    def is_significant(self) -> bool:
        """Whether chance is an unlikely explanation."""
        return self.probability <= SIGNIFICANCE


def final_value(result: Result, measure: str, *, is_higher_better: bool) -> float:
    """Value of a run at its end; the worst there is if it diverged or has none.

    Example:
    >>> result = {"status": "completed", "measurements": [{"x": 2.0}, {"x": 1.0}]}
    >>> final_value(result, "x", is_higher_better=False)
    1.0
    """
    value = result["measurements"][-1].get(measure)
    if result["status"] != "completed" or value is None:
        return -math.inf if is_higher_better else math.inf
    return float(value)


def rank(values: Mapping[str, Sequence[float]], *, is_higher_better: bool) -> list[RankedObjective]:
    """Objectives from the best median to the worst; equal ones by their mean place.

    Args:
        values: Final values of each objective's runs; those without any are left out.
        is_higher_better: Whether a greater value is a better one.

    Example:
    >>> [one.name for one in rank({"a": [3.0, 1.0], "b": [1.0, 1.5]}, is_higher_better=False)]
    ['b', 'a']
    """
    lines = [
        RankedObjective(
            name=name,
            values=tuple(given),
            median=quantile(given, 0.5),
            quartiles=(quantile(given, 0.25), quantile(given, 0.75)),
        )
        for name, given in values.items()
        if given
    ]
    sign = -1.0 if is_higher_better else 1.0
    return sorted(lines, key=lambda line: (sign * line.median, sign * float(np.mean(line.values))))


def quantile(values: Sequence[float], share: float) -> float:
    """Quantile with linear interpolation, where infinite values are allowed.

    Example:
    >>> quantile([1.0, 2.0, math.inf], 0.5)
    2.0
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low if low == high else low + (high - low) * (place % 1.0) if place % 1.0 else low


def overall_probability(groups: Sequence[Sequence[float]]) -> float | None:
    """Probability of such differences among all groups, were all the same.

    By the Kruskal–Wallis test, whose approximation needs at least three values in each of at
    least two groups; None where they are fewer.

    Example:
    >>> overall_probability([[1.0, 2.0], [3.0, 4.0]]) is None
    True
    """
    if len(groups) < 2 or min(map(len, groups)) < 3:
        return None
    if len({value for group in groups for value in group}) == 1:
        return 1.0
    with needs_extra("compare"):
        from scipy import stats

    # Places, because only their order counts, and infinite values have a place too.
    places = stats.rankdata(np.concatenate(groups))
    ends = np.cumsum([len(group) for group in groups])[:-1]
    return float(stats.kruskal(*np.split(places, ends)).pvalue)


def differences(ranking: Sequence[RankedObjective]) -> list[Difference]:
    """Each pair of objectives, with the corrected probability that chance made them differ.

    By the two-sided Mann–Whitney test, exact where there are no ties, with Holm's correction over
    all pairs.

    Example:
    >>> ranking = rank({"a": [1.0, 2.0], "b": [3.0, 4.0]}, is_higher_better=False)
    >>> round(differences(ranking)[0].probability, 3)
    0.333
    """
    pairs = list(itertools.combinations(ranking, 2))
    corrected = holm([_pair_probability(one.values, other.values) for one, other in pairs])
    return [
        Difference(one.name, other.name, probability)
        for (one, other), probability in zip(pairs, corrected, strict=True)
    ]


def _pair_probability(first: Sequence[float], second: Sequence[float]) -> float:
    with needs_extra("compare"):
        from scipy import stats

    places = stats.rankdata([*first, *second])
    has_ties = len(set(places.tolist())) < len(places)
    if len(set(places.tolist())) == 1:
        return 1.0
    method = "asymptotic" if has_ties else "exact"
    tested = stats.mannwhitneyu(places[: len(first)], places[len(first) :], method=method)
    return float(tested.pvalue)


def holm(probabilities: Sequence[float]) -> list[float]:
    """Probabilities corrected for their number, after Holm, 1979.

    Example:
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(probabilities)
    greatest = 0.0
    order = sorted(range(len(probabilities)), key=lambda index: probabilities[index])
    for place, index in enumerate(order):
        greatest = max(greatest, min(1.0, (len(order) - place) * probabilities[index]))
        corrected[index] = greatest
    return corrected


def seeds_needed(num_objectives: int) -> int:
    """Least number of seeds with which two of so many objectives can be told apart at all.

    With n values on each side the exact Mann–Whitney test has no probability below 2 / C(2n, n),
    which Holm's correction multiplies by the number of pairs.

    Example:
    >>> seeds_needed(2), seeds_needed(5)
    (4, 6)
    """
    pairs = math.comb(num_objectives, 2)
    return next(n for n in itertools.count(1) if pairs * 2 / math.comb(2 * n, n) <= SIGNIFICANCE)
