import json
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny

TRAIN_ON = """
import sys
import keras, numpy as np
from tests import tiny

gan = keras.saving.load_model(sys.argv[1])
gan.fit(tiny.samples(40), batch_size=8, epochs=1, shuffle=False, verbose=0)
np.savez(sys.argv[2], *tiny.state(gan))
"""


def gan_with_dropout(loss, **kwargs):
    """A GAN in which every kind of state changes: batch statistics and dropout's randomness."""
    generator, _ = tiny.networks(batch_normalization=True)
    inputs = keras.Input((2,))
    hidden = keras.layers.Dropout(0.5)(keras.layers.Dense(8, activation="tanh")(inputs))
    discriminator = keras.Model(inputs, keras.layers.Dense(1)(hidden), name="discriminator")
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    gan.compile(loss=loss, **kwargs)
    return gan


def train(gan):
    gan.fit(tiny.samples(40), batch_size=8, epochs=1, shuffle=False, verbose=0)


@pytest.mark.backend("jax")
def test_training_goes_on_in_a_new_process_as_if_it_had_never_stopped(tmp_path):
    gan = gan_with_dropout("wgan_gp", discriminator_steps=2)
    train(gan)
    gan.save(tmp_path / "gan.keras")
    train(gan)
    command = [sys.executable, "-c", TRAIN_ON, tmp_path / "gan.keras", tmp_path / "state.npz"]
    subprocess.run(command, check=True)
    with np.load(tmp_path / "state.npz") as resumed:
        tiny.assert_same(tiny.state(gan), [resumed[name] for name in resumed.files])


def test_a_loaded_gan_has_the_same_compilation(tmp_path):
    penalty = kgl.penalties.R2Penalty(gamma=3.0, name="flatness")
    gan = tiny.compiled_gan(
        loss=kgl.objectives.wgan_gp(penalty_weight=2.0),
        penalties=[penalty],
        generator_optimizer=keras.optimizers.Adam(1e-3),
        discriminator_optimizer=keras.optimizers.SGD(1e-2),
        updates_simultaneously=True,
    )
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.get_compile_config() == gan.get_compile_config()
    for name in ("latent_sampler", "condition_shape", "seed", "name"):
        assert loaded.get_config()[name] == gan.get_config()[name]
    assert loaded.optimizer.generator_optimizer.name == gan.optimizer.generator_optimizer.name


def test_a_saved_optimizer_names_no_module_of_one_backend(tmp_path):
    tiny.compiled_gan(optimizer="adam").save(tmp_path / "gan.keras")
    with zipfile.ZipFile(tmp_path / "gan.keras") as archive:
        config = json.loads(archive.read("config.json"))
    for player in ("generator_optimizer", "discriminator_optimizer"):
        assert config["compile_config"][player]["module"] == "keras.optimizers"


@pytest.mark.backend("every")
def test_weights_alone_restore_the_whole_state_of_a_compiled_gan(tmp_path):
    gan = gan_with_dropout("r1")
    train(gan)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = gan_with_dropout("r1")
    other.load_weights(tmp_path / "gan.weights.h5")
    tiny.assert_same(tiny.state(gan), tiny.state(other))


def test_loading_weights_before_compile_says_what_is_left_out(tmp_path):
    gan = tiny.compiled_gan()
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = kgl.GAN(*tiny.networks(), latent_dim=4)
    with pytest.warns(UserWarning, match="not compiled: the state of its optimizers"):
        other.load_weights(tmp_path / "gan.weights.h5")
    tiny.assert_same(tiny.values(gan.weights), tiny.values(other.weights))


def test_an_uncompiled_gan_is_saved_and_loaded(tmp_path):
    gan = kgl.GAN(*tiny.networks(num_classes=3), latent_dim=4, seed=5)
    gan.save(tmp_path / "gan.keras")
    with pytest.warns(UserWarning, match="not compiled"):
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert not loaded.compiled
    np.testing.assert_array_equal(
        gan.generate(3, condition=1, seed=0), loaded.generate(3, condition=1, seed=0)
    )


def test_a_loss_of_ones_own_is_saved_with_its_arguments(tmp_path):
    @keras.saving.register_keras_serializable(package="tests")
    class ScaledGeneratorLoss(kgl.losses.FakeScoreGeneratorLoss):
        def __init__(self, *, scale=1.0, **kwargs):
            super().__init__(**kwargs)
            self.scale = scale

        def fake_losses(self, fake_scores):
            return -self.scale * fake_scores

    gan = tiny.compiled_gan(
        loss={
            "generator": ScaledGeneratorLoss(scale=2.5),
            "discriminator": kgl.losses.HingeDiscriminatorLoss(),
        }
    )
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.get_compile_config()["loss"] == gan.get_compile_config()["loss"]
    assert "2.5" in json.dumps(loaded.get_compile_config())
