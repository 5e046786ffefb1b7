import functools
import itertools

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses.architectures import dcgan, patch_discriminator
from keras_gan_losses.backend import backend
from keras_gan_losses.layers import SpectralNormalization
from tests.architectures.whole_networks import (
    assert_saved_one_gives_the_same,
    least_gradient,
    num_weights,
    random_inputs,
    receptive_field,
)

small = functools.partial(patch_discriminator, width=2)


def map_side(side, depth):
    """Scores along a side, convolution by convolution."""
    for stride in [2] * depth + [1, 1]:
        side = (side + 2 - 4) // stride + 1
    return side


@pytest.mark.parametrize(
    ("side", "depth", "scores"), [(256, 3, 30), (70, 3, 6), (24, 3, 1), (28, 2, 5), (6, 1, 1)]
)
def test_scores_are_a_map(side, depth, scores):
    assert map_side(side, depth) == scores
    network = small((side, side + 2, 3), depth=depth)
    columns = map_side(side + 2, depth)
    assert network.output_shape == (None, scores, columns, 1)
    assert network.name == "discriminator"


@pytest.mark.parametrize(("depth", "field"), [(1, 16), (2, 34), (3, 70)])
def test_a_score_sees_the_patch_of_the_paper(depth, field):
    # From the score back: a convolution of size k and stride s makes r of it s·(r − 1) + k.
    side = 1
    for stride in [1, 1] + [2] * depth:
        side = stride * (side - 1) + 4
    assert side == field
    # Normalisation would let a score see the whole image.
    network = small((96, 96, 1), depth=depth, normalization=None)
    assert receptive_field(network, 96) == (field, field)


@pytest.mark.parametrize("normalization", ["instance", "batch", None])
def test_number_of_weights_is_that_of_the_paper(normalization):
    network = patch_discriminator((24, 24, 3), (24, 24, 1), width=4, normalization=normalization)
    channels = [4, 4, 8, 16, 32, 1]
    kernels = sum(16 * before * after for before, after in itertools.pairwise(channels))
    # Biases of the first and the last; of the others, or what normalisation learns instead.
    others = {"instance": 0, "batch": 2 * (8 + 16 + 32), None: 8 + 16 + 32}[normalization]
    assert num_weights(network) == kernels + 4 + 1 + others


@pytest.mark.parametrize("normalization", ["instance", "batch", "layer", "spectral", None])
def test_gradients_reach_every_weight(normalization):
    network = small((12, 12, 2), (12, 12, 1), depth=2, normalization=normalization)
    assert least_gradient(network) > 1e-4


def test_spectral_normalization_is_on_every_convolution():
    network = small((12, 12, 1), depth=2, normalization="spectral")
    weighted = [layer for layer in network.layers if layer.trainable_variables]
    assert len(weighted) == 4
    assert all(isinstance(layer, SpectralNormalization) for layer in weighted)


@pytest.mark.backend("every")
def test_penalty_on_instance_normalized_scores_is_differentiated_exactly():
    network = small((12, 12, 1), depth=2)
    kernels = [v for v in network.trainable_variables if v.name == "kernel"]
    for kernel in kernels:
        kernel.assign(10.0 * kernel)
    images = random_inputs(network)

    def penalty():
        _, gradient = backend.input_gradient(
            lambda data: (ops.sum(network(data) ** 2, axis=(1, 2, 3)), None),
            images,
            network.variables,
        )
        return ops.sum(ops.square(gradient)), None

    def value():
        return float(backend.value_and_gradients(penalty, kernels, network.variables)[0][0])

    _, gradients = backend.value_and_gradients(penalty, kernels, network.variables)
    gradients = [np.array(ops.convert_to_numpy(each), "float64") for each in gradients]
    norm = np.sqrt(sum(np.sum(np.square(each)) for each in gradients))
    start = [np.array(ops.convert_to_numpy(kernel)) for kernel in kernels]

    def moved(step):
        for kernel, weight, gradient in zip(kernels, start, gradients, strict=True):
            kernel.assign(weight + step * gradient / norm)
        return value()

    step = 1e-3
    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(norm, rel=0.02)


def test_instance_normalization_leaves_images_independent():
    network = small((12, 12, 1), depth=2)
    images = random_inputs(network, num_samples=3)
    together, alone = network(images), network(images[:1])
    np.testing.assert_allclose(
        ops.convert_to_numpy(together)[:1], ops.convert_to_numpy(alone), rtol=1e-4, atol=1e-6
    )


def test_condition_reaches_the_scores():
    network = small((12, 12, 3), (12, 12, 1), depth=2)
    sample, condition = random_inputs(network)
    assert [tuple(each.shape) for each in network.inputs] == [(None, 12, 12, 3), (None, 12, 12, 1)]
    scores, others = network([sample, condition]), network([sample, -condition])
    difference = ops.convert_to_numpy(scores) - ops.convert_to_numpy(others)
    assert np.abs(difference).max() > 0


def test_features_are_those_that_the_scores_come_from():
    network = small((24, 24, 1), depth=2, gives_features=True)
    outputs = network(random_inputs(network))
    shapes = [tuple(each.shape) for each in outputs["features"]]
    assert shapes == [(2, 12, 12, 2), (2, 6, 6, 4), (2, 5, 5, 8)]
    last = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)][-1]
    padded = ops.pad(outputs["features"][-1], [(0, 0), (1, 1), (1, 1), (0, 0)])
    np.testing.assert_allclose(
        ops.convert_to_numpy(last(padded)), ops.convert_to_numpy(outputs["scores"]), rtol=1e-5
    )


@pytest.mark.parametrize("gives_features", [False, True])
def test_saved_network_gives_the_same(gives_features, tmp_path):
    network = small((12, 12, 1), (12, 12, 2), depth=2, gives_features=gives_features)
    assert_saved_one_gives_the_same(network, tmp_path)


def test_it_is_trained_and_penalised_in_a_game():
    generator, _ = dcgan((12, 12, 1), 4, width=2)
    gan = kgl.GAN(generator, small((12, 12, 1), depth=2), latent_dim=4, seed=0)
    gan.compile(loss="lsgan", penalties=["r1"], run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 12, 12, 1)).astype("float32")
    before = [np.array(ops.convert_to_numpy(v)) for v in gan.discriminator.trainable_variables]
    history = gan.fit(images, batch_size=4, verbose=0)
    assert np.isfinite(list(history.history.values())).all()
    after = [ops.convert_to_numpy(v) for v in gan.discriminator.trainable_variables]
    assert min(np.abs(a - b).max() for a, b in zip(after, before, strict=True)) > 0


@pytest.mark.parametrize(
    ("shapes", "arguments", "message"),
    [
        (((23, 32, 3),), {}, "at least 24"),
        (((32, 32),), {}, "`image_shape` must be height, width and channels"),
        (((32, 32, 3), (32, 32)), {}, "`condition_shape` must be height"),
        (((32, 32, 3), ()), {}, "`condition_shape` must be height"),
        (((32, 32, 3), (16, 32, 3)), {}, "the same height and width"),
        (((32, 32, 3), (32, 32, 0)), {}, "`condition_shape` must be a whole number"),
        (((32, None, 3),), {}, "`image_shape` must be a whole number"),
        (((32, 32, 3),), {"width": 0}, "`width`"),
        (((32, 32, 3),), {"depth": 0}, "`depth`"),
        (((32, 32, 3),), {"depth": 1.5}, "`depth`"),
        (((32, 32, 3),), {"normalization": "instant"}, "Did you mean 'instance'"),
    ],
)
def test_bad_arguments_are_refused(shapes, arguments, message):
    with pytest.raises(ValueError, match=message):
        small(*shapes, **arguments)
