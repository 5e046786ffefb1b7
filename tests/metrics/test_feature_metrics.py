"""The metrics of Keras of which the statistics are not simply all features."""

import importlib
import json

import keras
import numpy as np
import pytest

from keras_gan_losses import metrics
from tests import tiny

REAL, FAKE = tiny.samples(40), 1.3 * tiny.samples(30, seed=1)
COVARIANCES = ["full", "diagonal", "none"]


@pytest.fixture
def radii_calls(monkeypatch):
    """Numbers of samples for which radii were computed by metrics."""
    calls = []
    function = metrics.neighborhood_radii

    def counting(features, **kwargs):
        calls.append(len(features))
        return function(features, **kwargs)

    # The module's name in the package is its function's.
    module = importlib.import_module("keras_gan_losses.metrics.precision_recall")
    monkeypatch.setattr(module, "neighborhood_radii", counting)
    return calls


@pytest.mark.parametrize("batch_size", [40, 7, 1])
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_the_frechet_metric_is_the_function_in_any_batches(covariance, batch_size):
    metric = metrics.FrechetDistance(covariance=covariance)
    for start in range(0, 40, batch_size):
        rows = slice(start, start + batch_size)
        metric.update_state(REAL[rows], FAKE[rows] if start < len(FAKE) else None)
    expected = metrics.frechet_distance(REAL, FAKE, covariance=covariance)
    assert metric.result() == pytest.approx(expected, rel=1e-12)
    metric.reset_state()
    assert metric(REAL, REAL[::-1]) == 0.0


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_copy_of_the_frechet_metric_has_its_covariance(covariance):
    metric = metrics.FrechetDistance(covariance=covariance, num_samples=9, name="fid")
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(metric)))
    copy = keras.saving.deserialize_keras_object(config)
    assert (copy.covariance, copy.num_samples, copy.name) == (covariance, 9, "fid")
    assert copy.make_statistics().kind == metric.make_statistics().kind
    assert copy(REAL, FAKE) == metrics.frechet_distance(REAL, FAKE, covariance=covariance)


def test_directions_of_the_values():
    assert metrics.FrechetDistance.higher_is_better is False
    assert metrics.KernelDistance.higher_is_better is False
    assert set(metrics.PrecisionRecall.higher_is_better.values()) == {True}


def test_the_least_number_of_samples_follows_from_the_settings():
    assert metrics.FrechetDistance().minimum_samples == 2
    assert metrics.FrechetDistance(covariance="none").minimum_samples == 1
    assert metrics.PrecisionRecall(num_neighbors=3).minimum_samples == 4
    assert metrics.KernelDistance(subset_size=None).minimum_samples == 2
    with pytest.raises(ValueError, match="`num_samples` must be a whole number of at least 1000"):
        metrics.KernelDistance(num_samples=999)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: metrics.FrechetDistance(covariance="half"), "Unknown covariance: 'half'"),
        (lambda: metrics.KernelDistance(num_subsets=0), "`num_subsets`"),
        (lambda: metrics.KernelDistance(subset_size=1), "`subset_size`"),
        (lambda: metrics.KernelDistance(seed=-1), "`seed`"),
        (lambda: metrics.PrecisionRecall(num_neighbors=0), "`num_neighbors`"),
    ],
)
def test_bad_settings_are_refused_at_once(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_a_set_too_small_for_subsets_is_refused_before_training():
    gan = tiny.compiled_gan(loss="hinge", metrics=["kernel_distance"])
    before = tiny.state(gan)
    with pytest.raises(ValueError) as error:
        gan.fit(REAL, batch_size=8, validation_data=(REAL,), verbose=0)
    assert str(error.value) == (
        "The metric 'kernel_distance' draws subsets of 1000 real samples. Received: 40. Give "
        "more, set a smaller `subset_size`, or None for all at once."
    )
    tiny.assert_same(before, tiny.state(gan))


def test_a_gan_evaluates_them_on_its_own_samples(radii_calls, tmp_path):
    gan = tiny.compiled_gan(
        loss="hinge",
        seed=0,
        metrics=[
            metrics.FrechetDistance(cache_directory=tmp_path),
            metrics.FrechetDistance(covariance="none", name="means"),
            metrics.KernelDistance(subset_size=None),
            "precision_recall",
        ],
    )
    for _ in range(2):
        logs = gan.evaluate(REAL, verbose=0, return_dict=True)
    fake = np.concatenate(list(gan.evaluation_samples(len(REAL), None)))
    expected = {
        "frechet_distance": metrics.frechet_distance(REAL, fake),
        "means": metrics.frechet_distance(REAL, fake, covariance="none"),
        "kernel_distance": metrics.kernel_distance(REAL, fake, subset_size=None).value,
        **vars(metrics.precision_recall(REAL, fake)),
    }
    assert {name: logs[name] for name in expected} == pytest.approx(expected, rel=1e-6)
    assert radii_calls == [40]
    # Statistics from the folder are those of the samples.
    other = tiny.compiled_gan(
        loss="hinge", seed=0, metrics=[metrics.FrechetDistance(cache_directory=tmp_path)]
    )
    assert len(list(tmp_path.glob("*.npz"))) == 1
    fake = np.concatenate(list(other.evaluation_samples(len(REAL), None)))
    again = other.evaluate(REAL, verbose=0, return_dict=True)["frechet_distance"]
    assert again == pytest.approx(metrics.frechet_distance(REAL, fake), rel=1e-6)


def test_radii_are_computed_anew_for_other_real_samples(radii_calls):
    metric = metrics.PrecisionRecall()
    metric(REAL, FAKE)
    metric.result()
    assert radii_calls == [40]
    value = metric(REAL + 0.5, FAKE)
    assert radii_calls == [40, 80]
    real, fake = np.concatenate([REAL, REAL + 0.5]), np.concatenate([FAKE, FAKE])
    assert value == vars(metrics.precision_recall(real, fake))
    metric.reset_state()
    assert metric(REAL, FAKE) == vars(metrics.precision_recall(REAL, FAKE))


def test_features_that_are_no_rows_are_refused():
    images = np.zeros((8, 4, 4, 1), "float32")
    for cls in (metrics.FrechetDistance, metrics.PrecisionRecall):
        with pytest.raises(ValueError, match=r"must have the shape \(samples, features\)"):
            cls(metrics.features.IdentityFeatures())(images, images)
