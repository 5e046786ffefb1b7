import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses.architectures import resnet
from keras_gan_losses.layers import SpectralNormalization

LATENTS = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
LABELS = np.array([0, 3, 1], "int32")


def with_labels(inputs):
    return [ops.convert_to_tensor(inputs), ops.convert_to_tensor(LABELS)]


def sides(model, kind):
    return [layer.output.shape[1] for layer in model.layers if isinstance(layer, kind)]


# Resolution; sides of the generator's sums; sides of the discriminator's.
RESOLUTIONS = {
    8: ([4, 8], [4, 4, 4]),
    28: ([14, 28], [14, 14, 7, 7]),
    32: ([8, 16, 32], [16, 16, 8, 8]),
    64: ([8, 16, 32, 64], [32, 32, 16, 8, 8]),
}


@pytest.mark.parametrize("side", RESOLUTIONS)
def test_blocks_double_and_halve_as_in_the_paper(side, monkeypatch):
    # Only shapes matter here, and JAX compiles each new shape that it draws.
    monkeypatch.setattr(keras.initializers, "GlorotUniform", lambda *_: keras.initializers.Zeros())
    generator, discriminator = resnet((side, side, 3), 5, width=2, normalization=None)
    doubled, added = RESOLUTIONS[side]
    assert sides(generator, keras.layers.Add) == doubled
    assert sides(discriminator, keras.layers.Add) == added
    assert generator.output_shape == (None, side, side, 3)
    assert discriminator.output_shape == (None, 1)


@pytest.mark.parametrize("num_classes", [None, 4])
@pytest.mark.parametrize("normalization", [None, "batch", "instance", "layer", "spectral"])
def test_players_fit_each_other(normalization, num_classes):
    generator, discriminator = resnet(
        (8, 12, 2), 5, width=2, normalization=normalization, num_classes=num_classes
    )
    images = generator(with_labels(LATENTS) if num_classes else LATENTS)
    scores = discriminator(with_labels(images) if num_classes else images)
    assert tuple(images.shape) == (3, 8, 12, 2)
    assert tuple(scores.shape) == (3, 1)


def test_spectral_normalization_is_on_every_layer_with_weights():
    _, discriminator = resnet((8, 8, 1), 5, width=2)
    weighted = [layer for layer in discriminator.layers if layer.trainable_variables]
    assert len(weighted) == 3 + 2 * 2 + 1
    assert all(isinstance(layer, SpectralNormalization) for layer in weighted)


def test_features_are_summed_over_the_image():
    _, discriminator = resnet((16, 16, 1), 5, width=3, normalization=None)
    *_, last = (layer for layer in discriminator.layers if isinstance(layer, keras.layers.ReLU))
    (dense,) = (layer for layer in discriminator.layers if isinstance(layer, keras.layers.Dense))
    images = np.random.default_rng(0).normal(size=(2, 16, 16, 1)).astype("float32")
    features = ops.convert_to_numpy(keras.Model(discriminator.input, last.output)(images))
    kernel, bias = (ops.convert_to_numpy(weight) for weight in dense.weights)
    expected = features.astype("float64").sum(axis=(1, 2)) @ kernel + bias
    assert features.shape == (2, 8, 8, 3)
    np.testing.assert_allclose(ops.convert_to_numpy(discriminator(images)), expected, rtol=1e-4)


def test_a_block_without_weights_passes_its_input_on():
    _, discriminator = resnet((16, 16, 1), 5, width=2, normalization=None)
    for layer in discriminator.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (3, 3):
            layer.kernel.assign(ops.zeros(layer.kernel.shape))
    # What is left is the shortcut of the first block: averages of 2×2, times a 1×1 kernel.
    images = np.random.default_rng(0).normal(size=(2, 16, 16, 1)).astype("float64")
    averaged = images.reshape(2, 8, 2, 8, 2, 1).mean(axis=(2, 4))
    (shortcut,) = (
        layer
        for layer in discriminator.layers
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (1, 1)
    )
    (dense,) = (layer for layer in discriminator.layers if isinstance(layer, keras.layers.Dense))
    features = np.maximum(averaged @ ops.convert_to_numpy(shortcut.kernel)[0, 0], 0.0)
    expected = features.sum(axis=(1, 2)) @ ops.convert_to_numpy(dense.kernel)
    scores = ops.convert_to_numpy(discriminator(images.astype("float32")))
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)


def test_hinge_trains_it_and_penalties_reach_it():
    generator, discriminator = resnet((8, 8, 1), 5, width=4)
    gan = kgl.GAN(generator, discriminator, latent_dim=5, seed=0)
    gan.compile(loss="hinge", penalties=["r1"])
    images = np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32")
    before = [np.copy(ops.convert_to_numpy(v)) for v in gan.trainable_variables]
    history = gan.fit(images, batch_size=8, verbose=0)
    assert np.isfinite(list(history.history.values())).all()
    moved = [
        np.abs(ops.convert_to_numpy(v) - b).max()
        for v, b in zip(gan.trainable_variables, before, strict=True)
    ]
    assert min(moved) > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (32, 32)}, "height, width and channels"),
        ({"image_shape": (33, 33, 3)}, "cannot be made by doubling"),
        ({"width": 0}, "width"),
        ({"normalization": "spectal"}, "spectral"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        resnet(**{"image_shape": (8, 8, 1), "latent_dim": 5, "width": 2, **arguments})
