import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses.architectures import tabular

SIZES = (1, 3, 1, 1, 2)
LATENTS = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")


def test_rows_hold_numbers_and_categories_where_the_sizes_say():
    keras.utils.set_random_seed(0)
    generator, discriminator = tabular(SIZES, 4, hidden_units=(8,), is_hard=True)
    rows = ops.convert_to_numpy(generator(LATENTS))
    assert rows.shape == (50, sum(SIZES))
    assert tuple(discriminator(rows).shape) == (50, 1)
    for category in (rows[:, 1:4], rows[:, 6:8]):
        assert set(np.unique(category.round(5))) == {0.0, 1.0}
        np.testing.assert_allclose(category.sum(axis=1), 1.0, atol=1e-5)
    for number in (0, 4, 5):
        assert len(np.unique(rows[:, number])) == 50


def test_a_layer_sees_what_the_ones_before_it_made():
    generator, _ = tabular((1,), 4, hidden_units=(6, 5))
    kernels = [tuple(v.shape) for v in generator.trainable_variables if len(v.shape) == 2]
    assert kernels == [(4, 6), (10, 5), (15, 1)]


def test_packs_of_rows_have_one_score():
    _, discriminator = tabular((1, 3), 4, hidden_units=(8,), num_packed=5)
    assert tuple(discriminator(np.zeros((20, 4), "float32")).shape) == (4, 1)


def test_a_condition_is_joined_to_what_both_players_get_also_in_packs():
    pair = tabular((1, 3), 4, hidden_units=(8,), condition_size=2, num_packed=5)
    gan = kgl.GAN(*pair, latent_dim=4)
    gan.compile(run_eagerly=True)
    rows, condition = np.eye(4, dtype="float32")[[0, 1, 2, 3] * 5], np.ones((20, 2), "float32")
    gan.fit(rows, condition, batch_size=10, verbose=0)
    assert gan.generate(3, condition[:3]).shape == (3, 4)
    for player, width in zip(pair, (4, 4), strict=True):
        kernel = next(v for v in player.trainable_variables if len(v.shape) == 2)
        packed = 5 if player is pair[1] else 1
        assert tuple(kernel.shape) == ((width + 2) * packed, 8)


@pytest.mark.backend("every")
def test_a_conditional_pair_trains_is_saved_and_keeps_samples_in_full_precision(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        pair = tabular((1, 3), 4, hidden_units=(8,), num_classes=2)
    finally:
        keras.config.set_dtype_policy("float32")
    gan = kgl.GAN(*pair, latent_dim=4)
    gan.compile(loss="wgan_gp", run_eagerly=True)
    rows = np.eye(4, dtype="float32")[[0, 1, 2, 3] * 4]
    gan.fit(rows, np.arange(16) % 2, batch_size=8, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    made = gan.generate(6, [0, 1] * 3, seed=0)
    assert made.dtype == "float32"
    np.testing.assert_allclose(loaded.generate(6, [0, 1] * 3, seed=0), made, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": ()}, "at least one column"),
        ({"sizes": (1, 0)}, "`sizes`"),
        ({"latent_dim": 0}, "`latent_dim`"),
        ({"hidden_units": (0,)}, "`hidden_units`"),
        ({"temperature": 0.0}, "`temperature`"),
        ({"is_hard": 1}, "`is_hard`"),
        ({"num_classes": 0}, "`num_classes`"),
        ({"condition_size": 0}, "`condition_size`"),
        ({"condition_size": 2, "num_classes": 2}, "not both"),
        ({"num_packed": 0}, "`num_packed`"),
        ({"num_packed": 2, "num_classes": 2}, "are not packed"),
    ],
)
def test_sizes_that_are_no_counts_are_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        tabular(**{"sizes": (1, 2), "latent_dim": 2, **arguments})
