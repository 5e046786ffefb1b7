"""Measures of tables, against their formulas in words of NumPy and pandas."""

import itertools

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score

import keras_gan_losses as kgl
from keras_gan_losses import metrics
from keras_gan_losses.architectures import tabular

SIZES = (1, 3, 1, 2)


def rows(count, seed=0, shift=0.0, shares=(0.5, 0.3, 0.2)):
    """A number, a category, a number that follows both, and a category that follows the first."""
    generator = np.random.default_rng(seed)
    first = generator.normal(shift, 1.0, count)
    kinds = generator.choice(3, count, p=shares)
    second = first + kinds + generator.normal(size=count)
    sign = (first > 0).astype(int)
    parts = [first[:, None], np.eye(3)[kinds], second[:, None], np.eye(2)[sign]]
    return np.concatenate(parts, axis=1)


REAL, FAKE = rows(300), rows(200, seed=1, shift=0.5, shares=(0.2, 0.3, 0.5))


def by_column(table):
    return [table[:, 0], table[:, 1:4].argmax(axis=1), table[:, 4], table[:, 5:].argmax(axis=1)]


def test_columns_are_compared_by_their_greatest_gap_of_shares():
    found = metrics.column_distances(REAL, FAKE, sizes=SIZES)
    assert len(found) == 4
    for place, (real, fake) in enumerate(zip(by_column(REAL), by_column(FAKE), strict=True)):
        if SIZES[place] == 1:
            gaps = [abs((real <= t).mean() - (fake <= t).mean()) for t in (*real, *fake)]
            expected = max(gaps)
        else:
            expected = sum(abs((real == k).mean() - (fake == k).mean()) for k in range(3)) / 2
        assert found[place] == pytest.approx(expected, abs=1e-12)


def association(first, second, kinds):
    if kinds == {"number"}:
        return pd.Series(first).corr(pd.Series(second))
    if kinds == {"category"}:
        observed = pd.crosstab(first, second).to_numpy()
        expected = observed.sum(1, keepdims=True) * observed.sum(0) / observed.sum()
        squares = ((observed - expected) ** 2 / expected).sum()
        return (squares / (observed.sum() * (min(observed.shape) - 1))) ** 0.5
    frame = pd.DataFrame({"number": first, "kind": second})
    means = frame.groupby("kind").number.transform("mean")
    return (means.var(ddof=0) / frame.number.var(ddof=0)) ** 0.5


def test_associations_are_those_of_their_names():
    found = metrics.column_associations(REAL, sizes=SIZES)
    columns = by_column(REAL)
    for i, j in itertools.combinations(range(4), 2):
        kinds = {"number" if SIZES[each] == 1 else "category" for each in (i, j)}
        # The number first, where there is one.
        first, second = sorted((i, j), key=lambda each: SIZES[each])
        expected = association(columns[first], columns[second], kinds)
        assert found[i, j] == pytest.approx(expected, abs=1e-10)
    np.testing.assert_array_equal(found, found.T)


def test_the_difference_of_associations_is_the_mean_over_pairs():
    matrices = [metrics.column_associations(each, sizes=SIZES) for each in (REAL, FAKE)]
    gaps = [abs(matrices[0] - matrices[1])[i, j] for i, j in itertools.combinations(range(4), 2)]
    found = metrics.association_difference(REAL, FAKE, sizes=SIZES)
    assert found == pytest.approx(np.mean(gaps), abs=1e-12)
    assert metrics.association_difference(REAL[:, :1], FAKE[:, :1], sizes=(1,)) == 0.0


def test_columns_that_are_shuffled_apart_differ_in_association_alone():
    generator = np.random.default_rng(0)
    parts = np.split(REAL, [1, 4, 5], axis=1)
    shuffled = np.concatenate([part[generator.permutation(300)] for part in parts], axis=1)
    assert metrics.column_distances(REAL, shuffled, sizes=SIZES).max() < 1e-12
    assert metrics.association_difference(REAL, shuffled, sizes=SIZES) > 0.2


def test_a_collapsed_table_has_no_association_and_no_warning():
    found = metrics.column_associations(np.repeat(REAL[:1], 20, axis=0), sizes=SIZES)
    np.testing.assert_array_equal(found, np.eye(4))


def test_categories_that_are_not_known_are_missing_from_the_shares():
    fake = np.array([[1.0, 0.0], [0.0, 0.0]])
    real = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert metrics.column_distances(real, fake, sizes=(2,)).tolist() == [0.25]


def test_forests_of_generated_and_of_real_rows_are_tested_on_the_same_real_ones():
    found = metrics.synthetic_training_scores(REAL, FAKE, sizes=SIZES, target=1, seed=3)
    order = np.random.default_rng(3).permutation(300)
    known = [0, 4, 5, 6]
    told = [each[:, 1:4].argmax(axis=1) for each in (REAL, FAKE)]
    training, test = order[:150], order[150:]
    learned = [(FAKE[:, known], told[1]), (REAL[training][:, known], told[0][training])]
    for score, (inputs, targets) in zip(found, learned, strict=True):
        forest = RandomForestClassifier(random_state=3).fit(inputs, targets)
        predicted = forest.predict(REAL[test][:, known])
        assert score == pytest.approx(f1_score(told[0][test], predicted, average="macro"))


def test_a_number_is_predicted_too_and_noise_teaches_nothing():
    noise = np.random.default_rng(0).permuted(FAKE, axis=0)
    of_fake, of_real = metrics.synthetic_training_scores(REAL, FAKE, sizes=SIZES, target=2)
    of_noise, _ = metrics.synthetic_training_scores(REAL, noise, sizes=SIZES, target=2)
    assert of_noise < 0.1 < 0.3 < min(of_fake, of_real)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (
            lambda: metrics.ColumnDistance(SIZES),
            lambda: {"column_distance": metrics.column_distances(REAL, FAKE, sizes=SIZES).mean()},
        ),
        (
            lambda: metrics.AssociationDifference(SIZES, name="pairs"),
            lambda: {"pairs": metrics.association_difference(REAL, FAKE, sizes=SIZES)},
        ),
        (
            lambda: metrics.SyntheticTraining(SIZES, target=3, seed=2),
            lambda: dict(
                zip(
                    ("synthetic_training", "real_training"),
                    metrics.synthetic_training_scores(REAL, FAKE, sizes=SIZES, target=3, seed=2),
                    strict=True,
                )
            ),
        ),
    ],
    ids=["columns", "pairs", "training"],
)
def test_metrics_log_what_the_functions_give_also_when_saved(metric, expected):
    made = metric()
    again = type(made).from_config(made.get_config())
    for each in (made, again):
        each.update_state(REAL[:100], FAKE[:50])
        each.update_state(REAL[100:], FAKE[50:])
        found = each.result()
        found = found if isinstance(found, dict) else {each.name: found}
        assert found == pytest.approx(expected())


def test_a_gan_is_measured_in_training_and_rows_of_another_table_are_refused_before():
    gan = kgl.GAN(*tabular(SIZES, 3, hidden_units=(4,)), latent_dim=3)
    gan.compile(metrics=[metrics.ColumnDistance(SIZES)], run_eagerly=True)
    data = REAL[:32].astype("float32")
    history = gan.fit(data, validation_data=data, batch_size=16, verbose=0)
    assert 0.0 < history.history["val_column_distance"][0] < 1.0
    gan.compile(metrics=[metrics.ColumnDistance((1, 2))], run_eagerly=True)
    before = keras.ops.convert_to_numpy(gan.generator.trainable_variables[0])
    with pytest.raises(ValueError, match=r"must be rows of the table .* \(n, 3\)"):
        gan.fit(data, validation_data=data, batch_size=16, verbose=0)
    after = keras.ops.convert_to_numpy(gan.generator.trainable_variables[0])
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": (1, 2)}, r"of shape \(n, 3\). Received: shape \(300, 7\)"),
        ({"sizes": ()}, "at least one column"),
        ({"sizes": (1, 0)}, "`sizes` must be a whole number"),
        ({"sizes": 7}, "`sizes` must be a list"),
        ({"fake": np.full((3, 7), np.nan)}, "`fake` must be finite"),
    ],
)
def test_rows_that_do_not_fit_are_an_error(arguments, message):
    for measure in (metrics.column_distances, metrics.association_difference):
        with pytest.raises(ValueError, match=message):
            measure(**{"real": REAL, "fake": FAKE, "sizes": SIZES, **arguments})


@pytest.mark.parametrize("target", [4, -1, 0.5])
def test_a_target_that_is_no_place_is_an_error(target):
    with pytest.raises(ValueError, match="`target` must be"):
        metrics.SyntheticTraining(SIZES, target=target)
