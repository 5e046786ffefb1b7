"""Marks that depend on the backend."""

from typing import Any

import keras
import pytest


def slow_elsewhere(test: Any) -> Any:
    """Marks a test as slow on all backends but TensorFlow, for what hardly differs among them."""
    return test if keras.backend.backend() == "tensorflow" else pytest.mark.slow(test)
