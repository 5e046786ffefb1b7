"""Metrics of Keras against the functions that they compute, alone and in a GAN."""

import json

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses import metrics
from keras_gan_losses.metrics import features
from tests import tiny

REAL, FAKE = tiny.samples(40), 1.3 * tiny.samples(30, seed=1)
TRAINING = tiny.samples(25, seed=2)
MODES = [[0.0, 0.0], [1.0, 1.0], [9.0, 9.0]]
PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(4), size=30).astype("float32")
IMAGES = np.random.default_rng(0).uniform(-1.0, 1.0, (30, 8, 8, 1)).astype("float32")


def mode_values():
    covered = metrics.mode_coverage(FAKE, MODES, 0.3)
    return {
        "covered_modes": covered.num_modes,
        "high_quality_share": covered.high_quality_share,
        "reverse_divergence": covered.reverse_divergence,
    }


def class_values():
    found = metrics.classified_mode_coverage(PROBABILITIES.argmax(axis=1), 4, [1, 2, 3, 4])
    return {"classified_modes": found.num_modes, "mode_divergence": found.divergence}


def precision_recall_values():
    values = metrics.precision_recall(REAL, FAKE, num_neighbors=3, counts_ties=True)
    return {key: getattr(values, key) for key in ("precision", "recall", "density", "coverage")}


# Each with arguments other than the defaults, the fake samples, and what the function gives.
CASES = {
    "sliced": (
        lambda: metrics.SlicedWassersteinDistance(order=1, num_projections=7, seed=3),
        FAKE,
        lambda: metrics.sliced_wasserstein_distance(REAL, FAKE, order=1, num_projections=7, seed=3),
    ),
    "kernel": (
        lambda: metrics.KernelDistance(num_subsets=7, subset_size=9, seed=3),
        FAKE,
        lambda: metrics.kernel_distance(REAL, FAKE, num_subsets=7, subset_size=9, seed=3).value,
    ),
    "precision_recall": (
        lambda: metrics.PrecisionRecall(num_neighbors=3, counts_ties=True),
        FAKE,
        precision_recall_values,
    ),
    "wasserstein": (
        lambda: metrics.WassersteinDistance(order=2),
        FAKE,
        lambda: metrics.wasserstein_distance(REAL, FAKE, order=2),
    ),
    "jensen_shannon": (
        lambda: metrics.MarginalJensenShannonDivergence(num_bins=5),
        FAKE,
        lambda: metrics.marginal_jensen_shannon_divergence(REAL, FAKE, num_bins=5),
    ),
    "kullback_leibler": (
        lambda: metrics.MarginalKullbackLeiblerDivergence(num_bins=2),
        FAKE,
        lambda: metrics.marginal_kullback_leibler_divergence(REAL, FAKE, num_bins=2),
    ),
    "modes": (lambda: metrics.ModeCoverage(MODES, 0.3), FAKE, mode_values),
    "classes": (
        lambda: metrics.ClassifiedModeCoverage(
            features.FlattenedFeatures(), reference=[1, 2, 3, 4]
        ),
        PROBABILITIES,
        class_values,
    ),
    "score": (
        lambda: metrics.ClassifierScore(features.FlattenedFeatures(), num_splits=3),
        PROBABILITIES,
        lambda: metrics.classifier_score(PROBABILITIES, num_splits=3).mean,
    ),
    "similarity": (
        lambda: metrics.MultiScaleStructuralSimilarity(
            num_pairs=50, seed=3, value_range=(-1.5, 1.5)
        ),
        IMAGES,
        lambda: metrics.mean_structural_similarity(
            IMAGES, num_pairs=50, seed=3, value_range=(-1.5, 1.5)
        ),
    ),
    "memorization": (
        lambda: metrics.NearestNeighborMemorization(TRAINING),
        FAKE,
        lambda: metrics.nearest_neighbor_memorization(TRAINING, REAL, FAKE),
    ),
    "memorization_informed": (
        lambda: metrics.MemorizationInformedFrechetDistance(TRAINING, threshold=0.3),
        FAKE,
        lambda: metrics.memorization_informed_frechet_distance(
            REAL, FAKE, training=TRAINING, threshold=0.3
        ),
    ),
}
WITHOUT_REAL = ["classes", "modes", "score", "similarity"]


@pytest.fixture(params=sorted(CASES))
def case(request):
    return CASES[request.param]


def gather(metric, fake, *, batch_size):
    for start in range(0, len(REAL), batch_size):
        rows = slice(start, start + batch_size)
        metric.update_state(REAL[rows], fake[rows] if start < len(fake) else None)
    return metric.result()


@pytest.mark.parametrize("batch_size", [40, 7])
def test_the_metric_is_the_function_of_all_samples_in_any_batches(case, batch_size):
    make, fake, expected = case
    assert gather(make(), fake, batch_size=batch_size) == expected()


def test_a_copy_by_configuration_has_the_same_settings_and_value(case):
    make, fake, expected = case
    config = keras.saving.serialize_keras_object(make())
    copy = keras.saving.deserialize_keras_object(json.loads(json.dumps(config)))
    assert type(copy) is type(make())
    assert copy.get_config() == make().get_config()
    if "training" in config["config"]:
        copy.training = TRAINING
    assert gather(copy, fake, batch_size=40) == expected()


def test_a_reset_forgets_all_samples(case):
    make, fake, expected = case
    metric = make()
    metric.update_state(5.0 + REAL, fake[::-1])
    metric.reset_state()
    assert gather(metric, fake, batch_size=40) == expected()


def test_each_value_says_whether_greater_is_better(case):
    metric = case[0]()
    value = gather(metric, case[1], batch_size=40)
    if isinstance(value, dict):
        assert list(value) == list(metric.higher_is_better) == metric.log_names
        assert all(isinstance(better, bool) for better in metric.higher_is_better.values())
    else:
        assert isinstance(metric.higher_is_better, bool)


@pytest.mark.parametrize("name", WITHOUT_REAL)
def test_generated_samples_alone_suffice_where_real_ones_are_not_used(name):
    make, fake, expected = CASES[name]
    metric = make()
    assert not metric.uses_real_samples
    metric.update_state(fake=fake)
    assert metric.result() == expected()


@pytest.mark.parametrize("name", ["classes", "modes"])
def test_a_given_name_begins_the_names_of_all_values(name):
    config = CASES[name][0]().get_config() | {"name": "mine"}
    metric = type(CASES[name][0]()).from_config(config)
    assert all(log_name.startswith("mine_") for log_name in metric.log_names)


def test_a_gan_evaluates_them_on_its_own_samples():
    gan = tiny.compiled_gan(
        loss="hinge",
        seed=0,
        metrics=[
            "sliced_wasserstein_distance",
            "wasserstein_distance",
            "marginal_jensen_shannon_divergence",
            metrics.ModeCoverage(MODES, 0.3, num_samples=25),
            metrics.NearestNeighborMemorization(TRAINING, num_samples=20),
        ],
    )
    logs = gan.evaluate(REAL, verbose=0, return_dict=True)
    fake = np.concatenate(list(gan.evaluation_samples(len(REAL), None)))
    covered = metrics.mode_coverage(fake[:25], MODES, 0.3)
    expected = {
        "sliced_wasserstein_distance": metrics.sliced_wasserstein_distance(REAL, fake),
        "wasserstein_distance": metrics.wasserstein_distance(REAL, fake),
        "marginal_jensen_shannon_divergence": metrics.marginal_jensen_shannon_divergence(
            REAL, fake
        ),
        "covered_modes": covered.num_modes,
        "high_quality_share": covered.high_quality_share,
        "reverse_divergence": covered.reverse_divergence,
        "nearest_neighbor_memorization": metrics.nearest_neighbor_memorization(
            TRAINING, REAL, fake[:20]
        ),
    }
    assert {name: logs[name] for name in expected} == pytest.approx(expected, nan_ok=True)


def image_gan(**kwargs):
    generator = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(64), keras.layers.Reshape((8, 8, 1))]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    gan = kgl.GAN(generator, discriminator, latent_dim=4, seed=0)
    gan.compile(loss="hinge", **kwargs)
    return gan


def digit_classifier(num_channels=1, activation="softmax"):
    return keras.Sequential(
        [
            keras.Input((8, 8, num_channels)),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(10, activation=activation),
        ]
    )


def test_a_loaded_gan_measures_the_same_with_its_classifier(tmp_path):
    classifier = digit_classifier()
    gan = image_gan(
        metrics=[
            metrics.ClassifierScore(classifier, num_samples=50),
            metrics.ClassifiedModeCoverage(classifier, reference=range(1, 11)),
            "multi_scale_structural_similarity",
        ]
    )
    logs = gan.evaluate(IMAGES, verbose=0, return_dict=True)
    assert 1.0 < logs["classifier_score"] < 10.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    again = loaded.evaluate(IMAGES, verbose=0, return_dict=True)
    assert again == pytest.approx(logs, rel=1e-5)


def test_a_loaded_gan_asks_for_the_training_samples_before_it_trains(tmp_path):
    gan = tiny.compiled_gan(
        loss="hinge", seed=0, metrics=[metrics.NearestNeighborMemorization(TRAINING)]
    )
    logs = gan.evaluate(REAL, verbose=0, return_dict=True)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    before = tiny.state(loaded)
    with pytest.raises(ValueError, match=r"needs the training samples.*\.training = x_train"):
        loaded.fit(REAL, batch_size=8, validation_data=(REAL,), verbose=0)
    tiny.assert_same(before, tiny.state(loaded))
    loaded.distribution_metrics[0].training = TRAINING
    again = loaded.evaluate(REAL, verbose=0, return_dict=True)
    assert again == pytest.approx(logs, rel=1e-5)


def test_training_samples_are_in_no_configuration_and_stay_in_the_metric():
    metric = metrics.NearestNeighborMemorization(TRAINING)
    assert "training" not in json.dumps(metric.get_config()).replace('"training": null', "")
    np.testing.assert_array_equal(metric.training, TRAINING)


def test_new_training_samples_replace_the_old_ones():
    metric = metrics.NearestNeighborMemorization(TRAINING)
    gather(metric, FAKE, batch_size=40)
    metric.training = FAKE
    assert metric.result() == 1.0


def test_training_samples_are_compared_by_their_features():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    metric = metrics.NearestNeighborMemorization(TRAINING, features=model)
    value = gather(metric, FAKE, batch_size=40)
    sets = (model.predict(samples, verbose=0) for samples in (TRAINING, REAL, FAKE))
    assert value == pytest.approx(metrics.nearest_neighbor_memorization(*sets), abs=0.01)


def test_too_many_pairs_are_refused_before_training(monkeypatch):
    gan = tiny.compiled_gan(loss="hinge", metrics=["wasserstein_distance"])
    monkeypatch.setattr("keras_gan_losses.metrics.wasserstein.MAX_NUM_PAIRS", 100)
    before = tiny.state(gan)
    with pytest.raises(ValueError, match="40 real and 40 generated samples, 1,600 pairs"):
        gan.fit(REAL, batch_size=8, validation_data=(REAL,), verbose=0)
    tiny.assert_same(before, tiny.state(gan))


def test_a_stacked_classifier_finds_the_digits_of_the_three_channels(tmp_path):
    classifier = digit_classifier()
    stacked = metrics.stacked_classifier(classifier)
    images = np.random.default_rng(1).normal(size=(20, 8, 8, 3)).astype("float32")
    channels = [classifier.predict(images[..., c : c + 1], verbose=0) for c in range(3)]
    found = stacked.predict(images, verbose=0)
    expected = np.einsum("ni,nj,nk->nijk", *channels).reshape(20, 1000)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-9)
    digits = np.stack([channel.argmax(axis=1) for channel in channels], axis=1)
    np.testing.assert_array_equal(found.argmax(axis=1), metrics.stacked_modes(digits))


def test_a_stacked_classifier_is_saved_with_its_metric(tmp_path):
    stacked = metrics.stacked_classifier(digit_classifier())
    stacked.save(tmp_path / "stacked.keras")
    loaded = keras.saving.load_model(tmp_path / "stacked.keras")
    images = np.ones((2, 8, 8, 3), "float32")
    np.testing.assert_allclose(
        loaded.predict(images, verbose=0), stacked.predict(images, verbose=0), rtol=1e-5
    )
    metric = metrics.ClassifiedModeCoverage(stacked)
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(json.loads(json.dumps(config)))
    assert copy.classifier.model.output_shape == (None, 1000)


@pytest.mark.parametrize("num_channels", [1, 3])
def test_classifiers_that_cannot_be_stacked_are_refused(num_channels):
    classifier = digit_classifier(num_channels)
    if num_channels == 1:
        classifier.pop()
    with pytest.raises(ValueError, match="`classifier` must take images of one channel"):
        metrics.stacked_classifier(classifier)


def test_a_classifier_of_logits_is_refused_for_the_score_alone():
    classifier = digit_classifier(activation=None)
    with pytest.raises(ValueError, match=r"has no activation and gives logits\. Add a softmax"):
        metrics.ClassifierScore(classifier)
    assert metrics.ClassifiedModeCoverage(classifier).classifier.model is classifier
    metrics.ClassifierScore(keras.Sequential([classifier, keras.layers.Softmax()]))


@pytest.mark.parametrize("cls", [metrics.ClassifierScore, metrics.ClassifiedModeCoverage])
def test_what_gives_no_classes_is_refused(cls):
    inner = features.ModelFeatures(digit_classifier(), layer="flatten")
    with pytest.raises(ValueError, match=r"features of the layer 'flatten'\. Pass their `model`"):
        cls(inner)
    with pytest.raises(TypeError, match=r"`classifier` must be .* Received: None"):
        cls(None)
    with pytest.raises(TypeError, match=r"must be a keras\.Model"):
        cls("inception")


def test_fewer_samples_than_splits_are_refused():
    metric = metrics.ClassifierScore(features.FlattenedFeatures(), num_splits=10)
    metric.update_state(fake=PROBABILITIES[:9])
    with pytest.raises(ValueError, match="at least 10 generated samples"):
        metric.result()
    assert metrics.ClassifierScore(features.FlattenedFeatures()).minimum_samples == 1


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: metrics.SlicedWassersteinDistance(order=3), "`order`"),
        (lambda: metrics.SlicedWassersteinDistance(num_projections=0), "`num_projections`"),
        (lambda: metrics.SlicedWassersteinDistance(seed=-1), "`seed`"),
        (lambda: metrics.WassersteinDistance(order=0), "`order`"),
        (lambda: metrics.MarginalJensenShannonDivergence(num_bins=0), "`num_bins`"),
        (lambda: metrics.MarginalKullbackLeiblerDivergence(num_bins=1.5), "`num_bins`"),
        (lambda: metrics.ModeCoverage([[0.0], [0.0]], 0.1), "`modes` must be distinct"),
        (lambda: metrics.ModeCoverage([[0.0]], -0.1), "`standard_deviation`"),
        (
            lambda: metrics.ClassifierScore(features.FlattenedFeatures(), num_splits=0),
            "`num_splits`",
        ),
        (
            lambda: metrics.ClassifiedModeCoverage(features.FlattenedFeatures(), reference=[-1, 1]),
            "`reference`",
        ),
        (lambda: metrics.MultiScaleStructuralSimilarity(num_pairs=0), "`num_pairs`"),
        (lambda: metrics.MultiScaleStructuralSimilarity(value_range=(1, 0)), "`value_range`"),
        (lambda: metrics.MultiScaleStructuralSimilarity(num_samples=1), "`num_samples`"),
        (lambda: metrics.NearestNeighborMemorization(np.zeros((0, 2))), "`training`"),
    ],
)
def test_bad_settings_are_refused_at_once(make, text):
    with pytest.raises(ValueError, match=text):
        make()
