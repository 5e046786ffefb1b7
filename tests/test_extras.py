"""An installation without what only some features need, nor any backend but the one in use."""

import json
import os
import pathlib
import subprocess
import sys

import keras
import pytest

_HIDING = """
import json, os, sys, warnings

class Hiding:
    '''Finder that does not find some packages, as where they are not installed.'''

    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *more):
        hidden = name.partition(".")[0] in HIDDEN
        return None if hidden else self.finder.find_spec(name, *more)

sys.meta_path[:] = map(Hiding, sys.meta_path)
HIDDEN = set(json.loads(sys.argv[1]))

def error_of(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except (ImportError, SystemExit) as error:
        return str(error)
"""
ROOT = pathlib.Path(__file__).parents[1]
OPTIONAL = {"matplotlib", "PIL", "sklearn", "scipy", "ot", "joblib", "jinja2", "cloudpickle"}
OPTIONAL |= {"typer", "pandas", "pyarrow", "tensorflow_datasets", "tensorboard", "dask", "ray"}
OPTIONAL |= {"soundfile"}
BACKENDS = {"tensorflow", "jax", "torch"}


def printed(program, hidden, **environment):
    """What a program prints where packages are hidden."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _HIDING + program, json.dumps(sorted(hidden))],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


_TRAINS = """
import numpy as np
import keras_gan_losses as kgl, keras

gan = kgl.GAN(*kgl.architectures.mlp((2,), 2, hidden_units=(4,)), latent_dim=2)
gan.compile(loss="wgan_gp", metrics=["sliced_wasserstein_distance"], run_eagerly=True)
samples = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
logs = gan.fit(samples, batch_size=4, validation_data=samples, verbose=0).history
gan.save("gan.keras")
measured = keras.saving.load_model("gan.keras").measure(
    samples, metrics=["sliced_wasserstein_distance"]
)

os.mkdir("folder")
open("folder/a.wav", "w").close()
errors = {
    "plots": error_of(kgl.plots.sample_grid, np.zeros((4, 8, 8, 1))),
    "plots, of a callback": error_of(kgl.callbacks.SamplePictures, "folder"),
    "images": error_of(kgl.datasets.image_folder, "folder"),
    "signals": error_of(kgl.datasets.signal_folder, "folder", length=64),
    "datasets": error_of(kgl.datasets.digits),
    "datasets, of TFDS": error_of(kgl.datasets.images, "mnist"),
    "tables": error_of(kgl.datasets.table, "x.csv"),
    "metrics": error_of(kgl.metrics.WassersteinDistance),
    "metrics, of sklearn": error_of(kgl.metrics.NearestNeighborMemorization, samples),
    "metrics, before training": error_of(gan.compile, metrics=["wasserstein_distance"]),
    "metrics, of functions": error_of(kgl.metrics.wasserstein_distance, samples, samples),
    "compare": error_of(kgl.comparison.compare, None, samples, ["r1"], latent_dim=2, out="out"),
    "cli": error_of(__import__, "keras_gan_losses_cli"),
}
print(json.dumps([sorted(logs), sorted(measured), errors, sorted(HIDDEN & set(sys.modules))]))
"""


@pytest.mark.backend("jax")
def test_training_needs_no_optional_package_and_each_feature_names_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backend = keras.config.backend()
    # JAX itself needs SciPy.
    hidden = (OPTIONAL - ({"scipy"} if backend == "jax" else set())) | (BACKENDS - {backend})
    logs, measured, errors, imported = printed(_TRAINS, hidden, KERAS_BACKEND=backend)
    assert {"generator_loss", "val_sliced_wasserstein_distance"} <= set(logs)
    assert measured == ["sliced_wasserstein_distance"]
    for feature, error in errors.items():
        extra = feature.partition(",")[0]
        assert f'pip install "keras-gan-losses[{extra}]"' in str(error), (feature, error)
    assert imported == []


@pytest.mark.backend("jax")
def test_without_its_backend_keras_is_not_begun_and_others_are_named():
    program = "print(json.dumps(error_of(__import__, 'keras_gan_losses')))"
    told = printed(program, BACKENDS, KERAS_BACKEND="jax")
    assert told == (
        "Keras begins with jax, which is not installed. Install one of tensorflow, jax and torch: "
        "pip install jax, KERAS_BACKEND=jax."
    )
    told = printed(program, {"tensorflow"}, KERAS_BACKEND="tensorflow")
    assert told == (
        "Keras begins with tensorflow, which is not installed. Set KERAS_BACKEND=jax or "
        "KERAS_BACKEND=torch, which is."
    )
