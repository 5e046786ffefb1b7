"""How much the adversarial loss and penalties count, and from when on."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.optimizers import SGD
from keras.optimizers.schedules import PiecewiseConstantDecay

import keras_gan_losses as kgl
from tests import tiny

SAMPLES = tiny.samples(8)
CONDITION = tiny.samples(8, seed=1)


def reconstruction(**kwargs):
    return kgl.penalties.ReconstructionPenalty("sample", "real", loss="mse", name="l2", **kwargs)


def game(penalties=None, **kwargs):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    gan = kgl.GAN(generator, tiny.networks()[1], seed=0)
    gan.compile(
        optimizer=SGD(0.1),
        penalties=[reconstruction()] if penalties is None else penalties,
        run_eagerly=keras.backend.backend() != "jax",
        **kwargs,
    )
    return gan


def play(gan, num_rounds=1):
    """Rounds on the same samples; how far each player's weights have moved."""
    networks = (gan.generator, gan.discriminator)
    before = [tiny.values(network.trainable_variables) for network in networks]
    history = gan.fit(
        SAMPLES, CONDITION, batch_size=8, epochs=num_rounds, shuffle=False, verbose=0
    ).history
    moves = [
        np.concatenate([(new - old).ravel() for old, new in zip(was, now, strict=True)])
        for was, now in zip(
            before, [tiny.values(network.trainable_variables) for network in networks], strict=True
        )
    ]
    return moves, history


def assert_close(*gans):
    for pair in zip(*(tiny.values(gan.trainable_variables) for gan in gans), strict=True):
        np.testing.assert_allclose(*pair, rtol=1e-5, atol=1e-7)


def test_the_generators_step_is_linear_in_the_adversarial_weight():
    moved = {
        weight: play(game(adversarial_weight=weight, updates_simultaneously=True))[0][0]
        for weight in (0.0, 0.25, 1.0)
    }
    expected = 0.75 * moved[0.0] + 0.25 * moved[1.0]
    np.testing.assert_allclose(moved[0.25], expected, rtol=1e-4, atol=1e-7)
    assert np.abs(moved[1.0] - moved[0.0]).max() > 1e-4


def test_a_scheduled_weight_is_that_of_the_update():
    schedule = PiecewiseConstantDecay([0], [0.5, 2.0])
    gan = game(adversarial_weight=schedule)
    one, other = game(adversarial_weight=0.5), game(adversarial_weight=2.0)
    play(gan)
    play(one)
    assert_close(gan, one)
    other.set_weights(one.get_weights())
    play(gan)
    play(other)
    assert_close(gan, other)


def test_the_logged_loss_is_without_the_weight():
    losses = [
        play(game(adversarial_weight=w, updates_simultaneously=True))[1]["generator_loss"]
        for w in (0.25, 1.0)
    ]
    np.testing.assert_allclose(*losses, rtol=1e-6)


def test_the_discriminator_starts_late_and_the_generator_reconstructs_until_then():
    late, alone = game(discriminator_start=2), game(adversarial_weight=0.0)
    (generator, discriminator), _ = play(late, 2)
    assert not discriminator.any()
    (expected, _), _ = play(alone, 2)
    np.testing.assert_allclose(generator, expected, rtol=1e-5, atol=1e-7)
    (generator, discriminator), _ = play(late)
    (expected, _), _ = play(alone)
    assert np.abs(discriminator).max() > 1e-4
    assert np.abs(generator - expected).max() > 1e-5


def test_a_penaltys_schedule_is_a_factor_of_each_update(tmp_path):
    schedule = PiecewiseConstantDecay([1, 2], [0.0, 0.5, 3.0])
    gan = game([reconstruction(schedule=schedule)])
    gan.optimizer.learning_rate = 0.0
    value = np.square(gan.predict(CONDITION, verbose=0) - SAMPLES).mean()
    _, history = play(gan, 4)
    np.testing.assert_allclose(history["l2"], value * np.array([0.0, 0.0, 0.5, 3.0]), rtol=1e-5)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras").rules.penalties[0]
    assert loaded.schedule.get_config() == schedule.get_config()


@pytest.mark.backend("any")
def test_wrong_weights_and_starts_are_refused():
    with pytest.raises(ValueError, match=r"`adversarial_weight` must be .* at least 0"):
        game(adversarial_weight=-1.0)
    with pytest.raises(ValueError, match="`discriminator_start` must be"):
        game(discriminator_start=-1)
    with pytest.raises(ValueError, match="learns by penalties alone"):
        game([], discriminator_start=5)
    with pytest.raises(TypeError, match=r"`schedule` must be a keras\.optimizers.schedules"):
        reconstruction(schedule=0.5)
