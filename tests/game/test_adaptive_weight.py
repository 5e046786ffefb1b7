"""The weight of the adversarial loss that VQ-GAN computes from norms of gradients."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from tests import tiny

CONDITION, REAL = tiny.samples(8, seed=1), tiny.samples(8)
RATE, RIDGE = 0.1, 0.25


def game(*, weights=(1.0,), **kwargs):
    """A linear generator and a linear discriminator, which stands still."""
    keras.utils.set_random_seed(0)
    given, shown = keras.Input((2,)), keras.Input((2,))
    ridge = keras.regularizers.L2(RIDGE)
    samples = layers.Dense(2, use_bias=False, kernel_regularizer=ridge, name="out")(given)
    scores = layers.Dense(1, use_bias=False)(shown)
    gan = kgl.GAN(keras.Model(given, samples), keras.Model(shown, scores), seed=0)
    penalties = [
        kgl.penalties.ReconstructionPenalty(loss="mse", weight=weight, name=f"l2_{index}")
        for index, weight in enumerate(weights)
    ]
    gan.compile(
        loss={
            "generator": kgl.losses.WassersteinGeneratorLoss(),
            "discriminator": kgl.losses.WassersteinDiscriminatorLoss(),
        },
        generator_optimizer=keras.optimizers.SGD(RATE),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
        penalties=penalties,
        **kwargs,
    )
    return gan


def gradients(gan):
    """By hand, in float64: of the adversarial loss and of an unweighted penalty, by the kernel."""
    kernel, direction = (
        tiny.values(network.trainable_variables)[0].astype("float64")
        for network in (gan.generator, gan.discriminator)
    )
    by_loss = -CONDITION.mean(axis=0)[:, None] * direction[:, 0]
    by_penalty = CONDITION.T.astype("float64") @ (CONDITION @ kernel - REAL) / len(REAL)
    return kernel, by_loss, by_penalty


def play(gan):
    return gan.fit(REAL, CONDITION, batch_size=8, shuffle=False, verbose=0).history


def test_the_weight_is_the_ratio_of_the_norms_and_moves_the_generator():
    weight = kgl.AdaptiveWeight(layer="out", of=["l2_0", "l2_1"], factor=0.8)
    gan = game(weights=(1.0, 2.0, 4.0), adversarial_weight=weight)
    kernel, by_loss, by_penalty = gradients(gan)
    expected = 0.8 * np.linalg.norm(3.0 * by_penalty) / (np.linalg.norm(by_loss) + 1e-4)
    logs = play(gan)
    np.testing.assert_allclose(logs["adversarial_weight"], [expected], rtol=1e-5)
    step = expected * by_loss + 7.0 * by_penalty + 2.0 * RIDGE * kernel
    np.testing.assert_allclose(gradients(gan)[0], kernel - RATE * step, rtol=1e-5, atol=1e-6)


@pytest.mark.backend("any")
def test_it_is_limited_and_counts_from_the_start_of_the_game_on():
    weight = kgl.AdaptiveWeight(layer="out", of="l2_0", factor=3.0, maximum=0.01)
    gan = game(adversarial_weight=weight, discriminator_start=1, run_eagerly=True)
    np.testing.assert_allclose(play(gan)["adversarial_weight"], [0.0])
    np.testing.assert_allclose(play(gan)["adversarial_weight"], [0.03], rtol=1e-6)


@pytest.mark.backend("any")
def test_it_is_saved(tmp_path):
    weight = kgl.AdaptiveWeight(layer="out", of=("l2_0",), factor=0.5)
    gan = game(adversarial_weight=weight)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert play(loaded) == play(gan)
    tiny.assert_same(tiny.state(loaded), tiny.state(gan))


@pytest.mark.backend("any")
def test_half_precision_has_nearly_the_same_weight():
    weight = kgl.AdaptiveWeight(layer="out", of="l2_0")
    expected = play(game(adversarial_weight=weight))["adversarial_weight"]
    keras.config.set_dtype_policy("mixed_float16")
    try:
        found = play(game(adversarial_weight=weight))["adversarial_weight"]
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_allclose(found, expected, rtol=0.02)


@pytest.mark.backend("any")
def test_what_there_is_not_is_refused_before_training():
    with pytest.raises(ValueError, match=r"name 'outt' in the generator.*\['out'\]"):
        game(adversarial_weight=kgl.AdaptiveWeight(layer="outt", of="l2_0"))
    with pytest.raises(ValueError, match=r"penalties \['l2_0'\]. Received: of='l1'"):
        game(adversarial_weight=kgl.AdaptiveWeight(layer="out", of="l1"))
    with pytest.raises(ValueError, match=r"Received: of=\[\]"):
        game(adversarial_weight=kgl.AdaptiveWeight(layer="out", of=[]))
    with pytest.raises(ValueError, match="'adversarial_weight' needs the generator to run"):
        game(adversarial_weight=kgl.AdaptiveWeight(layer="out", of="l2_0"), reuses_fakes=True)
    with pytest.raises(ValueError, match="Received: of=None"):
        game(adversarial_weight=kgl.AdaptiveWeight(layer="out", of=None))
    for of in (3, [3]):
        with pytest.raises(ValueError, match="`of` must"):
            kgl.AdaptiveWeight(layer="out", of=of)
    with pytest.raises(ValueError, match="`factor` must be"):
        kgl.AdaptiveWeight(layer="out", of="l2_0", factor=-1.0)
