import warnings

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses.callbacks import CollapseMonitor
from tests import tiny
from tests.callbacks import training

RING = kgl.datasets.ring(600, standard_deviation=0.05)


class Fixed(keras.layers.Layer):
    """Points that a function makes of the inputs, and one weight, since a generator trains some."""

    def __init__(self, points):
        super().__init__()
        self.points = points

    def build(self, input_shape=None):
        self.shift = self.add_weight(shape=(2,), initializer="zeros", name="shift")

    def call(self, inputs):
        return self.points(inputs) + self.shift


def on_modes(num_modes):
    """Turns four normal latents into points of a ring, around some of its modes."""

    def points(latents):
        angle = ops.arctan2(latents[:, 1], latents[:, 0]) / (2 * np.pi) + 0.5
        mode = ops.minimum(ops.floor(angle * num_modes), num_modes - 1) * (2 * np.pi / 8)
        centres = ops.stack([ops.cos(mode), ops.sin(mode)], axis=1)
        return centres + 0.05 * latents[:, 2:]

    return points


def blind(latents):
    """Points that hardly depend on the latents."""
    return 0.01 * latents[:, :2] + 1.0


def label_only(inputs):
    latents, labels = inputs
    levels = ops.cast(labels, "float32")[:, None]
    return ops.concatenate([levels, -levels], axis=1) + 0.001 * latents[:, :2]


def gan_of(points, num_classes=None):
    latents = keras.Input((4,))
    inputs = [latents, keras.Input((), dtype="int32")] if num_classes else latents
    generator = keras.Model(inputs, Fixed(points)(inputs))
    gan = kgl.GAN(generator, tiny.networks(num_classes=num_classes)[1], latent_dim=4)
    gan.compile(optimizer=keras.optimizers.SGD(0.0))
    return gan


def watch(gan, monitor, epochs=3):
    """The logs, and what was said."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = training.fit(gan, [monitor], epochs=epochs, samples=RING.samples[:16])
    return history.history, [str(w.message) for w in caught if "collapsed" in str(w.message)]


@pytest.mark.parametrize("seed", range(5))
def test_it_is_silent_on_a_perfect_ring_and_speaks_on_a_generator_blind_to_its_latents(seed):
    keras.utils.set_random_seed(seed)
    logs, said = watch(gan_of(on_modes(8)), CollapseMonitor(RING, patience=2))
    assert logs["mode_share"] == [1.0] * 3
    assert logs["diversity"] == pytest.approx([1.0] * 3, abs=0.05)
    assert said == []
    logs, said = watch(gan_of(blind), CollapseMonitor(RING, patience=2))
    (words,) = said
    assert "has collapsed: diversity 0.0" in words
    assert "in epoch 2, the last of 2 below 0.5" in words


def test_lost_modes_are_seen_where_modes_are_known():
    logs, said = watch(gan_of(on_modes(3)), CollapseMonitor(RING, patience=1))
    assert logs["mode_share"] == [3 / 8] * 3
    assert "mode_share 0.375" in said[0]
    logs, _ = watch(gan_of(on_modes(3)), CollapseMonitor(RING.samples, patience=9))
    assert "mode_share" not in logs


def test_the_diversity_is_the_ratio_of_mean_distances():
    real = tiny.samples(30)
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(0.0))
    monitor = CollapseMonitor(real, patience=99, features=lambda samples: samples**3)
    logs, _ = watch(gan, monitor, epochs=1)

    def mean_distance(samples):
        cubes = samples.astype("float64") ** 3
        pairs = [(i, j) for i in range(30) for j in range(30) if i != j]
        return np.mean([np.linalg.norm(cubes[i] - cubes[j]) for i, j in pairs])

    expected = mean_distance(gan.generate(30, seed=0)) / mean_distance(real)
    assert logs["diversity"][0] == pytest.approx(expected, rel=1e-4)


def test_a_class_that_collapses_into_one_sample_is_seen_by_its_labels():
    gan = gan_of(label_only, num_classes=3)
    labels = np.arange(60) % 3
    real = tiny.samples(60)
    monitor = CollapseMonitor(real, condition=labels, patience=1)
    with pytest.warns(UserWarning, match=r"has collapsed: diversity 0\.00"):
        gan.fit(real, labels, batch_size=20, verbose=0, callbacks=[monitor])


def test_it_stops_training_if_told_to():
    _, said = watch(gan_of(blind), CollapseMonitor(RING, patience=2), epochs=4)
    assert "Training stops" not in said[0]
    gan = gan_of(blind)
    monitor = CollapseMonitor(RING, patience=2, stops_training=True)
    logs, said = watch(gan, monitor, epochs=9)
    assert len(logs["diversity"]) == 2
    assert "Training stops." in said[0]
    logs, _ = watch(gan, monitor, epochs=9)
    assert len(logs["diversity"]) == 2


def test_a_small_gan_that_learns_the_ring_is_left_alone():
    ring = kgl.datasets.ring(4000, standard_deviation=0.05)
    gan = kgl.GAN(*kgl.architectures.mlp((2,), 2), latent_dim=2)
    gan.compile(loss="r3gan", optimizer=keras.optimizers.Adam(1e-3, 0.5))
    monitor = CollapseMonitor(ring, patience=5)
    history = gan.fit(ring.samples, batch_size=128, epochs=12, verbose=0, callbacks=[monitor])
    # A single epoch may end while a mode is out of sight.
    assert np.median(history.history["diversity"]) > 0.8
    assert np.median(history.history["mode_share"]) > 0.8


def test_training_is_left_alone_to_the_bit():
    training.assert_leaves_training_alone(lambda: [CollapseMonitor(tiny.samples(30), patience=99)])


def test_what_cannot_be_compared_is_refused_before_training():
    gan = tiny.compiled_gan()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match="all that are compared are the same"):
        training.fit(gan, [CollapseMonitor(np.ones((8, 2), "float32"))])
    with pytest.raises(ValueError, match=r"Received data of shape \(8, 3\)"):
        training.fit(gan, [CollapseMonitor(np.ones((8, 3), "float32"))])
    tiny.assert_same(before, tiny.state(gan))
    with pytest.raises(ValueError, match="`least_diversity` must be"):
        CollapseMonitor(RING, least_diversity=1.5)
    with pytest.raises(ValueError, match="`patience` must be"):
        CollapseMonitor(RING, patience=0)
