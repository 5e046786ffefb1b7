import json
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from keras_gan_losses import datasets
from keras_gan_losses.datasets.table_encoding import TableEncoding

COUNT = 300


@pytest.fixture(scope="module")
def people():
    """A table with columns of every kind, nearly."""
    generator = np.random.default_rng(0)
    is_there = generator.random(COUNT) < 0.7
    jobs = pd.Series(generator.choice(["clerk", "nurse", "smith"], COUNT))
    days = pd.to_timedelta(generator.integers(0, 9000, COUNT), unit="D")
    frame = pd.DataFrame(
        {
            "age": generator.integers(18, 90, COUNT),
            "income": np.round(generator.lognormal(10.0, 1.0, COUNT), 2),
            "height": generator.normal(size=COUNT),
            "gain": np.where(is_there, 0.0, generator.exponential(1000.0, COUNT)),
            "short": generator.normal(size=COUNT).astype("float32").round(1),
            "small": generator.integers(0, 200, COUNT).astype("uint8"),
            "children": generator.integers(0, 4, COUNT),
            "job": jobs,
            "object": jobs.astype(object).where(is_there, None),
            "size": pd.Categorical(
                generator.choice(["S", "L"], COUNT), ["S", "M", "L"], ordered=True
            ),
            "insured": is_there,
            "born": pd.Timestamp("1980-01-01") + days,
        }
    )
    frame["perhaps_height"] = frame.height.where(is_there)
    frame["perhaps_age"] = frame.age.astype("Int64").where(is_there)
    frame["perhaps_job"] = jobs.where(is_there)
    frame["perhaps_insured"] = frame.insured.astype("boolean").where(frame.age > 30)
    frame["moved"] = frame.born.dt.tz_localize("Europe/Berlin").where(is_there)
    frame["seen"] = frame.born.astype("datetime64[ns]") + pd.Timedelta("15min")
    return frame


def test_every_column_comes_back_with_its_values_type_and_place(people):
    table = datasets.table(people)
    pd.testing.assert_frame_equal(table.inverse(table.samples), people)


def test_classes_are_apart_and_come_back_in_their_place(people):
    table = datasets.table(people, condition="job")
    assert table.class_names == ["clerk", "nurse", "smith"]
    assert [table.class_names[number] for number in table.condition] == people.job.tolist()
    assert table.samples.shape == (COUNT, sum(datasets.table(people).sizes) - 3)
    pd.testing.assert_frame_equal(table.inverse(table.samples, table.condition), people)


def test_several_columns_are_a_condition_in_the_form_of_samples(people):
    given = ["job", "age", "perhaps_height"]
    table = datasets.table(people, condition=given)
    # Three jobs, a number, and a number with whether it is there.
    assert table.condition.shape == (COUNT, 3 + 1 + 3)
    assert table.condition_size == 7
    assert table.sizes == datasets.table(people.drop(columns=given)).sizes
    pd.testing.assert_frame_equal(table.inverse(table.samples, table.condition), people)
    wanted = pd.DataFrame(
        {"age": [30, 40], "job": ["smith", "nurse"], "perhaps_height": [0.1, None]}
    )
    rows = table.inverse(table.samples[:2], table.condition_of(wanted))
    assert rows.age.tolist() == [30, 40]
    assert rows.job.tolist() == ["smith", "nurse"]
    assert rows.perhaps_height.isna().tolist() == [False, True]


def test_a_condition_is_asked_for_where_there_is_one_and_refused_where_there_is_none(people):
    table = datasets.table(people, condition=["job", "age"])
    with pytest.raises(ValueError, match=r"`condition` must be finite, of shape \(n, 4\)"):
        table.inverse(table.samples)
    with pytest.raises(ValueError, match="lacks the columns 'age'"):
        table.condition_of(people[["job"]])
    with pytest.raises(ValueError, match="The table has no condition"):
        datasets.table(people).condition_of(people)


@pytest.mark.parametrize("condition", ["size", ["size", "born"]])
def test_an_encoding_in_json_is_the_same_encoding(people, condition):
    encoding = datasets.table(people, condition=condition).encoding
    assert TableEncoding.from_json(json.loads(json.dumps(encoding.to_json()))) == encoding


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).lognormal(0.0, 3.0, 2000),
        np.random.default_rng(0).poisson(4.0, 2000).astype(float) + 0.5,
        np.maximum(np.random.default_rng(0).normal(size=2000), 0.3),
    ],
    ids=["skewed", "counts", "half at one end"],
)
def test_numbers_become_standard_normal_whatever_they_were(values):
    scores = datasets.table(pd.DataFrame({"x": values, "y": [0, 1] * 1000})).samples[:, 0]
    assert stats.kstest(scores, "norm").pvalue > 0.01
    # The end of 2,000 ranks.
    assert np.abs(scores).max() <= -stats.norm.ppf(0.5 / 2000) + 1e-4


def test_scores_of_different_numbers_are_those_of_their_ranks():
    values = np.random.default_rng(1).normal(size=101)
    scores = datasets.table(pd.DataFrame({"x": values})).samples[:, 0]
    ranks = stats.rankdata(values) - 1
    expected = stats.norm.ppf(0.5 / 101 + ranks / 100 * (1 - 1 / 101))
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_generated_numbers_have_the_digits_and_stay_within_the_ends_of_real_ones(people):
    table = datasets.table(people[["age", "income", "born"]])
    made = table.inverse(np.random.default_rng(0).normal(0.0, 5.0, (1000, 3)))
    assert made.dtypes.equals(people[["age", "income", "born"]].dtypes)
    np.testing.assert_array_equal(made.income, made.income.round(2))
    assert (made.born == made.born.dt.normalize()).all()
    for name in made:
        assert made[name].min() == people[name].min()
        assert made[name].max() == people[name].max()


def test_rare_categories_share_a_place_and_come_back_by_their_shares():
    values = ["a"] * 500 + ["b"] * 300 + ["c"] * 150 + ["d"] * 50
    frame = pd.DataFrame({"x": values})
    table = datasets.table(frame, max_categories=3)
    assert table.sizes == (3,)
    back = table.inverse(table.samples).x
    is_rare = frame.x.isin(["c", "d"])
    assert (back[~is_rare] == frame.x[~is_rare]).all()
    # Of 200 draws three quarters are "c"; four standard errors.
    assert (back[is_rare] == "c").mean() == pytest.approx(0.75, abs=4 * (0.75 * 0.25 / 200) ** 0.5)


def test_numbers_are_categories_where_the_user_says_so():
    frame = pd.DataFrame({"code": [11, 25, 37, 25] * 5, "x": np.arange(20) / 7})
    assert datasets.table(frame).sizes == (3, 1)
    many = pd.DataFrame({"code": np.arange(20), "x": np.arange(20) / 7})
    assert datasets.table(many).sizes == (1, 1)
    assert datasets.table(many, categories=["code"]).sizes == (20, 1)


def test_columns_of_one_value_are_not_learned_and_come_back():
    frame = pd.DataFrame({"x": [1.5, 2.5, 3.25], "one": "a", "none": np.nan, "day": pd.NaT})
    with pytest.warns(UserWarning, match="has the same in each row") as told:
        table = datasets.table(frame)
    assert len(told) == 3
    assert table.sizes == (1,)
    pd.testing.assert_frame_equal(table.inverse(table.samples), frame)


def test_names_are_left_out_unless_they_are_asked_for():
    frame = pd.DataFrame({"x": np.arange(20) / 7, "name": [f"person {n}" for n in range(20)]})
    with pytest.warns(UserWarning, match="'name' is left out: .* of 20 values 20 differ"):
        table = datasets.table(frame, max_categories=5)
    assert list(table.inverse(table.samples)) == ["x"]
    assert datasets.table(frame, max_categories=5, categories=["name"]).sizes == (1, 5)


def test_categories_that_are_new_count_as_none_of_the_known_ones():
    frame = pd.DataFrame({"x": [1.5, 2.5, 3.5], "job": ["a", "b", "a"]})
    encoding = datasets.table(frame).encoding
    with pytest.warns(UserWarning, match="'job' has 1 values that were not there before: 'z'"):
        rows = encoding.encode(pd.DataFrame({"job": ["z", "b"], "x": [9.0, 2.5]}))
    np.testing.assert_array_equal(rows[:, 1:], [[0.0, 0.0], [0.0, 1.0]])
    # What lies beyond the end is brought to it.
    assert rows[0, 0] == encoding.encode(frame)[2, 0]


def test_values_that_are_missing_only_later_are_warned_of_and_count_as_any():
    encoding = datasets.table(pd.DataFrame({"x": np.arange(50) / 7})).encoding
    with pytest.warns(UserWarning, match="'x' lacks 40 values, and none was missing before"):
        rows = encoding.encode(pd.DataFrame({"x": [1.0] * 10 + [np.nan] * 40}))
    assert len(np.unique(rows[10:])) == 40
    assert np.isfinite(rows).all()


def test_what_is_no_table_is_refused():
    with pytest.raises(TypeError, match=r"must be a pandas\.DataFrame, .* Received: dict"):
        datasets.table({"x": [1, 2]})


def good(**changed):
    return pd.DataFrame({"x": [1.5, 2.5, 3.5], "job": ["a", "b", "a"], **changed})


@pytest.mark.parametrize(
    ("frame", "arguments", "message"),
    [
        (good()[:1], {}, "at least 2 rows"),
        (good(x=[1.0, np.inf, 2.0]), {}, "'x' holds infinite values, the first in row 1"),
        (good(x=[[1], [2], [3]]), {}, "'x' holds values of type list"),
        (good(x=[1j, 2j, 3j]), {}, "'x' holds values of type complex"),
        (pd.concat([good(), good()], axis=1), {}, "Several columns have the name 'job', 'x'"),
        (pd.DataFrame({"x": ["a", "a"]}), {}, "nothing to learn"),
        (good(), {"condition": "kind"}, "no column 'kind'. There are: 'x', 'job'"),
        (good(), {"categories": ["kind"]}, "no column 'kind'"),
        (good(), {"categories": "job"}, "`categories` must be a list"),
        (
            good(job=["a", None, "b"]),
            {"condition": "job"},
            "no label in 1 rows, the first .* row 1",
        ),
        (good(job="a"), {"condition": "job"}, "2 to 100 classes. .* 1 different"),
        (good(), {"condition": "x", "max_categories": 2}, "2 to 2 classes. .* 3 different"),
        (good(), {"condition": ["x", "job"]}, "no column beside the condition"),
        (good(one=1), {"condition": ["one"]}, "no column of the condition"),
        (good(), {"condition": ["kind"]}, "no column 'kind'"),
        (good(), {"max_categories": 1}, "`max_categories`"),
        (good(), {"seed": -1}, "`seed`"),
    ],
)
def test_tables_that_cannot_be_learned_are_refused(frame, arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.table(frame, **arguments)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (good().drop(columns="x"), "lacks the columns 'x'. It has: 'job'"),
        (good(x=["a", "b", "c"]), "Column 'x' was of type float64 and is now of type"),
    ],
)
def test_another_table_is_not_encoded(frame, message):
    with pytest.raises(ValueError, match=message):
        datasets.table(good()).encoding.encode(frame)


@pytest.mark.parametrize("samples", [np.zeros((2, 2)), np.zeros(3), np.full((2, 3), np.nan)])
def test_samples_of_another_table_are_refused(samples):
    with pytest.raises(ValueError, match=r"must be finite, of shape \(n, 3\)"):
        datasets.table(good()).inverse(samples)


@pytest.mark.parametrize("labels", [None, [0, 2], [0], [0.0, 1.0], [-1, 0]])
def test_labels_that_are_no_classes_are_refused(labels):
    with pytest.raises(ValueError, match="conditional on 2 classes"):
        datasets.table(good(), condition="job").inverse(np.zeros((2, 1)), labels)


def test_classes_that_are_new_are_refused():
    table = datasets.table(good(), condition="job")
    with pytest.raises(ValueError, match="a class that was not there before: 'c'"):
        table.encoding.encode_condition(good(job=["a", "b", "c"]))


FILES = {
    "ragged": (b"a,b\n1,2\n3\n", r"Row #3: Expected 2 columns, got 1"),
    "too long": (b"a,b\n1,2\n3,4,5\n", r"Row #3: Expected 2 columns, got 3"),
    "empty": (b"", "Empty CSV file"),
    "header alone": (b"a,b\n", "at least 2 rows"),
    "latin-1": ("a,b\nx,1\né,2\n".encode("latin-1"), r"'a', holds bytes .* first in row 3"),
    "utf-16": ("a,b\n1,2\n".encode("utf-16"), "cannot be read as a table"),
    "twice": (b"a,b,a\n1,2,3\n", "several columns of the name 'a'"),
}


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_refused_in_one_line(tmp_path, name):
    content, message = FILES[name]
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        datasets.table(tmp_path / "people.csv")
    assert len(str(error.value).splitlines()) == 1


def test_files_of_other_kinds_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must be a file \.csv or \.parquet"):
        datasets.table(tmp_path / "people.xlsx")
    (tmp_path / "people.parquet").write_text("text")
    with pytest.raises(ValueError, match="cannot be read as a table"):
        datasets.table(tmp_path / "people.parquet")
    with pytest.raises(FileNotFoundError):
        datasets.table(tmp_path / "people.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_has_the_types_that_its_values_tell(tmp_path, delimiter):
    lines = ["age,day,job,ok,pay", '30,2020-01-02,"a, b",true,1.5', ",2021-01-03,,false,2"]
    text = "\n".join(lines)
    text = text.replace(",", delimiter).replace(f"a{delimiter}", "a,")
    (tmp_path / "people.csv").write_text(text)
    table = datasets.table(tmp_path / "people.csv", categories=["age"])
    back = table.inverse(table.samples)
    expected = pd.DataFrame(
        {
            "age": pd.array([30, None], "Int64"),
            "day": pd.to_datetime(["2020-01-02", "2021-01-03"]).astype("datetime64[s]"),
            "job": pd.Series(["a, b", None], dtype="str"),
            "ok": [True, False],
            "pay": [1.5, 2.0],
        }
    )
    pd.testing.assert_frame_equal(back, expected)


@pytest.mark.parametrize("pays", [("1,5", "2,25"), ("1.5", "2.25")])
def test_numbers_may_have_a_comma_where_it_does_not_part_columns(tmp_path, pays):
    lines = ["job;pay", f"a, b;{pays[0]}", f"c, d;{pays[1]}"]
    (tmp_path / "people.csv").write_text("\n".join(lines))
    table = datasets.table(tmp_path / "people.csv")
    assert table.inverse(table.samples).pay.tolist() == [1.5, 2.25]


def test_a_parquet_file_keeps_its_types(tmp_path, people):
    # A file of texts does not tell that they were objects, nor which is missing how.
    typed = people.drop(columns="object")
    typed.to_parquet(tmp_path / "people.parquet")
    table = datasets.table(tmp_path / "people.parquet")
    pd.testing.assert_frame_equal(table.inverse(table.samples), typed)


def test_without_pandas_the_error_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"keras-gan-losses\[tables\]"):
        datasets.table(tmp_path / "people.csv")
