import contextlib
import dataclasses
import io
import tracemalloc

import numpy as np
import prdc
import pytest

from keras_gan_losses.metrics import pairwise_distances as blocks
from keras_gan_losses.metrics.precision_recall import neighborhood_radii, precision_recall

CASES = {
    "general position": lambda rng: (rng.normal(size=(90, 6)), rng.normal(size=(70, 6)) * 1.3),
    "more features than samples": lambda rng: (
        rng.normal(size=(20, 64)),
        rng.normal(size=(25, 64)),
    ),
    "one feature": lambda rng: (rng.normal(size=(50, 1)), rng.normal(size=(40, 1)) + 0.5),
    "whole numbers": lambda rng: (rng.integers(0, 4, (80, 3)), rng.integers(1, 5, (60, 3))),
    "whole numbers of one feature": lambda rng: (
        rng.integers(0, 9, (40, 1)),
        np.arange(30)[:, None],
    ),
    "few copies": lambda rng: (np.repeat(rng.normal(size=(40, 5)), 2, 0), rng.normal(size=(70, 5))),
    "more copies than neighbours": lambda rng: (
        np.repeat(rng.integers(0, 9, (12, 5)), 9, 0),
        np.repeat(rng.integers(0, 9, (13, 5)), 9, 0),
    ),
    "equal sets": lambda rng: (np.arange(300).reshape(60, 5), np.arange(300).reshape(60, 5)),
    "constant feature": lambda rng: (
        np.hstack([rng.normal(size=(50, 2)), np.ones((50, 1))]),
        np.hstack([rng.normal(size=(50, 2)), np.ones((50, 1))]),
    ),
    "one point": lambda rng: (np.ones((20, 3)), np.ones((20, 3))),
}


def sides(case, seed=0):
    return [np.asarray(side, "float64") for side in CASES[case](np.random.default_rng(seed))]


def by_definition(real, fake, k, below=np.less):
    """arXiv:2002.09797, from whole matrices of Σ (xᵢ − yᵢ)², in which equal ones are equal."""

    def distances(first, second):
        squares = np.zeros((len(first), len(second)))
        for column in range(first.shape[1]):
            squares += (first[:, column, None] - second[None, :, column]) ** 2
        return np.sqrt(squares)

    radii = [np.sort(distances(side, side), axis=1)[:, k] for side in (real, fake)]
    across = distances(real, fake)
    near_real, near_fake = below(across, radii[0][:, None]), below(across, radii[1])
    return {
        "precision": near_real.any(axis=0).mean(),
        "recall": near_fake.any(axis=1).mean(),
        "density": near_real.sum(axis=0).mean() / k,
        "coverage": near_real.any(axis=1).mean(),
    }


def assert_values(estimate, expected):
    assert dataclasses.asdict(estimate) == pytest.approx(expected, rel=0.0, abs=1e-12)


@pytest.mark.parametrize("num_neighbors", [1, 5])
@pytest.mark.parametrize("case", CASES)
def test_values_are_those_of_the_authors_package(case, num_neighbors):
    real, fake = sides(case)
    with contextlib.redirect_stdout(io.StringIO()):
        expected = prdc.compute_prdc(real, fake, num_neighbors)
    assert_values(precision_recall(real, fake, num_neighbors=num_neighbors), expected)


@pytest.mark.parametrize("below", [np.less, np.less_equal])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_values_are_those_of_the_definition_with_either_comparison(case, seed, below):
    real, fake = sides(case, seed)
    counts_ties = below is np.less_equal
    estimate = precision_recall(real, fake, num_neighbors=3, counts_ties=counts_ties)
    assert_values(estimate, by_definition(real, fake, 3, below))


@pytest.mark.parametrize("below", [np.less, np.less_equal])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_generated_copies_are_as_far_from_others_as_their_originals(below, offset):
    # The product of matrices rounds one of two equal distances up and the other down.
    for seed in range(20):
        rng = np.random.default_rng(seed)
        real = rng.normal(size=(120, 8)) + offset
        fake = np.vstack([real[:60], rng.normal(size=(30, 8)) + offset])
        estimate = precision_recall(real, fake, counts_ties=below is np.less_equal)
        assert_values(estimate, by_definition(real, fake, 5, below))


def test_ties_decide_between_the_two_comparisons():
    real = np.arange(4.0)[:, np.newaxis]
    # With one neighbour every radius is 1, and so is every distance between neighbours.
    strict, tied = (
        precision_recall(real, real + 1.0, num_neighbors=1, counts_ties=counts_ties)
        for counts_ties in (False, True)
    )
    assert dataclasses.astuple(strict) == (0.75, 0.75, 0.75, 0.75)
    assert dataclasses.astuple(tied) == (1.0, 1.0, 2.25, 1.0)


def test_order_and_blocks_change_nothing(monkeypatch):
    for case in CASES:
        real, fake = sides(case)
        expected = precision_recall(real, fake)
        with monkeypatch.context() as patch:
            patch.setattr(blocks, "_BLOCK_ROWS", 7)
            patch.setattr(blocks, "_BLOCK_COLUMNS", 11)
            patch.setattr(blocks, "_ROW_VALUES", 4 * len(real))
            patch.setattr(blocks, "_SAMPLED_COLUMNS", 4)
            assert precision_recall(real, fake) == expected
            assert precision_recall(real[::-1], fake[::-1]) == expected


def test_one_far_sample_makes_no_difference_to_the_others():
    real, fake = sides("whole numbers")
    real[3], fake[5] = 1e9, -1e9
    assert_values(precision_recall(real, fake), by_definition(real, fake, 5))


def test_equal_distributions_have_the_expected_density_and_coverage():
    # arXiv:2002.09797, equation 9: E coverage = 1 − Π (n − j)/(2n − j) ≈ 1 − 2⁻ᵏ; E density = 1.
    rng = np.random.default_rng(0)
    estimate = precision_recall(rng.normal(size=(1000, 8)), rng.normal(size=(1000, 8)))
    assert estimate.coverage == pytest.approx(1.0 - 2.0**-5, abs=0.02)
    assert estimate.density == pytest.approx(1.0, abs=0.05)


def test_a_dropped_mode_costs_recall_and_bad_samples_cost_precision():
    rng = np.random.default_rng(0)
    left, right, bad = rng.normal(size=(3, 200, 2)) + np.array([[[-9.0, 0]], [[9.0, 0]], [[0, 50]]])
    both = np.vstack([left, right])
    dropped = precision_recall(both, rng.permutation(left) + 0.01)
    assert dropped.precision > 0.95
    assert dropped.recall == pytest.approx(0.5, abs=0.03)
    assert dropped.coverage == pytest.approx(0.5, abs=0.03)
    spoilt = precision_recall(both, np.vstack([both + 0.01, bad, bad + 0.01]))
    assert spoilt.precision == pytest.approx(0.5, abs=0.03)
    assert spoilt.recall > 0.95


def test_radii_of_real_samples_can_be_given():
    real, fake = sides("general position")
    expected = precision_recall(real, fake, num_neighbors=3)
    radii = neighborhood_radii(real, num_neighbors=3)
    assert precision_recall(real, fake, num_neighbors=3, real_radii=radii) == expected
    # They are used, and not computed all the same.
    none = precision_recall(real, fake, num_neighbors=3, real_radii=np.zeros(len(real)))
    assert none.precision == none.density == none.coverage == 0.0
    with pytest.raises(ValueError, match=r"of shape \(89,\) for 90 real samples"):
        precision_recall(real, fake, num_neighbors=3, real_radii=radii[1:])


def test_radii_are_distances_to_the_neighbour_asked_for():
    points = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert neighborhood_radii(points, num_neighbors=1).tolist() == [1.0, 1.0, 2.0, 4.0]
    assert neighborhood_radii(points, num_neighbors=3).tolist() == [7.0, 6.0, 4.0, 7.0]


@pytest.mark.parametrize("name", ["real", "fake"])
def test_too_few_samples_are_refused(name):
    arrays = {"real": np.ones((6, 2)), "fake": np.ones((6, 2))}
    precision_recall(**arrays)
    arrays[name] = np.ones((5, 2))
    with pytest.raises(ValueError, match=f"`{name}` must hold at least 6 samples: each has 5 nei"):
        precision_recall(**arrays)
    with pytest.raises(ValueError, match="`features` must hold at least 6 samples"):
        neighborhood_radii(np.ones((5, 2)))


def test_bad_arguments_are_named():
    real, fake = sides("general position")
    with pytest.raises(ValueError, match="`num_neighbors` must be a whole number of at least 1"):
        precision_recall(real, fake, num_neighbors=0)
    with pytest.raises(ValueError, match="the same number of features"):
        precision_recall(real, fake[:, :2])
    with pytest.raises(ValueError, match="`fake` must be finite"):
        precision_recall(real, np.full_like(fake, np.nan))


def test_memory_stays_far_below_that_of_whole_matrices():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(2, 6000, 2))
    precision_recall(real[:10], fake[:10])
    tracemalloc.start()
    try:
        precision_recall(real, fake)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # One matrix of 6,000 × 6,000 takes 288 MB.
    assert peak < 120e6
