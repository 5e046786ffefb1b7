"""Layers of Keras as augmentations: which of them each backend differentiates right."""

import contextlib
import pathlib
import re

import keras
import pytest
from keras import layers

from keras_gan_losses import augmentation as aug

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "augmentation.md"
RANGE = {"value_range": (-1.0, 1.0)}
# With settings by which each changes samples, whatever it draws.
LAYERS = {
    "RandomFlip": lambda: layers.RandomFlip(seed=1),
    "RandomTranslation": lambda: layers.RandomTranslation(0.25, 0.25, seed=1),
    "RandomRotation": lambda: layers.RandomRotation((0.05, 0.1), seed=1),
    "RandomZoom": lambda: layers.RandomZoom((0.2, 0.3), seed=1),
    "RandomShear": lambda: layers.RandomShear((0.2, 0.3), (0.2, 0.3), seed=1),
    "RandomContrast": lambda: layers.RandomContrast(0.2, **RANGE, seed=1),
    "RandomBrightness": lambda: layers.RandomBrightness((0.1, 0.2), **RANGE, seed=1),
    "RandomSaturation": lambda: layers.RandomSaturation((0.6, 0.7), **RANGE, seed=1),
    "RandomHue": lambda: layers.RandomHue((0.1, 0.2), **RANGE, seed=1),
    "RandomGrayscale": lambda: layers.RandomGrayscale(1.0, seed=1),
    "RandomSharpness": lambda: layers.RandomSharpness((0.2, 0.3), **RANGE, seed=1),
    "RandomErasing": lambda: layers.RandomErasing(1.0, **RANGE, seed=1),
    "RandomPosterization": lambda: layers.RandomPosterization(4, **RANGE, seed=1),
    "AutoContrast": lambda: layers.AutoContrast(**RANGE),
    "Equalization": lambda: layers.Equalization(**RANGE),
    "GaussianNoise": lambda: layers.GaussianNoise(0.3, seed=1),
    "Dropout": lambda: layers.Dropout(0.3, seed=1),
}

# In the short run one that is right everywhere, and one whose gradient is wrong on a backend.
SHORT = {"RandomFlip": "every", "RandomTranslation": "tensorflow"}
MARKS = {name: pytest.mark.backend(which) for name, which in SHORT.items()}
CASES = [pytest.param(name, marks=MARKS.get(name, pytest.mark.slow)) for name in LAYERS]


def table():
    """What the page says of each layer on this backend."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    column = ("tensorflow", "jax", "torch").index(keras.backend.backend())
    return {name: cells.split(" | ")[column] for name, cells in rows}


# Some layers, which are refused, warn on torch.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", CASES)
def test_a_layer_is_taken_or_refused_as_the_page_says(name):
    augmentation = aug.get(LAYERS[name]())
    is_taken = table()[name] == "yes"
    refused = pytest.raises(ValueError, match=f"^{name} cannot")
    with contextlib.nullcontext() if is_taken else refused:
        augmentation.check((8, 8, 3))


def test_the_page_tells_of_each_layer():
    assert set(LAYERS) <= set(table())
