import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import AdversarialBatch

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 2, 3, 1)).astype("float32")


class CountingDiscriminator:
    """Scores half the squared norm, whose gradient is the sample itself."""

    def __init__(self):
        self.num_calls = 0
        self.arguments = []

    def __call__(self, samples, training):
        self.num_calls += 1
        self.arguments.append(training)
        return 0.5 * ops.sum(ops.square(samples), axis=(1, 2))


@pytest.fixture
def discriminator():
    return CountingDiscriminator()


@pytest.fixture
def batch(discriminator):
    return AdversarialBatch(discriminator, REAL, FAKE)


def squared_norms(samples):
    return np.sum(samples.astype("float64") ** 2, axis=(1, 2))


def test_scores_and_gradients_are_those_at_each_kind_of_samples(batch):
    for scores, gradient, samples in [
        (batch.real_scores, batch.real_gradient, REAL),
        (batch.fake_scores, batch.fake_gradient, FAKE),
    ]:
        expected = 0.5 * squared_norms(samples)
        np.testing.assert_allclose(ops.convert_to_numpy(scores), expected, rtol=1e-5)
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), samples, rtol=1e-6)


def test_gradient_can_be_asked_for_at_any_points(batch):
    points = 2.0 * REAL + FAKE
    gradient = ops.convert_to_numpy(batch.score_gradient(points))
    np.testing.assert_allclose(gradient, points, rtol=1e-6)


@pytest.mark.parametrize("player", ["real", "fake"])
def test_gradient_and_scores_share_one_forward_pass(batch, discriminator, player):
    getattr(batch, f"{player}_gradient")
    scores = ops.convert_to_numpy(getattr(batch, f"{player}_scores"))
    getattr(batch, f"{player}_gradient")
    assert discriminator.num_calls == 1
    samples = {"real": REAL, "fake": FAKE}[player]
    np.testing.assert_allclose(scores, 0.5 * squared_norms(samples), rtol=1e-5)


def test_scores_are_computed_once(batch, discriminator):
    assert batch.real_scores is batch.real_scores
    assert discriminator.num_calls == 1


def test_nothing_is_computed_before_it_is_asked_for(batch, discriminator):
    assert discriminator.num_calls == 0


def test_discriminator_runs_in_training_mode(batch, discriminator):
    assert [batch.real_scores is None, batch.fake_gradient is None] == [False, False]
    assert discriminator.arguments == [True, True]


def test_labels_go_with_all_samples():
    def discriminator(inputs, training):
        samples, labels = inputs
        return ops.cast(labels, "float32") * ops.sum(samples, axis=(1, 2, 3))

    labels = np.array([0, 1, 2, 3])
    batch = AdversarialBatch(discriminator, REAL, FAKE, condition=labels)
    expected = labels * FAKE.sum(axis=(1, 2, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(batch.fake_scores), expected, rtol=1e-5)
    gradient = ops.convert_to_numpy(batch.real_gradient)
    np.testing.assert_array_equal(gradient, np.ones_like(REAL) * labels[:, None, None, None])


def test_gradient_of_a_patch_map_is_that_of_the_sum_of_its_scores():
    batch = AdversarialBatch(lambda samples, training: ops.square(samples), REAL, FAKE)
    gradient = ops.convert_to_numpy(batch.real_gradient)
    np.testing.assert_allclose(gradient, 2.0 * REAL, rtol=1e-6)


def test_discriminator_that_ignores_its_samples_has_zero_gradient():
    batch = AdversarialBatch(lambda samples, training: ops.ones((4, 1)), REAL, FAKE)
    np.testing.assert_array_equal(ops.convert_to_numpy(batch.real_gradient), np.zeros_like(REAL))


def test_results_of_a_half_precision_discriminator_are_float32():
    network = keras.Sequential(
        [
            keras.Input((2, 3, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1, dtype="mixed_float16"),
        ]
    )
    batch = AdversarialBatch(network, REAL, FAKE)
    for result in (batch.real_gradient, batch.real_scores, batch.fake_scores):
        assert keras.backend.standardize_dtype(result.dtype) == "float32"


def test_integer_samples_are_differentiated_as_numbers():
    pixels = np.array([[1, 2], [3, 4]], "uint8")
    discriminator = lambda samples, training: ops.sum(ops.square(samples), axis=1)  # noqa: E731
    batch = AdversarialBatch(discriminator, pixels, pixels)
    np.testing.assert_array_equal(ops.convert_to_numpy(batch.real_gradient), 2.0 * pixels)


def test_forward_pass_with_gradient_updates_batch_statistics_once():
    network = keras.Sequential(
        [
            keras.Input((2, 3, 1)),
            keras.layers.Flatten(),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.Dense(1),
        ]
    )
    batch = AdversarialBatch(network, REAL, FAKE)
    assert batch.real_gradient is not None
    assert batch.real_scores is not None
    moving_mean = ops.convert_to_numpy(network.layers[1].moving_mean.value)
    expected = 0.1 * REAL.reshape(4, 6).mean(axis=0)
    np.testing.assert_allclose(moving_mean, expected, rtol=1e-4, atol=1e-6)
