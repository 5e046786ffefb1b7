import itertools
import math

import numpy as np
import pytest

from keras_gan_losses.comparison import ranking


def test_the_best_median_comes_first_in_either_direction():
    values = {"a": [1.0, 5.0, 9.0], "b": [2.0, 3.0, 4.0], "c": [6.0, 6.0, 7.0]}
    lower = ranking.rank(values, is_higher_better=False)
    assert [line.name for line in lower] == ["b", "a", "c"]
    higher = ranking.rank(values, is_higher_better=True)
    assert [line.name for line in higher] == ["c", "a", "b"]
    assert lower[1].median == 5.0
    assert lower[1].quartiles == (3.0, 7.0)


def test_of_equal_medians_the_better_mean_comes_first():
    values = {"a": [1.0, 2.0, 9.0], "b": [1.0, 2.0, 3.0]}
    lower = ranking.rank(values, is_higher_better=False)
    assert [line.name for line in lower] == ["b", "a"]
    higher = ranking.rank(values, is_higher_better=True)
    assert [line.name for line in higher] == ["a", "b"]


def test_a_diverged_run_is_the_worst_in_either_direction():
    rows = [{"x": 1.0}]
    diverged = {"status": "diverged", "measurements": rows}
    assert ranking.final_value(diverged, "x", is_higher_better=False) == math.inf
    assert ranking.final_value(diverged, "x", is_higher_better=True) == -math.inf
    without = {"status": "completed", "measurements": [{"x": None}]}
    assert ranking.final_value(without, "x", is_higher_better=False) == math.inf
    lines = ranking.rank({"a": [0.0, math.inf, math.inf], "b": [9.0] * 3}, is_higher_better=False)
    assert [line.name for line in lines] == ["b", "a"]
    assert lines[1].median == math.inf


def test_objectives_without_a_result_are_left_out():
    assert [line.name for line in ranking.rank({"a": [], "b": [1.0]}, is_higher_better=True)] == [
        "b"
    ]


def test_quantiles_are_those_of_numpy_and_know_infinity():
    values = np.random.default_rng(0).normal(size=7).tolist()
    for share in (0.0, 0.25, 0.5, 0.6, 1.0):
        assert ranking.quantile(values, share) == pytest.approx(np.quantile(values, share))
    assert ranking.quantile([1.0, math.inf, math.inf], 0.5) == math.inf
    assert ranking.quantile([math.inf, math.inf], 0.25) == math.inf


def mann_whitney(first, second):
    """Two-sided probability by counting all ways to divide the values (Mann and Whitney, 1947)."""
    values = [*first, *second]

    def statistic(chosen):
        others = [values[i] for i in range(len(values)) if i not in chosen]
        return sum(values[i] > other for i in chosen for other in others)

    middle = len(first) * len(second) / 2
    given = abs(statistic(range(len(first))) - middle)
    ways = list(itertools.combinations(range(len(values)), len(first)))
    return sum(abs(statistic(way) - middle) >= given for way in ways) / len(ways)


def test_a_pair_has_the_probability_of_all_divisions():
    generator = np.random.default_rng(1)
    first, second = generator.normal(size=5).tolist(), generator.normal(1.0, size=5).tolist()
    lines = ranking.rank({"a": first, "b": second}, is_higher_better=False)
    (pair,) = ranking.differences(lines)
    assert pair.probability == pytest.approx(mann_whitney(first, second))
    apart = ranking.rank({"a": [1.0, 2, 3, 4], "b": [5.0, 6, 7, 8]}, is_higher_better=False)
    (pair,) = ranking.differences(apart)
    assert (pair.better, pair.worse, pair.is_significant) == ("a", "b", True)
    assert pair.probability == pytest.approx(2 / math.comb(8, 4))


def test_a_pair_with_ties_has_the_probability_of_the_normal_approximation():
    first, second = [1.0, 1.0, 2.0, math.inf], [3.0, 4.0, math.inf, math.inf]
    lines = ranking.rank({"a": first, "b": second}, is_higher_better=False)
    (pair,) = ranking.differences(lines)
    # Places 1.5, 1.5, 3 and 7 of 8; ties of two and of three; corrected for continuity.
    statistic = 1.5 + 1.5 + 3 + 7 - 4 * 5 / 2
    variance = 4 * 4 / 12 * (9 - ((2**3 - 2) + (3**3 - 3)) / (8 * 7))
    distance = (abs(statistic - 4 * 4 / 2) - 0.5) / math.sqrt(variance)
    assert pair.probability == pytest.approx(math.erfc(distance / math.sqrt(2)))


def test_pairs_are_corrected_for_their_number():
    values = {name: [start + i / 10 for i in range(5)] for start, name in enumerate("abc")}
    pairs = ranking.differences(ranking.rank(values, is_higher_better=False))
    # All three have the least probability there is, and Holm multiplies the first by three.
    assert [pair.probability for pair in pairs] == pytest.approx([3 * 2 / math.comb(10, 5)] * 3)


def test_equal_values_differ_by_chance_only():
    lines = ranking.rank({"a": [1.0] * 4, "b": [1.0] * 4}, is_higher_better=False)
    assert ranking.differences(lines)[0].probability == 1.0
    assert ranking.overall_probability([[1.0] * 4] * 3) == 1.0


def test_all_objectives_are_compared_by_kruskal_and_wallis():
    # H = 12 / (N (N + 1)) Σ R² / n − 3 (N + 1), by chi squared of 2 degrees: exp(−H / 2).
    groups = [[1.0, 2.0, 4.0], [3.0, 7.0, 8.0], [5.0, 6.0, 9.0]]
    sums = [sum(group) for group in groups]
    statistic = 12 / 90 * sum(total**2 / 3 for total in sums) - 30
    expected = math.exp(-statistic / 2)
    assert ranking.overall_probability(groups) == pytest.approx(expected)
    squashed = [[value if value < 9 else math.inf for value in group] for group in groups]
    assert ranking.overall_probability(squashed) == pytest.approx(expected)
    assert ranking.overall_probability([[1.0, 2.0], [3.0, 4.0, 5.0]]) is None


def test_the_seeds_needed_are_the_fewest_that_can_tell():
    for count in (2, 3, 5, 8):
        needed = ranking.seeds_needed(count)
        for num_seeds, can_tell in ((needed, True), (needed - 1, False)):
            values = {str(k): [100.0 * k + i for i in range(num_seeds)] for k in range(count)}
            pairs = ranking.differences(ranking.rank(values, is_higher_better=False))
            assert pairs[0].is_significant == can_tell


def test_holm_multiplies_the_least_by_all_and_the_next_by_one_fewer():
    # 3 · 0.01, 2 · 0.03 and 1 · 0.04, which is no less probable than the one before it.
    assert ranking.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert ranking.holm([0.5, 0.02]) == pytest.approx([0.5, 0.04])
    assert ranking.holm([0.9, 0.9]) == [1.0, 1.0]
