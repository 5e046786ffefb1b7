import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses.architectures import r3gan
from keras_gan_losses.layers import GroupedConvolution
from tests.architectures.whole_networks import (
    arrays,
    assert_saved_one_gives_the_same,
    least_gradient,
    num_weights,
    random_inputs,
)


def tiny(**kwargs):
    arguments = {"image_shape": (8, 8, 1), "latent_dim": 3, "width": 2, "num_blocks": 1}
    return r3gan(**{**arguments, **kwargs})


def test_the_networks_have_the_papers_number_of_weights(monkeypatch):
    # By the configuration of the authors' code for 256 pixels: 768 channels up to 32 pixels, then
    # 384, 192 and 96; two blocks of c · 2c, 2c · 16 · 9 and 2c · c weights with two biases of 2c.
    monkeypatch.setattr(
        keras.initializers.VarianceScaling, "__call__", lambda _, shape, dtype: ops.zeros(shape)
    )
    channels = [768, 768, 768, 768, 384, 192, 96]
    blocks = sum(2 * (2 * c * c + 2 * c * 16 * 9 + 2 * c * c + 2 * 2 * c) for c in channels)
    resampled = 768 * 384 + 384 * 192 + 192 * 96
    generator, discriminator = r3gan((256, 256, 3), 64)
    basis = 16 * 768
    assert num_weights(generator) == blocks + resampled + basis + 64 * 768 + 96 * 3
    # Beside the paper the score has a bias.
    assert num_weights(discriminator) == blocks + resampled + basis + 768 + 1 + 3 * 96


@pytest.mark.parametrize("side", [32, 48, 64, 128])
def test_resolutions_double_from_a_small_one(side, monkeypatch):
    monkeypatch.setattr(
        keras.initializers.VarianceScaling, "__call__", lambda _, shape, dtype: ops.zeros(shape)
    )
    generator, discriminator = r3gan((side, side, 3), 3, width=2, num_blocks=1)
    for model, step in ((generator, 1), (discriminator, -1)):
        sides = [e.output.shape[1] for e in model.layers if isinstance(e, keras.layers.Add)]
        start = 6 if side == 48 else 4
        doubled = [start * 2**level for level in range(len(sides))]
        assert sides == doubled[::step]
        assert max(sides) == side
    assert generator.output_shape == (None, side, side, 3)
    assert discriminator.output_shape == (None, 1)


def test_every_block_is_at_first_the_identity():
    generator, discriminator = tiny()
    for model in (generator, discriminator):
        inputs = random_inputs(model)
        for add in (e for e in model.layers if isinstance(e, keras.layers.Add)):
            before, after = (
                keras.Model(model.input, tensor)(inputs) for tensor in (add.input[0], add.output)
            )
            np.testing.assert_array_equal(*map(ops.convert_to_numpy, (before, after)))


def test_weights_within_a_block_have_the_papers_scale():
    generator, _ = r3gan((8, 8, 1), 3, width=64, num_blocks=2)
    # Six blocks: gain² = 2 / 1.04 / √6, over the 16 · 9 inputs of one filter.
    found = np.concatenate(
        [
            ops.convert_to_numpy(e.kernel).ravel()
            for e in generator.layers
            if isinstance(e, GroupedConvolution)
        ]
    )
    expected = 2.0 / 1.04 / np.sqrt(6.0) / (16 * 9)
    np.testing.assert_allclose(found.astype("float64").var(), expected, rtol=0.02)


def test_images_are_halved_by_bilinear_weights():
    # Blocks are the identity, so that the score is linear in the image: what a pixel contributes to
    # the map of half the side is by the weights 1, 3, 3, 1, and nothing comes from beyond the edge.
    _, discriminator = tiny(image_shape=(4, 4, 1))
    halved = next(e for e in discriminator.layers if e.output.shape[1:3] == (2, 2)).output
    mixed = next(e for e in discriminator.layers if isinstance(e, keras.layers.Conv2D))
    image = np.random.default_rng(0).normal(size=(1, 4, 4, 1)).astype("float32")
    found = ops.convert_to_numpy(keras.Model(discriminator.input, halved)(image))
    weights = np.array([[3, 3, 1, 0], [0, 1, 3, 3]]) / 8
    expected = weights @ image[0, :, :, 0] @ weights.T
    kernel = ops.convert_to_numpy(mixed.kernel)[0, 0, 0]
    np.testing.assert_allclose(found[0], expected[..., None] * kernel, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("num_classes", [None, 4])
def test_players_fit_each_other_and_are_saved(num_classes, tmp_path):
    for model in tiny(image_shape=(8, 12, 2), num_classes=num_classes):
        inputs = random_inputs(model)
        (outputs,) = arrays(model(inputs))
        assert outputs.shape[1:] == ((8, 12, 2) if model.name == "generator" else (1,))
        assert_saved_one_gives_the_same(model, tmp_path)


def test_images_without_normalisation_stay_of_the_scale_of_pixels():
    generator, _ = r3gan((16, 16, 3), 16, width=16, num_blocks=1)
    (made,) = arrays(generator(random_inputs(generator, 64)))
    assert 0.2 < made.std() < 1.5


def test_every_weight_learns():
    for model in tiny():
        # At first nothing comes through the blocks.
        for variable in model.trainable_variables:
            if not np.any(ops.convert_to_numpy(variable)):
                variable.assign(0.1 * np.ones(variable.shape))
        assert least_gradient(model) > 1e-6


# Elsewhere it takes half a minute or more; that its layers differentiate twice is tested on each.
@pytest.mark.backend("torch")
def test_the_objective_of_its_name_trains_all_its_weights():
    generator, discriminator = tiny(image_shape=(4, 4, 3))
    gan = kgl.GAN(generator, discriminator, latent_dim=3, seed=0)
    gan.compile(loss="r3gan", run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 3)).astype("float32")
    before = [np.copy(ops.convert_to_numpy(v)) for v in gan.trainable_variables]
    logs = gan.fit(images, batch_size=4, epochs=2, verbose=0).history
    assert np.isfinite(list(logs.values())).all()
    assert min(logs["r1_penalty"] + logs["r2_penalty"]) > 0.0
    moved = [
        np.abs(ops.convert_to_numpy(v) - b).max()
        for v, b in zip(gan.trainable_variables, before, strict=True)
    ]
    # A bias of all scores cancels between real and generated ones.
    assert [v.path for v, m in zip(gan.trainable_variables, moved, strict=True) if m == 0.0] == [
        discriminator.layers[-1].bias.path
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (32, 32)}, "height, width and channels"),
        ({"image_shape": (33, 33, 3)}, "cannot be made by doubling"),
        ({"width": 0}, "width"),
        ({"num_blocks": 0}, "num_blocks"),
        ({"num_classes": 0}, "num_classes"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        tiny(**arguments)
