"""What every test shares: a fixed seed and quiet backends."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import pytest


@pytest.fixture(autouse=True)
def fixed_seed():
    """Makes each test independent of those before it."""
    keras.utils.set_random_seed(0)
