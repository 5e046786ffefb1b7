import math

import keras
import numpy as np
import pytest

from keras_gan_losses.metrics import classifier_score


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def documented_score(rows):
    """exp of the mean of KL(p(y|x) ‖ p(y)), by loops."""
    marginal = rows.mean(axis=0)
    divergences = [
        sum(p * math.log(p / q) for p, q in zip(row, marginal, strict=True)) for row in rows
    ]
    return math.exp(np.mean(divergences))


@pytest.mark.parametrize("num_classes", [2, 10, 1000])
def test_uniform_rows_score_one(num_classes):
    score = classifier_score(np.full((30, num_classes), 1.0 / num_classes))
    assert score.mean == pytest.approx(1.0, abs=1e-12)
    assert score.mean >= 1.0


def test_equal_rows_score_one_however_sure():
    assert classifier_score(np.tile([0.99, 0.01, 0.0], (20, 1))).mean == pytest.approx(1.0)


@pytest.mark.parametrize("num_classes", [2, 10])
def test_sure_and_balanced_rows_score_the_number_of_classes(num_classes):
    score = classifier_score(np.tile(np.eye(num_classes), (3, 1)))
    assert score.mean == pytest.approx(num_classes, rel=1e-12)
    assert score.mean <= num_classes


def test_sure_rows_of_some_classes_score_their_number():
    assert classifier_score(np.eye(10)[[1, 1, 4, 4, 7, 7]]).mean == pytest.approx(3.0)


def test_it_is_the_formula_of_the_paper():
    rows = softmax(np.random.default_rng(0).normal(size=(50, 6)) * 2.0)
    score = classifier_score(rows)
    assert score.mean == pytest.approx(documented_score(rows), rel=1e-10)
    assert score.standard_deviation == 0.0


@pytest.mark.parametrize("num_splits", [2, 5, 7])
def test_splits_are_scored_by_themselves(num_splits):
    rows = softmax(np.random.default_rng(0).normal(size=(50, 6)) * 2.0)
    scores = [documented_score(part) for part in np.array_split(rows, num_splits)]
    score = classifier_score(rows, num_splits=num_splits)
    assert score.mean == pytest.approx(np.mean(scores), rel=1e-10)
    assert score.standard_deviation == pytest.approx(np.std(scores), rel=1e-8)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_softmax_of_any_precision_is_taken(dtype):
    logits = np.random.default_rng(0).normal(size=(40, 100)) * 3.0
    rows = keras.ops.softmax(keras.ops.cast(logits, dtype))
    assert classifier_score(rows).mean == pytest.approx(documented_score(softmax(logits)), rel=0.03)


def test_rows_that_rounding_took_from_sum_one_are_brought_back():
    rows = np.array([[0.7, 0.297], [0.2, 0.803], [0.5, 0.5]])
    expected = documented_score(rows / rows.sum(axis=1, keepdims=True))
    assert classifier_score(rows).mean == pytest.approx(expected, rel=1e-12)


def test_the_order_of_samples_does_not_matter_with_one_split():
    rows = softmax(np.random.default_rng(0).normal(size=(50, 6)))
    shuffled = np.random.default_rng(1).permutation(rows)
    assert classifier_score(shuffled).mean == pytest.approx(classifier_score(rows).mean, rel=1e-12)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([[0.5, 0.5], [2.0, -1.0]], "row 1 with values in .*-1, 2.* and sum 1"),
        ([[0.5, 0.4]], "row 0 .* sum 0.9"),
        ([[3.0, 4.0]], "softmax if the classifier gives logits"),
        ([0.5, 0.5], r"must have the shape \(n, num_classes\)"),
        ([[np.nan, 1.0]], "must be finite"),
        (np.zeros((0, 3)), "at least 1 samples"),
    ],
)
def test_rows_that_are_no_probabilities_are_refused(rows, text):
    with pytest.raises(ValueError, match=text):
        classifier_score(rows)


@pytest.mark.parametrize(("num_splits", "text"), [(0, "`num_splits` must"), (4, "at least 4")])
def test_bad_numbers_of_splits_are_refused(num_splits, text):
    with pytest.raises(ValueError, match=text):
        classifier_score(np.eye(3), num_splits=num_splits)
