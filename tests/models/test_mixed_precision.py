import keras
import numpy as np
import pytest

from tests import tiny


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def test_both_players_train_in_half_precision_each_with_its_own_loss_scale(policy, tmp_path):
    gan = tiny.compiled_gan(loss="r1")
    players = [gan.optimizer.generator_optimizer, gan.optimizer.discriminator_optimizer]
    scaled = [isinstance(p, keras.optimizers.LossScaleOptimizer) for p in players]
    assert scaled == [policy == "mixed_float16"] * 2
    before = tiny.values(gan.trainable_variables)
    history = gan.fit(tiny.samples(64), batch_size=8, epochs=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    after = tiny.values(gan.trainable_variables)
    assert all(np.abs(one - two).max() > 0 for one, two in zip(before, after, strict=True))
    assert int(gan.optimizer.iterations) == 16

    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


def test_penalties_are_computed_in_single_precision(policy):
    gan = tiny.compiled_gan(loss="r1", optimizer=keras.optimizers.SGD(0.0))
    # γ/2 ‖g‖² of this size overflows in float16, whose largest number is 65,504.
    gan.discriminator.layers[-1].kernel.assign(np.full((8, 1), 60.0))
    gan.discriminator.layers[-2].kernel.assign(np.full((2, 8), 0.5))
    logs = gan.fit(0.01 * tiny.samples(8), batch_size=8, epochs=1, verbose=0).history
    # Near 0 the score is 60 · 8 · tanh(0.5 (x₁ + x₂)), so that ‖g‖² = 2 · 240².
    np.testing.assert_allclose(logs["r1_penalty"], [0.5 * 10.0 * 2 * 240.0**2], rtol=0.02)
