"""Files from elsewhere are read, and never run."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.runs import callback_state
from tests import tiny

pytestmark = pytest.mark.backend("any")


def test_a_saved_gan_loads_in_safe_mode(tmp_path):
    gan = tiny.compiled_gan(loss="wgan_gp", penalties=["lecam"])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.generate(2, seed=0), gan.generate(2, seed=0))


def test_code_in_a_network_is_not_run_by_loading_it(tmp_path):
    generator, discriminator = tiny.networks()
    inputs = keras.Input((4,))
    outputs = keras.layers.Lambda(lambda values: 2.0 * values)(generator(inputs))
    gan = kgl.GAN(keras.Model(inputs, outputs), discriminator, latent_dim=4)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match=r"unsafe|safe_mode"):
        keras.saving.load_model(tmp_path / "gan.keras")


def test_a_checkpoint_sets_no_argument_of_a_callback(tmp_path):
    """A file that wants a callback to write elsewhere is not obeyed."""
    stored = {"filepath": str(tmp_path / "elsewhere.keras"), "best": 3.0, "unknown": 1}
    callback = keras.callbacks.ModelCheckpoint(tmp_path / "best.keras")
    states = callback_state.CallbackStates([callback])
    states.restore([{"class": "ModelCheckpoint", "state": stored}], {})
    assert callback.filepath == str(tmp_path / "best.keras")
    assert callback.best == 3.0
    assert not hasattr(callback, "unknown")
