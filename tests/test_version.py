import importlib.metadata

import keras
import numpy as np

from keras_gan_losses import version


def test_versions_are_those_that_are_imported():
    found = version.versions()
    assert found["keras"] == keras.__version__
    assert found["numpy"] == np.__version__
    assert found[found["backend"]] == importlib.metadata.version(keras.backend.backend())


def test_a_backend_under_another_name_is_found_and_none_is_an_error(monkeypatch):
    """tensorflow-cpu and nightly builds bring the module under another distribution's name."""
    monkeypatch.setattr(keras.backend, "backend", lambda: "pil")
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: {"pil": ["pillow"]})
    version._installed.cache_clear()
    assert version.versions()["pil"] == importlib.metadata.version("pillow")
    monkeypatch.setattr(importlib.metadata, "packages_distributions", dict)
    version._installed.cache_clear()
    assert version.versions()["pil"] == "unknown"
    version._installed.cache_clear()
