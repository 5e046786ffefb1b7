"""Digits and clothes for the protocols of images, from the original files of their sets."""

import functools
import gzip
import math
import pathlib
from collections.abc import Mapping

import numpy as np

from benchmarks.quality.protocol import Data
from keras_gan_losses import metrics
from keras_gan_losses.metrics.features import ModelFeatures

DIRECTORY = pathlib.Path(__file__).parents[3] / "shared" / "data"
_NUM_REFERENCE = 5_000


def read(name: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Images in [-1, 1] and labels of a part, "train" or "t10k", of a set.

    Raises:
        FileNotFoundError: If the files are not there.
    """
    directory = DIRECTORY / name
    if not directory.is_dir():
        raise FileNotFoundError(
            f"The original files of {name}, such as train-images-idx3-ubyte.gz, are expected in "
            f"{str(directory)!r}."
        )
    pixels = _content(directory / f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1)
    labels = _content(directory / f"{part}-labels-idx1-ubyte.gz", 8)
    return pixels.astype("float32") / 127.5 - 1.0, labels


def data(name: str) -> Data:
    """All training images, and half of the test images.

    Taken at random, because the first half of MNIST's is harder.
    """
    samples, _ = read(name, "train")
    held_out, _ = read(name, "t10k")
    chosen = np.random.default_rng(0).permutation(len(held_out))[:_NUM_REFERENCE]
    return Data(samples, held_out[chosen])


def stacked(num_samples: int, part: str, seed: int) -> np.ndarray:
    """Images of three channels, each a digit drawn at random."""
    digits, _ = read("mnist", part)
    chosen = np.random.default_rng(seed).integers(len(digits), size=(3, num_samples))
    return np.concatenate([digits[rows] for rows in chosen], axis=-1)


@functools.cache
def features(name: str) -> ModelFeatures:
    """What a small classifier of the set looks at."""
    return metrics.features.classifier_features(*read(name, "train"), epochs=2)


def nearness(last: Mapping[str, float | None]) -> float:
    """The Fréchet distance with its sign turned, so that more is better."""
    distance = last["frechet_distance"]
    return -math.inf if distance is None else -distance


def _content(path: pathlib.Path, offset: int) -> np.ndarray:
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), "uint8")[offset:]
