import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from tests import tiny

pytestmark = pytest.mark.backend("any")

CENTRES = np.float32([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])


def labelled_samples(num_samples=192, seed=0):
    """2-D samples of three classes, far apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(num_samples) % 3
    noise = random.normal(scale=0.2, size=(num_samples, 2)).astype("float32")
    return CENTRES[labels] + noise, labels


def classifier():
    """A discriminator that tells the class beside its score."""
    samples = keras.Input((2,))
    features = layers.Dense(16, activation="leaky_relu")(samples)
    outputs = {"scores": layers.Dense(1)(features), "class_logits": layers.Dense(3)(features)}
    return keras.Model(samples, outputs, name="discriminator")


def make_gan(**kwargs):
    generator, _ = tiny.networks(num_classes=3)
    gan = kgl.GAN(generator, classifier(), latent_dim=4, seed=0)
    gan.compile(loss="acgan", **kwargs)
    return gan


def test_a_gan_with_an_auxiliary_classifier_trains_and_is_saved(tmp_path):
    gan, (x, y) = make_gan(), labelled_samples(21)
    history = gan.fit(x, y, batch_size=8, epochs=1, validation_data=(x, y), verbose=0).history
    for name in ("auxiliary_classifier_penalty", "auxiliary_classifier_generator_penalty"):
        assert np.isfinite(history[name][0])
    assert np.isfinite(history["val_loss"][0])
    total = history["discriminator_loss"][0] + history["auxiliary_classifier_penalty"][0]
    assert history["loss"][0] == pytest.approx(total, rel=1e-5)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    labels = [0, 1, 2, 0]
    assert gan.generate(4, condition=labels, seed=0).shape == (4, 2)
    np.testing.assert_array_equal(
        gan.generate(4, condition=labels, seed=0), loaded.generate(4, condition=labels, seed=0)
    )
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


def test_generated_samples_are_of_the_class_that_was_asked_for():
    gan, (x, y) = make_gan(optimizer=keras.optimizers.Adam(2e-2, 0.5)), labelled_samples()

    def accuracy():
        labels = np.arange(90) % 3
        samples = gan.generate(90, condition=labels, seed=0)
        distances = np.linalg.norm(samples[:, None] - CENTRES, axis=-1)
        return np.mean(distances.argmin(axis=1) == labels)

    before = accuracy()
    gan.fit(x, y, batch_size=64, epochs=25, shuffle=False, verbose=0)
    assert before < 0.7
    assert accuracy() > 0.9


def test_a_discriminator_without_classes_and_networks_without_labels_are_refused():
    generator, discriminator = tiny.networks(num_classes=3)
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    with pytest.raises(ValueError, match="needs a discriminator with the output 'class_logits'"):
        gan.compile(loss="acgan")
    generator, _ = tiny.networks()
    gan = kgl.GAN(generator, classifier(), latent_dim=4)
    with pytest.raises(ValueError, match=r"needs the samples' labels. Received none"):
        gan.compile(loss="acgan")
