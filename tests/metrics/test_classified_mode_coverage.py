import math

import numpy as np
import pytest

from keras_gan_losses.metrics import classified_mode_coverage, stacked_modes


def test_classes_are_counted_and_compared_with_equal_frequencies():
    found = classified_mode_coverage([3, 3, 3, 0], num_classes=5)
    assert found.counts.tolist() == [1, 0, 0, 3, 0]
    assert found.num_modes == 2
    expected = 0.25 * math.log(0.25 * 5) + 0.75 * math.log(0.75 * 5)
    assert found.divergence == pytest.approx(expected, rel=1e-12)


def test_the_divergence_is_of_the_generated_from_the_reference():
    found = classified_mode_coverage([0, 0, 0, 1], 3, reference=[2, 1, 1])
    expected = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.25)
    assert found.divergence == pytest.approx(expected, rel=1e-12)


def test_the_reference_itself_is_exactly_at_zero():
    classes = np.repeat([0, 1, 2], [4, 1, 5])
    assert classified_mode_coverage(classes, 3, reference=[0.4, 0.1, 0.5]).divergence < 1e-15
    assert classified_mode_coverage(classes, 3, reference=[8, 2, 10]).divergence == 0.0


def test_a_class_that_the_reference_lacks_is_infinitely_far():
    assert classified_mode_coverage([0, 1], 2, reference=[1, 0]).divergence == math.inf


def test_a_thousand_modes_of_even_draws_have_the_divergence_stated():
    digits = np.random.default_rng(0).integers(10, size=(26_000, 3))
    found = classified_mode_coverage(stacked_modes(digits), 1000)
    assert found.num_modes == 1000
    assert found.divergence == pytest.approx(999 / 52_000, rel=0.15)


def test_three_digits_are_read_as_one_number():
    assert stacked_modes(np.array([[0, 0, 0], [1, 2, 3], [9, 9, 9]])).tolist() == [0, 123, 999]


def test_all_thousand_digit_triples_are_different_modes():
    digits = np.stack(np.meshgrid(*[np.arange(10)] * 3), axis=-1).reshape(-1, 3)
    assert sorted(stacked_modes(digits)) == list(range(1000))


@pytest.mark.parametrize(
    ("classes", "num_classes", "text"),
    [
        ([0, 5], 5, r"whole numbers in \[0, 5\)\. Received: 5"),
        ([0, -1], 5, "Received: -1"),
        ([0.5], 5, "Received: 0.5"),
        ([np.nan], 5, "`classes` must be finite"),
        ([], 5, "`classes` must hold at least 1"),
        ([[0, 1, 2]], 10, r"shape \(n,\).*classes of shape \(1, 3\).*`stacked_modes`"),
        ([0], 0, "`num_classes` must be a whole number"),
    ],
)
def test_bad_classes_are_refused(classes, num_classes, text):
    with pytest.raises(ValueError, match=text):
        classified_mode_coverage(classes, num_classes)


@pytest.mark.parametrize(
    ("reference", "text"),
    [([1, 1, 1], r"`reference` must have the shape \(2,\)"), ([-1, 2], "`reference` must hold")],
)
def test_bad_references_are_refused(reference, text):
    with pytest.raises(ValueError, match=text):
        classified_mode_coverage([0, 1], 2, reference=reference)


@pytest.mark.parametrize("digits", [[1, 2, 3], [[1, 2]], [[1, 2, 10]]])
def test_what_are_not_three_digits_is_refused(digits):
    with pytest.raises(ValueError, match="`digits` must"):
        stacked_modes(digits)
