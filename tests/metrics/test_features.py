import keras
import numpy as np
import pytest

from keras_gan_losses.datasets import digits
from keras_gan_losses.metrics import features
from tests.metrics.toy import MeanGap

SAMPLES = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


def network(seed=0):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="relu", name="inner"),
            keras.layers.Dense(2),
        ]
    )


def test_flattened_features_keep_all_values_and_identity_the_shape():
    images = np.arange(24.0).reshape(2, 3, 4, 1)
    np.testing.assert_array_equal(features.FlattenedFeatures()(images), images.reshape(2, 12))
    np.testing.assert_array_equal(features.IdentityFeatures()(images), images)


def test_a_model_gives_its_output_or_that_of_a_layer():
    model = network()
    weights, bias, last, last_bias = (np.float64(w) for w in model.get_weights())
    inner = np.maximum(SAMPLES @ weights + bias, 0.0)
    np.testing.assert_allclose(
        features.ModelFeatures(model, layer="inner")(SAMPLES), inner, rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        features.get(model)(SAMPLES), inner @ last + last_bias, rtol=1e-5, atol=1e-6
    )


def test_a_model_runs_in_inference_mode():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.9)])
    np.testing.assert_array_equal(features.ModelFeatures(model)(SAMPLES), SAMPLES)


def test_a_missing_layer_a_foreign_object_and_a_wrong_shape_are_said():
    model = network()
    with pytest.raises(ValueError, match=r"no layer named 'outer'. Its layers: inner, dense"):
        features.ModelFeatures(model, layer="outer")
    with pytest.raises(TypeError, match=r"must be a keras.Model"):
        features.ModelFeatures(lambda samples: samples)
    with pytest.raises(ValueError, match=r"take samples of shape \(3,\). Received .*\(4,\)"):
        features.ModelFeatures(model)(np.zeros((5, 4)))


def test_features_of_a_configuration_wait_for_their_weights():
    original = features.ModelFeatures(network(), layer="inner", batch_size=2)
    copy = features.ModelFeatures.from_config(original.get_config())
    assert (copy.layer, copy.batch_size) == ("inner", 2)
    with pytest.raises(ValueError, match="without the network's weights"):
        copy(SAMPLES)
    copy.restore(original.arrays())
    np.testing.assert_array_equal(copy(SAMPLES), original(SAMPLES))


def test_the_content_key_follows_the_weights_and_the_settings():
    keys = [
        features.ModelFeatures(network(0)).content_key(),
        features.ModelFeatures(network(1)).content_key(),
        features.ModelFeatures(network(0), layer="inner").content_key(),
        features.FlattenedFeatures().content_key(),
        features.IdentityFeatures().content_key(),
    ]
    assert len(set(keys)) == 5
    same = features.ModelFeatures(network(0))
    same.model.name = features.ModelFeatures(network(0)).model.name
    assert features.FlattenedFeatures().content_key() == keys[3]


def test_a_classifier_of_ones_own_data_tells_its_classes():
    images, labels = digits()
    found = features.classifier_features(images, labels, epochs=3)
    classifier = found.model
    assert found(images).shape == (1797, 64)
    probabilities = classifier.predict(images, verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert np.mean(probabilities.argmax(axis=1) == labels) > 0.9


@pytest.mark.parametrize("shape", [(6,), (12, 2)])
def test_a_classifier_takes_tables_and_series_and_classes_with_names(shape):
    samples = np.random.default_rng(0).normal(size=(600, *shape)) * 100.0
    means = samples.reshape(600, -1).mean(axis=1)
    labels = np.where(means > 0, "high", "low")
    found = features.classifier_features(samples, labels, num_features=8, epochs=12)
    names = np.array(["high", "low"])[found.model.predict(samples, verbose=0).argmax(axis=1)]
    assert np.mean(names == labels) > 0.85


def test_a_classifier_leaves_the_global_seeds_of_python_and_numpy_alone():
    import random

    random.seed(5)
    np.random.seed(5)
    expected = (random.random(), np.random.random())
    random.seed(5)
    np.random.seed(5)
    labels = SAMPLES[:, 0] > 0
    with pytest.warns(UserWarning, match="its features tell little"):
        features.classifier_features(SAMPLES * 0.0, labels, epochs=1)
    assert (random.random(), np.random.random()) == expected


def test_the_same_seed_gives_the_same_classifier():
    samples, labels = SAMPLES.repeat(20, axis=0), (SAMPLES[:, 0] > 0).repeat(20)
    one, other = (
        features.classifier_features(samples, labels, epochs=1, seed=3).arrays() for _ in range(2)
    )
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


def test_data_that_cannot_be_classified_are_refused():
    with pytest.raises(ValueError, match=r"labels \(4,\)"):
        features.classifier_features(SAMPLES, np.zeros(4))
    with pytest.raises(ValueError, match=r"at least two classes. Received: 1"):
        features.classifier_features(SAMPLES, np.zeros(5))
    with pytest.raises(ValueError, match="NaN or infinite"):
        features.classifier_features(SAMPLES * np.nan, np.arange(5))


@pytest.fixture(scope="module")
def mobile_network():
    """A network of keras.applications with random weights."""
    keras.utils.set_random_seed(0)
    return keras.applications.MobileNet(
        include_top=False, weights=None, pooling="avg", input_shape=(32, 32, 3)
    )


def test_a_network_of_keras_applications_gives_pooled_features(tmp_path, mobile_network):
    size = {"image_size": 32, "weights": tmp_path / "features.weights.h5"}
    network = mobile_network
    network.save_weights(size["weights"])
    images = np.random.default_rng(0).uniform(-1, 1, (3, 32, 32, 1)).astype("float32")
    found = features.ApplicationFeatures("MobileNet", **size)
    # MobileNet's own preprocessing maps [0, 255] to [−1, 1], where our images are already.
    expected = network.predict(images.repeat(3, axis=-1), verbose=0)
    np.testing.assert_allclose(found(images), expected, rtol=1e-4, atol=1e-5)
    resized = found(images.repeat(2, axis=1).repeat(2, axis=2))
    assert resized.shape == expected.shape
    copy = features.ApplicationFeatures.from_config(found.get_config())
    assert copy.content_key() == found.content_key()
    network.set_weights([2.0 * weight for weight in network.get_weights()])
    network.save_weights(size["weights"])
    assert features.ApplicationFeatures("MobileNet", **size).content_key() != found.content_key()


def test_images_of_bytes_are_taken_in_their_range_and_refused_in_another(tmp_path, mobile_network):
    settings = {"image_size": 32, "weights": tmp_path / "features.weights.h5"}
    mobile_network.save_weights(settings["weights"])
    found = features.ApplicationFeatures("MobileNet", **settings)
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("uint8")
    of_bytes = features.ApplicationFeatures("MobileNet", value_range=(0, 255), **settings)
    expected = found(images / 127.5 - 1.0)
    np.testing.assert_allclose(of_bytes(images), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(of_bytes(images.astype("float32")), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found(images), expected, rtol=1e-4, atol=1e-5)
    for wrong in (images.astype("float32"), images.astype("int64"), images > 127):
        with pytest.raises(ValueError, match=r"`samples` must lie in `value_range`.*\(0, 255\)"):
            found(wrong)
    with pytest.raises(ValueError, match="the first below the second"):
        features.ApplicationFeatures("MobileNet", value_range=(1, 1))


def test_a_network_that_is_unknown_or_cannot_take_the_samples_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"'InceptionV4'. Did you mean 'InceptionV3'"):
        features.ApplicationFeatures("InceptionV4")
    with pytest.raises(ValueError, match="takes images of shape"):
        features.ApplicationFeatures("ResNet50")(SAMPLES)
    missing = features.ApplicationFeatures("MobileNet", weights=tmp_path / "none.weights.h5")
    with pytest.raises(ValueError, match=r"could not be made with weights=.*none\.weights\.h5"):
        missing(np.zeros((1, 32, 32, 3)))


def test_weights_that_cannot_be_downloaded_are_said_with_the_way_around(monkeypatch):
    def refuse(*arguments, **options):
        raise Exception("URL fetch failure on an address: None -- [Errno -2] unknown")

    monkeypatch.setattr(keras.applications.inception_v3, "InceptionV3", refuse)
    with pytest.raises(ConnectionError, match=r"Without a network: save .*classifier_features"):
        features.ApplicationFeatures("InceptionV3")(np.zeros((1, 8, 8, 1)))


def test_weights_of_features_are_saved_and_a_file_without_any_changes_nothing():
    metric = MeanGap(network())
    store = {}
    metric.save_own_variables(store)
    copy = MeanGap.from_config(metric.get_config())
    copy.load_own_variables(store)
    assert copy.features.content_key() == metric.features.content_key()
    metric.load_own_variables({})
    assert copy(SAMPLES, SAMPLES + 1.0) == metric(SAMPLES, SAMPLES + 1.0) > 0.0
