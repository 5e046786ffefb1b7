"""What every test shares: the selection, a fixed seed and quiet backends."""

import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")
# Most tests compile the same small networks: JAX need do it only once.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", os.path.join(tempfile.gettempdir(), "keras_gan_losses_jax_cache")
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import keras
import pytest

from tests import selection


def pytest_addoption(parser):
    parser.addoption(
        "--all", action="store_true", help="run every test on this backend, slow ones too"
    )


def pytest_collection_modifyitems(config, items):
    if not config.option.all:
        selection.deselect(config, items, keras.backend.backend())


def pytest_report_collectionfinish(config):
    return None if config.option.all else "The short run; --all runs what is deselected too."


@pytest.fixture(autouse=True)
def fixed_seed():
    """Makes each test independent of those before it."""
    keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def own_objectives(monkeypatch):
    """Takes the objectives that a test registers out of the table again."""
    from keras_gan_losses.objectives import registry

    for name in ("_OBJECTIVES", "_ALIASES"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
