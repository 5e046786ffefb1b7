import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.architectures import dcgan
from keras_gan_losses.backend import backend
from keras_gan_losses.layers import LayerNormalization, SpectralNormalization

NORMALIZATIONS = [None, "batch", "instance", "layer", "spectral"]
LATENTS = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
LABELS = np.array([0, 3, 1], "int32")


def with_labels(inputs):
    return [ops.convert_to_tensor(inputs), ops.convert_to_tensor(LABELS)]


def layers_of(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


def smallest_maps(generator):
    (reshape,) = layers_of(generator, keras.layers.Reshape)
    return tuple(reshape.output.shape[1:])


# Resolution, the smallest feature maps, and the channels of the discriminator's convolutions.
RESOLUTIONS = {
    (4, 4): ((2, 2, 2), [2]),
    (8, 8): ((2, 2, 4), [2, 4]),
    (16, 16): ((4, 4, 4), [2, 4]),
    (6, 6): ((3, 3, 2), [2]),
    (28, 28): ((7, 7, 4), [2, 4]),
    (32, 32): ((4, 4, 8), [2, 4, 8]),
    (30, 20): ((15, 10, 2), [2]),
    (30, 30): ((15, 15, 2), [2]),
    (16, 64): ((4, 16, 4), [2, 4]),
    (96, 96): ((6, 6, 16), [2, 4, 8, 16]),
    (128, 128): ((4, 4, 16), [2, 4, 8, 16, 16]),
}


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_images_have_the_resolution_and_channels_double_with_each_halving(resolution, monkeypatch):
    # Only shapes matter here, and JAX compiles each new shape that it draws.
    monkeypatch.setattr(keras.initializers, "RandomNormal", lambda stddev: "zeros")
    generator, discriminator = dcgan((*resolution, 3), 5, width=2, normalization="layer")
    start, channels = RESOLUTIONS[resolution]
    assert generator.output_shape == (None, *resolution, 3)
    assert discriminator.input_shape == (None, *resolution, 3)
    assert discriminator.output_shape == (None, 1)
    assert smallest_maps(generator) == start
    convolutions = layers_of(discriminator, keras.layers.Conv2D)
    assert [convolution.filters for convolution in convolutions] == channels
    doublings = layers_of(generator, keras.layers.Conv2DTranspose)
    assert [doubling.filters for doubling in doublings] == [*channels[-2::-1], 3]
    assert (generator.name, discriminator.name) == ("generator", "discriminator")


@pytest.mark.parametrize("num_classes", [None, 4])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_players_fit_each_other(normalization, num_classes):
    generator, discriminator = dcgan(
        (8, 12, 2), 5, width=2, normalization=normalization, num_classes=num_classes
    )
    images = generator(with_labels(LATENTS) if num_classes else LATENTS)
    scores = discriminator(with_labels(images) if num_classes else images)
    assert tuple(images.shape) == (3, 8, 12, 2)
    assert tuple(scores.shape) == (3, 1)


def test_initial_weights_are_those_of_the_paper():
    for player in dcgan((8, 8, 1), 64, width=8, normalization="layer"):
        for variable in player.trainable_variables:
            if variable.name == "kernel" and np.prod(variable.shape) > 500:
                weights = ops.convert_to_numpy(variable)
                assert np.mean(weights) == pytest.approx(0.0, abs=0.003)
                assert np.std(weights) == pytest.approx(0.02, rel=0.1)


def test_discriminator_without_normalization_passes_signals_on_at_their_size():
    _, discriminator = dcgan((8, 8, 1), 5, width=8)
    for kernel in [v for v in discriminator.trainable_variables if v.name == "kernel"][:2]:
        fan_in = np.prod(kernel.shape[:-1])
        assert np.std(ops.convert_to_numpy(kernel)) == pytest.approx(np.sqrt(2 / fan_in), rel=0.2)


def test_discriminator_has_no_normalization_by_default():
    _, discriminator = dcgan((16, 16, 1), 5, width=2)
    assert {type(layer).__name__ for layer in discriminator.layers} == {
        "InputLayer",
        "Conv2D",
        "LeakyReLU",
        "Flatten",
        "Dense",
    }


@pytest.mark.parametrize(
    ("normalization", "kind"),
    [("batch", keras.layers.BatchNormalization), ("layer", LayerNormalization)],
)
def test_normalization_follows_every_convolution_but_the_first(normalization, kind):
    _, discriminator = dcgan((32, 32, 1), 5, width=2, normalization=normalization)
    kinds = [type(layer) for layer in discriminator.layers]
    assert [kinds[i - 1] for i in range(len(kinds)) if kinds[i] is kind] == 2 * [
        keras.layers.Conv2D
    ]
    assert kinds.index(kind) > kinds.index(keras.layers.LeakyReLU)


def test_layer_normalization_gives_each_image_one_mean():
    _, discriminator = dcgan((16, 16, 1), 5, width=2, normalization="layer")
    (normalization,) = layers_of(discriminator, LayerNormalization)
    until = keras.Model(discriminator.input, normalization.output)
    maps = ops.convert_to_numpy(until(np.random.default_rng(0).normal(size=(3, 16, 16, 1))))
    np.testing.assert_allclose(maps.mean((1, 2, 3)), np.zeros(3), atol=1e-4)
    assert np.abs(maps.mean(3)).max() > 0.1


def test_spectral_normalization_wraps_every_layer_with_weights():
    _, discriminator = dcgan((16, 16, 1), 5, width=2, normalization="spectral", num_classes=4)
    weighted = [layer for layer in discriminator.layers if layer.trainable_variables]
    assert {type(layer) for layer in weighted} == {SpectralNormalization}
    assert sorted(type(layer.layer).__name__ for layer in weighted) == [
        "Conv2D",
        "Conv2D",
        "Dense",
        "Embedding",
    ]


# Batch normalisation is left out: Keras gets its second-order gradients wrong on TensorFlow.
@pytest.mark.parametrize("normalization", [None, "layer", "spectral"])
def test_gradient_penalty_falls_along_its_gradient(normalization):
    _, discriminator = dcgan((8, 8, 1), 5, width=2, normalization=normalization, num_classes=4)
    images = np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype("float32")
    kernels = [v for v in discriminator.trainable_variables if v.name in ("kernel", "embeddings")]
    # At the paper's small weights float32 would lose the differences.
    for kernel in kernels:
        kernel.assign(10.0 * kernel)

    def penalty():
        _, gradient = backend.input_gradient(
            lambda data: (discriminator(with_labels(data)), None), images, discriminator.variables
        )
        return ops.sum(ops.square(gradient)), None

    _, gradients = backend.value_and_gradients(penalty, kernels, discriminator.variables)
    gradients = [np.array(ops.convert_to_numpy(gradient), "float64") for gradient in gradients]
    assert all(np.abs(gradient).max() > 0.0 for gradient in gradients)
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    start = [ops.convert_to_numpy(kernel) for kernel in kernels]
    step = 1e-2

    def moved(sign):
        for kernel, value, gradient in zip(kernels, start, gradients, strict=True):
            kernel.assign(value + sign * step * gradient / norm)
        return float(backend.value_and_gradients(penalty, kernels, discriminator.variables)[0][0])

    assert (moved(1.0) - moved(-1.0)) / (2 * step) == pytest.approx(norm, rel=0.02)


def test_saved_players_give_the_same_outputs(tmp_path):
    generator, discriminator = dcgan((8, 8, 1), 5, width=2, normalization="spectral", num_classes=4)
    images = generator(with_labels(LATENTS))
    for player, inputs in [(generator, LATENTS), (discriminator, images)]:
        player.save(tmp_path / "player.keras")
        loaded = keras.saving.load_model(tmp_path / "player.keras")
        np.testing.assert_array_equal(
            ops.convert_to_numpy(loaded(with_labels(inputs))),
            ops.convert_to_numpy(player(with_labels(inputs))),
        )


def test_images_fill_the_range_of_tanh():
    generator, _ = dcgan((8, 8, 1), 5, width=2)
    images = ops.convert_to_numpy(generator(1e6 * LATENTS))
    assert 0.9 < np.abs(images).max() <= 1.0


@pytest.mark.parametrize("num_classes", [None, 4])
def test_images_and_scores_are_float32_under_mixed_precision(num_classes):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        players = dcgan((8, 8, 1), 5, width=2, normalization="spectral", num_classes=num_classes)
    finally:
        keras.config.set_dtype_policy(policy)
    inputs = [LATENTS, np.zeros((3, 8, 8, 1), "float32")]
    for player, data in zip(players, inputs, strict=True):
        outputs = player(with_labels(data) if num_classes else data)
        assert keras.backend.standardize_dtype(outputs.dtype) == "float32"


@pytest.mark.parametrize("resolution", [(7, 7), (200, 200), (32, 33), (2, 8), (62, 62)])
def test_resolution_that_doubling_cannot_make_is_an_error(resolution):
    with pytest.raises(ValueError, match="cannot be made by doubling"):
        dcgan((*resolution, 1), 5)


@pytest.mark.parametrize(
    ("image_shape", "arguments", "name"),
    [
        ((8, 8, 0), {}, "image_shape"),
        ((8, None, 1), {}, "image_shape"),
        ((8.0, 8, 1), {}, "image_shape"),
        ((8, 8, 1), {"width": 0}, "width"),
        ((8, 8, 1), {"latent_dim": 0}, "latent_dim"),
        ((8, 8, 1), {"num_classes": 0}, "num_classes"),
    ],
)
def test_size_that_is_no_positive_count_is_an_error(image_shape, arguments, name):
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number"):
        dcgan(image_shape, **{"latent_dim": 5, **arguments})


def test_shape_without_channels_is_an_error():
    with pytest.raises(ValueError, match="height, width and channels"):
        dcgan((28, 28), 5)


def test_unknown_normalization_is_an_error_that_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'spectral'"):
        dcgan((8, 8, 1), 5, normalization="spectra")
