import importlib.util

import keras
import numpy as np
import pytest
import typer.testing

import keras_gan_losses as kgl
import keras_gan_losses_cli as cli
from keras_gan_losses.comparison import DiscriminatorUpdates, compare, executors
from tests.comparison import small


@pytest.fixture(autouse=True)
def no_run_may_start(monkeypatch):
    """Makes the first run a failure of the test."""

    def start(*arguments):
        raise AssertionError("a run was started")

    monkeypatch.setattr(executors, "run_in_process", start)


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


def changed_networks(**arguments):
    def build():
        generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        hidden = keras.layers.Dense(8, **{"activation": "relu"} | arguments)
        layers = [keras.Input((2,)), hidden, keras.layers.Dropout(0.3), keras.layers.Dense(1)]
        return generator, keras.Sequential(layers)

    return build


def own_networks(**arguments):
    """Networks whose configuration says nothing of their layers."""

    class Own(keras.Model):
        def __init__(self, count):
            super().__init__()
            self.inner = keras.layers.Dense(count, **arguments)

        def call(self, inputs):
            return self.inner(inputs)

    def build():
        generator, discriminator = Own(2), Own(1)
        generator(np.zeros((1, 3))), discriminator(np.zeros((1, 2)))
        return generator, discriminator

    return build


def lsgan(**arguments):
    return {"lsgan": {"loss": "lsgan", **arguments}}


def sliced(**arguments):
    return [kgl.metrics.SlicedWassersteinDistance(**arguments)]


def frechet(seed, **arguments):
    def make():
        keras.utils.set_random_seed(seed)
        network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, **arguments)])
        return [kgl.metrics.FrechetDistance(network)]

    return make


def adam(**arguments):
    return lsgan(generator_optimizer=keras.optimizers.Adam(1e-3, **arguments))


DATA = small.settings(None)["data"]
PENALTY = kgl.penalties.R1Penalty


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argument", "first", "second", "named"),
    [
        ("budget", DiscriminatorUpdates(4), DiscriminatorUpdates(8), "budget: "),
        ("batch_size", 8, 4, "batch_size: 8 there, now 4"),
        ("num_measurements", 2, 4, "num_measurements: 2 there, now 4"),
        ("data", DATA, RING.samples, r"data.samples: "),
        ("reference", DATA, DATA[:20], r"data.reference: "),
        (
            "build_networks",
            changed_networks(),
            changed_networks(activation="elu"),
            r"networks.discriminator.config.*activation: 'relu' there, now 'elu'",
        ),
        (
            "build_networks",
            changed_networks(),
            changed_networks(kernel_initializer="he_normal"),
            r"networks.discriminator.config.*kernel_initializer",
        ),
        (
            "build_networks",
            own_networks(),
            own_networks(activation="tanh"),
            r"networks.generator.config.inner_layers.0.config.activation: 'linear' there, now",
        ),
        (
            "build_networks",
            own_networks(),
            own_networks(bias_initializer=keras.initializers.Constant(0.5)),
            r"bias_initializer.*'Constant'",
        ),
        ("metrics", sliced(), sliced(num_projections=7), "num_projections: .* now 7"),
        ("metrics", sliced(), sliced(num_samples=20), "num_samples: None there, now 20"),
        ("metrics", frechet(0), frechet(1), "metrics.frechet_distance.features"),
        ("metrics", frechet(0), frechet(0, activation="tanh"), "metrics.frechet_distance.*tanh"),
        (
            "objectives",
            lsgan(penalties=[PENALTY(gamma=1.0)]),
            lsgan(penalties=[PENALTY(gamma=2.0)]),
            r"objectives.lsgan.penalties.0.config.gamma: 1.0 there, now 2.0",
        ),
        ("objectives", lsgan(penalties=[PENALTY()]), lsgan(), "objectives.lsgan.penalties: "),
        (
            "objectives",
            lsgan(),
            lsgan(generator_steps=2),
            "objectives.lsgan.generator_steps: 1 there, now 2",
        ),
        ("objectives", lsgan(), lsgan(fakes_per_real=2), "fakes_per_real: 1 there, now 2"),
        (
            "objectives",
            adam(),
            adam(clipnorm=1.0),
            "lsgan.generator_optimizer.config.clipnorm: None there, now 1.0",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_comparison_of_another_setting_is_left_alone(tmp_path, argument, first, second, named):
    # As a run that was killed: it has no result, and other settings must not take its place.
    compared = compare(**small.settings(tmp_path, seeds=[0], **{argument: first}))
    assert compared.failures == {("lsgan", 0): "AssertionError: a run was started"}
    before = (tmp_path / "comparison.json").read_text()
    with pytest.raises(ValueError, match=rf"a comparison of other settings \(.*{named}"):
        compare(**small.settings(tmp_path, seeds=[0], **{argument: second}))
    assert (tmp_path / "comparison.json").read_text() == before


@pytest.mark.parametrize("build", [changed_networks(), own_networks()])
def test_more_seeds_and_objectives_of_the_same_settings_are_taken(tmp_path, build):
    same = {"build_networks": build, "metrics": frechet(0)}
    compare(**small.settings(tmp_path, seeds=[0], **same))
    # Keras numbers later layers on.
    keras.layers.Dense(3), keras.layers.Dropout(0.5)
    objectives = {**small.settings(tmp_path)["objectives"], "hinge": "hinge"}
    compared = compare(**small.settings(tmp_path, objectives=objectives, seeds=[1], **same))
    assert set(compared.failures) == {("lsgan", 1), ("hinge", 1)}
    objectives = {"hinge": {"loss": "hinge", "fakes_per_real": 2}}
    with pytest.raises(ValueError, match=r"objectives\.hinge\.fakes_per_real"):
        compare(**small.settings(tmp_path, objectives=objectives, seeds=[1], **same))


def test_networks_that_are_others_after_the_same_seed_are_refused(tmp_path):
    units = iter(range(2, 9))

    def build():
        return kgl.architectures.mlp((2,), 3, hidden_units=(next(units),))

    changed = {"build_networks": build, "objectives": ["lsgan", "hinge"]}
    with pytest.raises(ValueError, match="must make the same networks after the same seed"):
        compare(**small.settings(tmp_path, **changed))


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
        (["--losses", "lsgan", "--updates", "5", "--seconds", "5"], "Give --updates or --seconds"),
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
