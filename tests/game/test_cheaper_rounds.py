"""Rounds in which both players learn from the same generated samples."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny


def linear(units, **kwargs):
    inputs = keras.Input((1,))
    dense = keras.layers.Dense(units, use_bias=False, kernel_initializer="ones", **kwargs)
    return keras.Model(inputs, dense(inputs)), dense


@pytest.mark.parametrize("updates_simultaneously", [False, True])
def test_both_players_learn_from_the_same_samples(updates_simultaneously):
    """One SGD round by hand: d(x) = a·x, g(z) = b·z with L2 of b, Wasserstein losses."""
    generator, to_samples = linear(1, kernel_regularizer=keras.regularizers.L2(0.25))
    discriminator, to_scores = linear(1)
    gan = kgl.GAN(generator, discriminator, latent_dim=1, seed=3)
    gan.compile(
        loss={
            "generator": kgl.losses.WassersteinGeneratorLoss(),
            "discriminator": kgl.losses.WassersteinDiscriminatorLoss(),
        },
        optimizer=keras.optimizers.SGD(0.1),
        updates_simultaneously=updates_simultaneously,
        reuses_fakes=True,
    )
    logs = gan.fit(np.full((8, 1), 3.0, "float32"), batch_size=8, verbose=0).history
    # With a = b = 1 the mean fake score is the mean latent.
    latent = logs["fake_score"][0]
    assert abs(latent) > 0.01
    moved = 1.0 + 0.1 * (3.0 - latent)
    seen = 1.0 if updates_simultaneously else moved
    expected = [moved, 1.0 + 0.1 * (seen * latent - 2 * 0.25)]
    weights = [value.item() for value in tiny.values([to_scores.kernel, to_samples.kernel])]
    np.testing.assert_allclose(weights, expected, rtol=1e-5)
    assert logs["generator_loss"][0] == pytest.approx(-seen * latent, rel=1e-5)


@pytest.mark.backend("any")
def test_fresh_samples_teach_the_generator_otherwise():
    def trained(**kwargs):
        keras.utils.set_random_seed(0)
        gan = tiny.compiled_gan(seed=1, loss="hinge", **kwargs)
        gan.fit(tiny.samples(16), batch_size=8, verbose=0)
        return tiny.values(gan.generator.weights)

    pairs = zip(trained(), trained(reuses_fakes=True), strict=True)
    assert any(np.abs(fresh - reused).max() > 1e-6 for fresh, reused in pairs)


GAMES = {
    "hinge": {"loss": "hinge"},
    "relativistic": {"loss": "rahinge", "updates_simultaneously": True},
    "penalties": {"loss": "r3gan", "penalties": ["lecam"]},
    "several steps": {"loss": "wgan_gp", "discriminator_steps": 2},
}


@pytest.mark.backend("any")
@pytest.mark.parametrize("game", GAMES)
def test_labels_states_and_saving_work_as_in_other_rounds(game, tmp_path):
    gan = tiny.compiled_gan(
        num_classes=3, batch_normalization=True, reuses_fakes=True, **GAMES[game]
    )
    labels = np.arange(24, dtype="int32") % 3
    before = tiny.values(gan.trainable_variables)
    history = gan.fit(tiny.samples(24), labels, batch_size=6, verbose=0, epochs=2).history
    assert np.isfinite(list(history.values())).all()
    for old, new in zip(before, tiny.values(gan.trainable_variables), strict=True):
        assert np.abs(old - new).max() > 0 or old.shape == (1,)
    gan.save(tmp_path / "gan.keras")
    assert keras.saving.load_model(tmp_path / "gan.keras").get_compile_config()["reuses_fakes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"generator_steps": 2}, "generator_steps=2"),
        ({"fakes_per_real": 2}, "fakes_per_real=2"),
        ({"penalties": [kgl.penalties.PathLengthPenalty()]}, "path_length_penalty"),
    ],
)
def test_games_whose_players_need_samples_of_their_own_are_refused(arguments, message):
    gan = tiny.compiled_gan()
    with pytest.raises(ValueError, match=message):
        gan.compile(loss="hinge", reuses_fakes=True, **arguments)


@pytest.mark.backend("any")
@pytest.mark.parametrize("value", ["no", None, 1])
@pytest.mark.parametrize("name", ["reuses_fakes", "updates_simultaneously"])
def test_what_is_neither_true_nor_false_is_refused(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be True or False"):
        tiny.compiled_gan().compile(loss="hinge", **{name: value})


@pytest.mark.backend("any")
@pytest.mark.parametrize("game", [{"loss": "wgan_gp"}, {"loss": "r3gan", "penalties": ["lecam"]}])
@pytest.mark.parametrize("discriminator_rate", [0.0, 0.1])
def test_one_pass_for_both_players_has_the_gradients_of_two(game, discriminator_rate):
    """The generator's where the discriminator stands still; else the discriminator's."""

    def trained(updates_simultaneously):
        keras.utils.set_random_seed(0)
        gan = tiny.compiled_gan(seed=1, loss="hinge")
        before = tiny.values(gan.weights)
        gan.compile(
            generator_optimizer=keras.optimizers.SGD(0.1),
            discriminator_optimizer=keras.optimizers.SGD(discriminator_rate),
            discriminator_steps=1,
            reuses_fakes=True,
            updates_simultaneously=updates_simultaneously,
            **game,
        )
        gan.fit(tiny.samples(8), batch_size=8, verbose=0)
        network = gan.discriminator if discriminator_rate else gan.generator
        assert any((a != b).any() for a, b in zip(before, tiny.values(gan.weights), strict=True))
        return tiny.values(network.trainable_weights)

    for apart, joint in zip(trained(False), trained(True), strict=True):
        np.testing.assert_allclose(joint, apart, rtol=1e-5, atol=1e-7)
