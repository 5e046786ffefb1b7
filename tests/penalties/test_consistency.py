import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses import penalties, testing
from keras_gan_losses.penalties import (
    AdversarialBatch,
    ConsistencyPenalty,
    LatentConsistencyPenalty,
    LatentDiversityPenalty,
)
from keras_gan_losses.testing.differences import backend_gradients
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 2, 3, 1)).astype("float32")
LATENTS = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")
LATENT_PENALTIES = pytest.mark.parametrize(
    "kind", [LatentConsistencyPenalty, LatentDiversityPenalty]
)


@keras.saving.register_keras_serializable(package="tests")
def doubled(samples):
    return 2.0 * samples


def summed(samples, training):
    return ops.sum(samples, axis=(1, 2, 3))


class RecordingBatch(AdversarialBatch):
    """Keeps the latents of which samples were asked for."""

    def generate(self, latents):
        self.changed = ops.convert_to_numpy(latents).astype("float64")
        return super().generate(latents)


def dense(num_inputs, weights):
    network = keras.Sequential(
        [keras.Input((num_inputs,)), layers.Dense(weights.shape[1], use_bias=False)]
    )
    network.set_weights([weights])
    return network


# Zhang et al., 2019, arXiv:1910.12027, equation 3; balanced: Zhao et al., 2020,
# arXiv:2002.04724, algorithm 1; for T(x) = 2 x, so that D(x) − D(T(x)) = −D(x).
def formula(real, fake, weights, augmentation, weight=10.0, fake_weight=0.0):
    return weight * (real @ weights) ** 2 + fake_weight * (fake @ weights) ** 2


@pytest.mark.parametrize("weights", [{}, {"weight": 3.0, "fake_weight": 0.7}])
def test_penalty_is_that_of_the_papers(weights):
    arguments = {"augmentation": doubled, **weights}
    testing.check_penalty_values(ConsistencyPenalty, formula, arguments=arguments)
    testing.check_penalty_gradients(ConsistencyPenalty, formula, arguments=arguments)
    testing.check_penalty_zero_gradient(ConsistencyPenalty, formula, arguments=arguments)
    testing.check_penalty_uses_gradient(ConsistencyPenalty, arguments=arguments)


def test_penalty_of_a_half_precision_discriminator_is_float32():
    arguments = {"augmentation": doubled, "weight": 3.0}
    testing.check_penalty_precision(ConsistencyPenalty, formula, arguments=arguments)


@pytest.mark.parametrize("augmentation", [doubled, layers.GaussianNoise(0.3, seed=5)])
def test_penalty_is_saved_with_its_augmentation(augmentation):
    arguments = {"augmentation": augmentation, "weight": 3.0, "fake_weight": 0.7}
    check_round_trip(ConsistencyPenalty, {**arguments, "on": "image"}, common=SAVED_ARGUMENTS)


def test_augmentation_that_changes_nothing_costs_nothing():
    penalty = ConsistencyPenalty(augmentation=layers.Identity(), fake_weight=1.0)
    values = penalty(AdversarialBatch(summed, REAL, FAKE))
    np.testing.assert_array_equal(ops.convert_to_numpy(values), np.zeros(4))


def test_generated_samples_are_not_scored_for_the_plain_form():
    batch = AdversarialBatch(summed, REAL)  # asking for generated samples would be an error
    values = ops.convert_to_numpy(ConsistencyPenalty(augmentation=doubled, weight=1.0)(batch))
    expected = REAL.astype("float64").sum(axis=(1, 2, 3)) ** 2
    np.testing.assert_allclose(values, expected, rtol=1e-4)


def test_patches_of_a_map_are_averaged_for_each_sample():
    batch = AdversarialBatch(lambda samples, training: samples, REAL)
    values = ops.convert_to_numpy(ConsistencyPenalty(augmentation=doubled, weight=1.0)(batch))
    np.testing.assert_allclose(values, np.mean(REAL**2, axis=(1, 2, 3)), rtol=1e-5)


def test_augmenting_layer_runs_in_training_mode_and_its_state_is_the_penaltys():
    penalty = ConsistencyPenalty(augmentation=layers.GaussianNoise(0.5, seed=3), weight=1.0)
    assert len(penalty.variables) == 1
    samples = np.zeros((500, 1, 1, 1), "float32")
    before = tiny.values(penalty.variables)
    first, second = (
        ops.convert_to_numpy(penalty(AdversarialBatch(summed, samples))) for _ in range(2)
    )
    assert np.all(first != second)
    assert np.any(before[0] != tiny.values(penalty.variables)[0])
    assert abs(first.mean() - 0.25) < 5.0 * 0.25 * np.sqrt(2 / 500)


def image_gan(penalty):
    """A GAN of images of 4 × 4 pixels."""
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(16, activation="tanh"), layers.Reshape((4, 4, 1))],
        name="generator",
    )
    discriminator = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1)], name="discriminator"
    )
    gan = kgl.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(loss="hinge", penalties=[penalty])
    return gan


@pytest.mark.backend("any")
def test_random_augmentation_is_saved_and_training_goes_on_to_the_bit(tmp_path):
    def train(gan):
        images = np.random.default_rng(0).normal(size=(16, 4, 4, 1)).clip(-1, 1).astype("float32")
        return gan.fit(images, batch_size=8, shuffle=False, verbose=0).history

    augmentation = keras.Sequential(
        [layers.RandomFlip("horizontal", seed=1), layers.RandomTranslation(0.25, 0.25, seed=2)]
    )
    gan = image_gan(ConsistencyPenalty(augmentation=augmentation, fake_weight=5.0))
    assert train(gan)["consistency_penalty"][0] > 0.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for model in (gan, loaded):
        train(model)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


@pytest.mark.backend("any")
def test_latent_penalties_train_in_a_gan():
    kinds = [LatentConsistencyPenalty(standard_deviation=0.5), LatentDiversityPenalty()]
    gan = tiny.compiled_gan(loss="hinge", penalties=kinds, batch_normalization=True)
    history = gan.fit(tiny.samples(16), batch_size=8, verbose=0).history
    assert history["latent_consistency_penalty"][0] > 0.0
    assert history["latent_diversity_penalty"][0] < 0.0


# Zhao et al., 2020, arXiv:2002.04724, algorithm 2, for linear networks.
def test_latent_consistency_is_that_of_the_scores():
    matrix, weights = np.float32([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]), np.float32([[1], [2], [3]])
    batch = RecordingBatch(
        dense(3, weights), np.zeros((4, 3)), generator=dense(2, matrix), latents=LATENTS
    )
    assert batch.fake.shape == (4, 3)  # made before the changed ones, which are recorded
    penalty = LatentConsistencyPenalty(weight=2.0, standard_deviation=0.5)
    values = ops.convert_to_numpy(penalty(batch))
    expected = 2.0 * ((batch.changed - LATENTS) @ matrix @ weights)[:, 0] ** 2
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-4)


def test_latent_diversity_is_minus_the_squared_distance_of_samples():
    matrix = np.float32([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])
    batch = RecordingBatch(None, np.zeros((4, 3)), generator=dense(2, matrix), latents=LATENTS)
    assert batch.fake.shape == (4, 3)
    values = LatentDiversityPenalty(weight=2.0, standard_deviation=0.5)(batch)
    expected = -2.0 * np.sum(((batch.changed - LATENTS) @ matrix) ** 2, axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-4, atol=1e-4)


@LATENT_PENALTIES
def test_change_of_latents_is_normal_of_the_given_size(kind):
    latents = np.random.default_rng(0).normal(size=(1000, 4)).astype("float32")
    score = lambda samples, training: samples  # noqa: E731
    generate = lambda latents, training: latents  # noqa: E731
    batch = RecordingBatch(score, latents, latents, generator=generate, latents=latents)
    kind(standard_deviation=0.2)(batch)
    steps = (batch.changed - latents).ravel()
    assert abs(steps.mean()) < 5.0 * 0.2 / np.sqrt(steps.size)
    assert abs(steps.std() - 0.2) < 5.0 * 0.2 / np.sqrt(2 * steps.size)
    assert abs(np.mean(steps**4) / 0.2**4 - 3.0) < 0.6


def gradients_of(kind):
    """Gradients by the weights of a linear generator and of a linear discriminator."""
    matrix, weights = np.float32([[1.0, 2.0], [0.5, 3.0]]), np.float32([[1.0], [2.0]])
    generator, discriminator = dense(2, matrix), dense(2, weights)
    seed_generator = keras.random.SeedGenerator(0)
    state = [*generator.variables, *discriminator.variables, seed_generator.state]

    def function():
        batch = RecordingBatch(
            discriminator,
            np.zeros((4, 2), "float32"),
            generator=generator,
            latents=LATENTS,
            seed_generator=seed_generator,
            state=state,
        )
        return ops.mean(kind(weight=1.0, standard_deviation=0.5)(batch)), None

    variables = [*generator.trainable_variables, *discriminator.trainable_variables]
    return matrix, weights, backend_gradients(function, variables, state)


def changes():
    """The changes of latents that `gradients_of` draws."""
    steps = keras.random.normal((4, 2), seed=keras.random.SeedGenerator(0))
    return 0.5 * ops.convert_to_numpy(steps).astype("float64")


def test_only_the_generator_learns_from_latent_diversity():
    matrix, _, (by_matrix, by_weights) = gradients_of(LatentDiversityPenalty)
    np.testing.assert_array_equal(by_weights, np.zeros((2, 1)))
    steps = changes()
    expected = -2.0 * steps.T @ steps @ matrix / 4.0
    np.testing.assert_allclose(by_matrix, expected, rtol=1e-3, atol=1e-4)


def test_discriminator_learns_from_latent_consistency():
    matrix, weights, (_, by_weights) = gradients_of(LatentConsistencyPenalty)
    differences = changes() @ matrix
    expected = 2.0 * differences.T @ differences @ weights / 4.0
    np.testing.assert_allclose(by_weights, expected, rtol=1e-3, atol=1e-4)


def test_changed_samples_carry_no_gradient_to_the_generator():
    # Given samples carry none either, as in the discriminator's update.
    generator = dense(2, np.float32([[1.0, 2.0], [0.5, 3.0]]))
    seed_generator = keras.random.SeedGenerator(0)
    state = [*generator.variables, seed_generator.state]

    def function():
        batch = AdversarialBatch(
            lambda samples, training: samples,
            LATENTS,
            LATENTS,
            generator=generator,
            latents=LATENTS,
            seed_generator=seed_generator,
            state=state,
        )
        return ops.mean(LatentConsistencyPenalty()(batch)), None

    (gradient,) = backend_gradients(function, generator.trainable_variables, state)
    np.testing.assert_array_equal(gradient, np.zeros((2, 2)))


@LATENT_PENALTIES
def test_latent_penalties_are_saved(kind):
    original = kind(weight=3.0, standard_deviation=0.7, every=2, name="near")
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert type(copy) is kind
    assert copy.get_config() == original.get_config()
    assert (copy.weight, copy.standard_deviation, copy.every) == (3.0, 0.7, 2)


@LATENT_PENALTIES
def test_batch_without_latents_or_generator_is_refused(kind):
    with pytest.raises(ValueError, match="This batch has no latents"):
        kind()(AdversarialBatch(summed, REAL, FAKE))
    with pytest.raises(ValueError, match="This batch has no generator"):
        kind()(AdversarialBatch(summed, REAL, FAKE, latents=LATENTS))


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda **kwargs: ConsistencyPenalty(augmentation=doubled, **kwargs), "weight"),
        (lambda **kwargs: ConsistencyPenalty(augmentation=doubled, **kwargs), "fake_weight"),
        (LatentConsistencyPenalty, "weight"),
        (LatentConsistencyPenalty, "standard_deviation"),
        (LatentDiversityPenalty, "weight"),
        (LatentDiversityPenalty, "standard_deviation"),
    ],
)
def test_arguments_out_of_range_are_refused(make, argument):
    with pytest.raises(ValueError, match=f"`{argument}` must be a finite number and at least 0"):
        make(**{argument: -1.0})


def test_augmentation_that_cannot_be_called_is_refused():
    with pytest.raises(TypeError, match=r"a Keras layer, a function.* Received: 3\."):
        ConsistencyPenalty(augmentation=3)
    with pytest.raises(ValueError, match=r"Unknown augmentation: 'flip'"):
        ConsistencyPenalty(augmentation="flip")


def test_papers_settings_are_found_by_name():
    consistency, diversity = map(penalties.get, ("latent_consistency", "latent_diversity"))
    assert (consistency.weight, consistency.standard_deviation) == (5.0, 0.03)
    assert (diversity.weight, diversity.standard_deviation) == (0.5, 0.03)
    assert (consistency.player, diversity.player) == ("discriminator", "generator")
