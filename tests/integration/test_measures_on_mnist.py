"""Whether the distances put known faults of generated digits in the right order."""

import gzip
import pathlib

import keras
import numpy as np
import pytest

from keras_gan_losses import metrics

MNIST = pathlib.Path(__file__).parents[3] / "shared" / "data" / "mnist"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not MNIST.is_dir(), reason="the original files of MNIST are not in ../shared/data/mnist"
    ),
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow",
        reason="distances are computed in NumPy: one backend's features are enough",
    ),
]


def read(name, offset):
    with gzip.open(MNIST / name) as file:
        return np.frombuffer(file.read(), "uint8")[offset:]


def images(part):
    pixels = read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1)
    return pixels.astype("float32") / 127.5 - 1.0, read(f"{part}-labels-idx1-ubyte.gz", 8)


@pytest.fixture(scope="module")
def features_of():
    """Features of real digits, and of such with each fault."""
    train, train_labels = images("train")
    extract = metrics.features.classifier_features(train[:6000], train_labels[:6000], epochs=2)
    test, labels = images("t10k")
    # At random: the first half of the test set is harder than the second.
    generator = np.random.default_rng(0)
    half, other = np.split(generator.permutation(len(test)), 2)
    real, classes = test[other], labels[other]

    def noisy(samples, deviation):
        noise = generator.normal(0.0, deviation, samples.shape)
        return np.clip(samples + noise, -1.0, 1.0).astype("float32")

    faults = {
        "reference": test[half],
        "none": real,
        "one class missing": real[classes != 1],
        "two classes missing": real[(classes != 1) & (classes != 8)],
        "noise": noisy(real, 0.25),
        "more noise": noisy(real, 0.5),
        "collapsed": noisy(real[np.arange(len(real)) % 50], 0.02),
    }
    return {name: extract(samples) for name, samples in faults.items()}


def values(measure, features_of):
    reference = features_of["reference"]
    return {
        name: measure(reference, features)
        for name, features in features_of.items()
        if name != "reference"
    }


@pytest.mark.parametrize(
    ("measure", "ratio"),
    [
        (metrics.frechet_distance, 4.0),
        (lambda real, fake: metrics.kernel_distance(real, fake, num_subsets=20).value, 10.0),
        (metrics.sliced_wasserstein_distance, 1.5),
    ],
    ids=["Fréchet", "kernel", "sliced Wasserstein"],
)
def test_distances_of_real_halves_are_small_and_faults_are_ordered(measure, ratio, features_of):
    found = values(measure, features_of)
    least = min(value for name, value in found.items() if name != "none")
    assert abs(found["none"]) * ratio < least
    assert found["one class missing"] < found["two classes missing"] < found["collapsed"]
    assert found["noise"] < found["more noise"] < found["collapsed"]


def test_recall_and_coverage_see_what_is_missing_and_density_what_is_bad(features_of):
    found = values(metrics.precision_recall, features_of)
    real = found["none"]
    assert min(real.precision, real.recall, real.density, real.coverage) > 0.9
    # Missing classes leave the quality as it is.
    for name in ("one class missing", "two classes missing", "collapsed"):
        assert found[name].precision > real.precision - 0.03
    for value in ("recall", "coverage"):
        by_fault = {name: getattr(estimate, value) for name, estimate in found.items()}
        assert by_fault["none"] > by_fault["one class missing"] > by_fault["two classes missing"]
        assert by_fault["two classes missing"] > by_fault["collapsed"] + 0.5
    assert real.density > found["noise"].density > found["more noise"].density + 0.1
    assert real.precision > found["more noise"].precision
