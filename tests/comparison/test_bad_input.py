import importlib.util

import keras
import numpy as np
import pytest
import typer.testing

import keras_gan_losses as kgl
from keras_gan_losses import cli
from keras_gan_losses.comparison import DiscriminatorUpdates, compare
from keras_gan_losses.comparison import run_process as run_process_module
from tests.comparison import small


@pytest.fixture(autouse=True)
def no_run_may_start(monkeypatch):
    """Makes the first run a failure of the test."""

    def start(*arguments):
        raise AssertionError("a run was started")

    monkeypatch.setattr(run_process_module, "run_in_process", start)


RING = kgl.datasets.ring(40)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"objectives": ["lsgan", "wgan_pg"]}, "Did you mean 'wgan_gp'"),
        ({"objectives": []}, "`objectives` must be several names"),
        ({"objectives": "lsgan"}, "`objectives` must be several names"),
        ({"objectives": ["lsgan", "lsgan"]}, "named twice"),
        ({"objectives": {"../lsgan": "lsgan"}}, "must do for a directory"),
        ({"seeds": 0}, "`seeds` must be a whole number"),
        ({"seeds": []}, "`seeds` must be different, at least one"),
        ({"seeds": [1, 1]}, "`seeds` must be different"),
        ({"seeds": [-1]}, "`seeds` must be a whole number"),
        ({"data": []}, "`data` must be an array with at least one sample"),
        ({"data": iter([1.0])}, "`data` must be an array"),
        ({"labels": [1, 2]}, "one entry for each sample"),
        ({"data": np.zeros((40, 3), "float32")}, "3"),
        ({"latent_dim": 5}, "5"),
        ({"metrics": []}, "`metrics` must name at least one measure"),
        ({"metrics": ["mode_coverage"]}, "Unknown metric: 'mode_coverage'"),
        ({"metrics": [kgl.metrics.ModeCoverage([[0.0], [1.0]], 0.1)]}, "must be of one shape"),
        ({"rank_by": "beauty"}, "Nothing is measured under the name 'beauty'"),
        ({"objectives": ["wgan_gp"]}, "must make the same number of discriminator updates"),
        ({"batch_size": 0}, "`batch_size` must be"),
        ({"num_measurements": 0}, "`num_measurements` must be"),
        ({"executor": "threads"}, "Unknown executor: 'threads'"),
        ({"executor": "dask"}, "needs an address"),
        ({"address": "tcp://host:1"}, "takes no address"),
    ],
)
def test_what_does_not_fit_is_said_before_the_first_run(tmp_path, changed, message):
    with pytest.raises(ValueError, match=message):
        compare(**small.settings(tmp_path, **changed))


def test_what_cannot_be_sent_to_another_process_is_said(tmp_path):
    file = (tmp_path / "open").open("w")
    with pytest.raises(ValueError, match="fit to be sent to other processes"):
        compare(**small.settings(tmp_path, build_networks=lambda: file.read()))
    file.close()


def test_a_list_takes_names_only(tmp_path):
    with pytest.raises(TypeError, match="Give others a name"):
        compare(**small.settings(tmp_path, objectives=[kgl.objectives.lsgan()]))


def test_a_directory_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Nothing can be written to .*Use another directory"):
        compare(**small.settings(tmp_path / "file" / "below"))


def test_another_comparison_in_the_directory_is_left_alone(tmp_path):
    compared = compare(**small.settings(tmp_path, seeds=[0]))
    assert compared.failures == {("lsgan", 0): "AssertionError: a run was started"}
    before = (tmp_path / "comparison.json").read_text()
    changes = {
        "budget": DiscriminatorUpdates(8),
        "batch_size": 4,
        "data": RING.samples,
        "objectives": {"lsgan": {"loss": "lsgan", "optimizer": keras.optimizers.Adam(1e-3)}},
    }
    for name, value in changes.items():
        with pytest.raises(
            ValueError, match=r"comparison of other settings: (budget|batch|data|ls)"
        ):
            compare(**small.settings(tmp_path, **{name: value}))
    assert (tmp_path / "comparison.json").read_text() == before


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="ray is installed")
def test_a_cluster_whose_library_is_missing_is_said(tmp_path):
    with pytest.raises(ImportError, match=r"'ray' needs a library .* pip install ray"):
        compare(**small.settings(tmp_path, executor="ray", address="auto"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--losses", "lsgan,wgan_pg"], "Did you mean 'wgan_gp'?"),
        (["--losses", ","], "`objectives` must be several names"),
        (["--losses", "lsgan", "--seeds", "0"], "`seeds` must be a whole number"),
        (["--losses", "lsgan", "--updates", "5", "--seconds", "5"], "in updates or in seconds"),
        (["--losses", "lsgan", "--seconds", "0"], "`seconds` must be"),
        (["--losses", "wgan_gp", "--updates", "7"], "Use 5."),
        (["--losses", "lsgan", "--metrics", "beauty"], "Unknown measure: 'beauty'"),
        (
            ["--losses", "lsgan", "--data", "digits", "--features", "samples"]
            + ["--metrics", "mode_coverage"],
            "needs data whose modes are known",
        ),
        (["--losses", "lsgan", "--out", "setup.cfg/below"], "Nothing can be written"),
    ],
    ids=str,
)
def test_the_command_says_it_in_one_line(tmp_path, arguments, message, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.cfg").touch()
    result = typer.testing.CliRunner().invoke(cli.app, ["compare", *arguments])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert message in result.output
