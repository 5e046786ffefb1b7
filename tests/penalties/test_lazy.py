import itertools

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan_losses.penalties import (
    AdversarialBatch,
    DraganPenalty,
    GradientPenalty,
    LatentDiversityPenalty,
    R1Penalty,
)
from keras_gan_losses.testing.differences import backend_gradients
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
WEIGHTS = np.float32([[2.0], [-1.0], [2.0]])  # of norm 3


def linear_network(*first):
    network = keras.Sequential(
        [keras.Input((3,)), *first, layers.Dense(1, use_bias=False, name="last")]
    )
    network.get_layer("last").set_weights([WEIGHTS])
    return network


def batch_of(network, seed_generator=None):
    return AdversarialBatch(network, REAL, FAKE, seed_generator=seed_generator)


def means(penalty, batch, num_iterations=3):
    values = [penalty.mean(batch, ops.convert_to_tensor(i)) for i in range(num_iterations)]
    return [ops.convert_to_numpy(value).item() for value in values]


# γ/2 · ‖w‖² = 4.5 γ; weight · (‖w‖ − 1)² = 4 weight.
@pytest.mark.parametrize(
    ("make", "mean"),
    [
        (lambda **kwargs: R1Penalty(gamma=1.0, **kwargs), 4.5),
        (lambda **kwargs: GradientPenalty(weight=1.0, **kwargs), 4.0),
        (lambda **kwargs: DraganPenalty(weight=1.0, **kwargs), 4.0),
    ],
)
def test_penalty_counts_threefold_in_one_of_three_updates(make, mean):
    batch = batch_of(linear_network())
    assert means(make(), batch) == pytest.approx([mean] * 3, rel=1e-5)
    lazy = means(make(every=3), batch, num_iterations=7)
    assert lazy == pytest.approx([3.0 * mean, 0, 0, 3.0 * mean, 0, 0, 3.0 * mean], rel=1e-5)


def test_mean_over_three_updates_is_that_of_the_penalty_in_each():
    batch = batch_of(linear_network())
    assert sum(means(R1Penalty(every=3), batch)) == pytest.approx(sum(means(R1Penalty(), batch)))


def test_random_numbers_are_drawn_only_where_the_penalty_counts():
    seed_generator = keras.random.SeedGenerator(3)
    batch, penalty = batch_of(linear_network(), seed_generator), GradientPenalty(every=3)
    states = [ops.convert_to_numpy(seed_generator.state)]
    for iteration in range(4):
        penalty.mean(batch, ops.convert_to_tensor(iteration))
        states.append(ops.convert_to_numpy(seed_generator.state))
    changed = [bool(np.any(one != other)) for one, other in itertools.pairwise(states)]
    assert changed == [True, False, False, True]


def test_batch_statistics_advance_only_where_the_penalty_counts():
    network = linear_network(layers.BatchNormalization(momentum=0.5, name="statistics"))
    moving_mean = network.get_layer("statistics").moving_mean
    batch, penalty = batch_of(network), R1Penalty(every=3)
    penalty.mean(batch, ops.convert_to_tensor(1))
    np.testing.assert_array_equal(ops.convert_to_numpy(moving_mean), np.zeros(3))
    penalty.mean(batch, ops.convert_to_tensor(3))
    expected = 0.5 * REAL.mean(axis=0)
    np.testing.assert_allclose(ops.convert_to_numpy(moving_mean), expected, rtol=1e-4)


def test_gradient_reaches_the_discriminator_where_the_penalty_counts():
    network = linear_network()
    iteration = keras.Variable(0, dtype="int32", trainable=False)
    state = [*network.variables, iteration]

    def function():
        batch = AdversarialBatch(network, REAL, FAKE, state=state)
        return R1Penalty(gamma=2.0, every=3).mean(batch, ops.convert_to_tensor(iteration)), None

    gradients = []
    for step in range(3):
        iteration.assign(step)
        gradients += backend_gradients(function, network.trainable_variables, state)
    # The gradient of γ/2 ‖w‖² is γ w.
    np.testing.assert_allclose(gradients[0], 3.0 * 2.0 * WEIGHTS, rtol=1e-5)
    np.testing.assert_array_equal(gradients[1:], np.zeros((2, 3, 1)))


class Iterations(keras.callbacks.Callback):
    """Keeps the running mean of a logged value after each update."""

    def __init__(self, name):
        super().__init__()
        self.log_name, self.means = name, []

    def on_train_batch_end(self, batch, logs=None):
        self.means.append(float(logs[self.log_name]))


def values_of_updates(gan, name, num_updates):
    """Value of a penalty in each update of `fit`, from its running mean in the logs."""
    recorder = Iterations(name)
    gan.fit(
        tiny.samples(8 * num_updates), batch_size=8, shuffle=False, verbose=0, callbacks=[recorder]
    )
    totals = np.array(recorder.means) * np.arange(1, num_updates + 1)
    return np.diff(totals, prepend=0.0)


def test_compiled_training_applies_and_logs_the_penalty_in_one_of_three_updates():
    # Players that stand still: each update's penalty is that of the same network.
    optimizer = keras.optimizers.SGD(0.0)
    lazy_gan, full_gan = (
        tiny.compiled_gan(loss="hinge", optimizer=optimizer, penalties=[R1Penalty(every=every)])
        for every in (3, 1)
    )
    full_gan.discriminator.set_weights(lazy_gan.discriminator.get_weights())
    lazy, full = (values_of_updates(gan, "r1_penalty", 5) for gan in (lazy_gan, full_gan))
    expected = full * np.array([3, 0, 0, 3, 0])
    assert np.all(full > 0.0)
    np.testing.assert_allclose(lazy, expected, rtol=1e-3, atol=1e-4 * full.max())


@pytest.mark.backend("any")
def test_compiled_training_moves_the_discriminator_by_the_lazy_penalty_alone():
    # Losses without gradient leave the penalty as the only force.
    gan = tiny.compiled_gan(
        loss={"generator": Still(), "discriminator": Still()},
        optimizer=keras.optimizers.SGD(1e-3),
        penalties=[DraganPenalty(every=2)],
    )
    weights = [gan.discriminator.get_weights()]
    for _ in range(4):
        gan.fit(tiny.samples(8), batch_size=8, verbose=0)
        weights.append(gan.discriminator.get_weights())
    moves = [
        max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))
        for one, other in itertools.pairwise(weights)
    ]
    assert [move > 0.0 for move in moves] == [True, False, True, False]


class Still(keras.losses.Loss):
    """A loss that moves nothing."""

    def call(self, real_scores, fake_scores):
        return 0.0 * ops.mean(real_scores + fake_scores, axis=1)


@pytest.mark.backend("any")
def test_lazy_penalty_of_the_generator_trains():
    penalty = LatentDiversityPenalty(every=2, standard_deviation=0.5)
    gan = tiny.compiled_gan(loss="hinge", penalties=[penalty], seed=1)
    values = values_of_updates(gan, "latent_diversity_penalty", 3)
    assert values[0] < 0.0
    assert values[1] == pytest.approx(0.0, abs=1e-6 * abs(values[0]))
    assert values[2] < 0.0


@pytest.mark.parametrize("every", [0, -1, 1.5, True, "3"])
def test_interval_that_is_no_count_is_refused(every):
    with pytest.raises(ValueError, match="`every` must be a whole number of at least 1"):
        R1Penalty(every=every)


@pytest.mark.backend("any")
def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="`name` must be a text"):
        R1Penalty(name=3)
