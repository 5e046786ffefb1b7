"""The command line on tables in files."""

import json

import keras
import numpy as np
import pandas as pd
import pytest

from keras_gan_losses import datasets
from keras_gan_losses.cli.rows import Rows
from tests.command import call, done

JOBS = ["clerk", "nurse", "smith"]


def people(count=60):
    generator = np.random.default_rng(0)
    born = pd.Timestamp("1980-01-01") + pd.to_timedelta(
        generator.integers(0, 9000, count), unit="D"
    )
    frame = pd.DataFrame(
        {
            "name": [f"person {number}" for number in range(count)],
            "age": generator.integers(18, 90, count),
            "pay": np.round(generator.lognormal(8.0, 1.0, count), 2),
            "job": generator.choice(JOBS, count, p=[0.6, 0.3, 0.1]),
            "born": born,
            "country": "DE",
        }
    )
    frame.loc[:5, "pay"] = np.nan
    return frame


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run on a table, conditional on a column, and what was told of it."""
    home = tmp_path_factory.mktemp("table")
    # More names than a category has places.
    people(120).to_csv(home / "people.csv", index=False)
    told = done(
        *("train", "--data", home / "people.csv", "--conditional", "--labels", "job"),
        *("--epochs", 1, "--batch-size", 40, "--latent-dim", 3, "--out", home / "run"),
        *("--backend", keras.config.backend()),
    )
    return home / "people.csv", home / "run", told


def test_a_table_is_described_with_what_is_left_out(trained):
    data, out, told = trained
    assert f"{data}: Column 'name' is left out: it is of type str, and of 120 values" in told
    assert f"{data}: Column 'country' has the same in each row" in told
    assert f"Found a table of 120 rows, 3 numbers and 1 categories, in {data}." in told
    assert "`architectures.tabular`, 3 latents, conditional on 3 classes." in told
    assert (out / "samples.png").stat().st_size > 0


def test_generated_rows_have_the_columns_and_types_of_the_table(trained, tmp_path):
    data, out, _ = trained
    done("generate", out / "gan.keras", "--num", 5000, "--out", tmp_path / "made")
    made, real = pd.read_csv(tmp_path / "made" / "samples.csv"), pd.read_csv(data)
    assert list(made) == ["age", "pay", "job", "born", "country"]
    assert made.dtypes.equals(real[list(made)].dtypes)
    assert made.age.between(real.age.min(), real.age.max()).all()
    assert set(made.country) == {"DE"}
    # Classes are as frequent as in the table, within four standard errors.
    shares = made.job.value_counts(normalize=True)
    for job, share in real.job.value_counts(normalize=True).items():
        assert shares[job] == pytest.approx(share, abs=4 * (share * (1 - share) / 5000) ** 0.5)
    assert (tmp_path / "made" / "picture.png").exists()


def test_one_class_is_asked_for_by_its_name_and_parquet_keeps_types(trained, tmp_path):
    _, out, _ = trained
    done(
        *("generate", out / "gan.keras", "--num", 30, "--condition", "nurse"),
        *("--format", "parquet", "--out", tmp_path / "made"),
    )
    made = pd.read_parquet(tmp_path / "made" / "samples.parquet")
    assert set(made.job) == {"nurse"}
    assert made.born.dtype.kind == "M"
    result = call("generate", out / "gan.keras", "--condition", "nurs", "--out", tmp_path / "no")
    assert result.exit_code == 1
    assert "Unknown class: 'nurs'. Did you mean 'nurse'?" in result.output


def test_a_table_is_measured_by_its_columns(trained):
    data, out, _ = trained
    told = done("evaluate", out / "gan.keras", "--data", data, "--target", "age", "--json")
    found = json.loads(told[told.index("{") :])["metrics"]
    names = {"column_distance", "association_difference", "synthetic_training", "real_training"}
    assert names < set(found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "pai"), "Unknown column: 'pai'. Did you mean 'pay'?"),
        (("--labels", "job"), "leave out --labels"),
        (("--data", "ring", "--target", "age"), "--target names a column of a table"),
    ],
)
def test_measures_that_do_not_fit_are_refused(trained, arguments, message):
    data, out, _ = trained
    result = call("evaluate", out / "gan.keras", "--data", data, *arguments)
    assert result.exit_code == 1
    assert message in result.output


def test_another_table_is_refused_and_a_model_without_its_form_too(trained, tmp_path):
    data, out, _ = trained
    people(120).drop(columns="pay").to_csv(tmp_path / "other.csv", index=False)
    result = call("evaluate", out / "gan.keras", "--data", tmp_path / "other.csv")
    assert "The table lacks the columns 'pay'." in result.output
    (tmp_path / "gan.keras").write_bytes((out / "gan.keras").read_bytes())
    result = call("evaluate", tmp_path / "gan.keras", "--data", data)
    assert "that was trained on one: form.json beside it" in result.output


def test_pictures_of_tables_show_real_and_generated_shares():
    frame = people(120).drop(columns="name")
    with pytest.warns(UserWarning, match="has the same in each row"):
        table = datasets.table(frame, condition="job")
    form = Rows(table.encoding)
    figure = form.draw(form.joined(table.samples, table.condition))
    assert [axes.get_title() for axes in figure.axes[:5]] == list(frame)
    for axes in figure.axes[:5]:
        real, made = ([bar.get_height() for bar in bars] for bars in axes.containers)
        assert sum(real) == pytest.approx(1.0)
        # Of the real rows themselves.
        np.testing.assert_allclose(made, real, atol=1e-6)


BAD = {
    "ragged.csv": (b"a,b\n1,2\n3\n", (), "Row #3: Expected 2 columns, got 1"),
    "latin.csv": ("a,b\nx,1\n\xe9,2\n".encode("latin-1"), (), "'a', holds bytes that are not UTF"),
    "empty.csv": (b"", (), "Empty CSV file"),
    "twice.csv": (b"a,a\n1,2\n3,4\n", (), "several columns of the name 'a'"),
    "header.csv": (b"a,b\n", (), "at least 2 rows"),
    "one.csv": (b"a,b\n1,x\n1,x\n", (), "nothing to learn"),
    "infinite.csv": (b"a,b\n1,x\ninf,x\n", (), "Column 'a' holds infinite values"),
    "x.parquet": (b"PAR1", (), "cannot be read as a table"),
    "labels.csv": (b"a,b\n1,x\n2,y\n", ("--conditional",), "Columns of"),
    "column.csv": (b"a,b\n1,x\n2,y\n", ("--labels", "b"), "--conditional and --labels COLUMN"),
    "no.csv": (b"a,b\n1,x\n2,y\n", ("--conditional", "--labels", "c"), "There is no column 'c'"),
    "class.csv": (b"a,b\n1,x\n2,\n", ("--conditional", "--labels", "b"), "no label in 1 rows"),
    "same.csv": (b"a,b\n1,x\n2,x\n", ("--conditional", "--labels", "b"), "1 different values"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tables_are_refused_in_one_line_and_nothing_is_written(tmp_path, name):
    content, arguments, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    result = call("train", "--data", tmp_path / name, "--out", tmp_path / "run", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert name in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.slow
def test_objectives_are_compared_on_a_table(tmp_path):
    people().drop(columns=["name", "country"]).to_parquet(tmp_path / "people.parquet")
    done(
        *("compare", "--losses", "lsgan,hinge", "--data", tmp_path / "people.parquet"),
        *("--seeds", 1, "--updates", 20, "--measurements", 1, "--out", tmp_path / "compared"),
    )
    results = pd.read_csv(tmp_path / "compared" / "results.csv")
    assert set(results.objective) == {"lsgan", "hinge"}
    assert {"column_distance", "association_difference"} <= set(results)
