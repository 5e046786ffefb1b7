import functools
import itertools

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.architectures import unet_generator
from tests.architectures.whole_networks import (
    arrays,
    assert_saved_one_gives_the_same,
    least_gradient,
    num_weights,
    random_inputs,
)

small = functools.partial(unet_generator, width=2)


def smallest_maps(network):
    convolutions = [layer for layer in network.layers if type(layer) is keras.layers.Conv2D]
    return convolutions[-1].output.shape[1:3], len(convolutions)


@pytest.mark.parametrize(
    ("resolution", "depth", "smallest", "halvings"),
    [
        ((256, 256), None, (1, 1), 8),
        ((512, 512), None, (2, 2), 8),
        ((28, 28), None, (7, 7), 2),
        ((16, 8), None, (2, 1), 3),
        ((2, 2), None, (1, 1), 1),
        ((64, 32), 2, (16, 8), 2),
    ],
)
def test_images_have_the_resolution_of_the_condition(
    resolution, depth, smallest, halvings, monkeypatch
):
    # Only shapes matter here, and JAX compiles each new shape that it draws.
    monkeypatch.setattr(keras.initializers, "RandomNormal", lambda stddev: "zeros")
    network = small((*resolution, 3), (*resolution, 1), width=1, depth=depth)
    assert smallest_maps(network) == (smallest, halvings)
    assert network.input_shape == (None, *resolution, 1)
    assert network.output_shape == (None, *resolution, 3)
    assert network.name == "generator"


def test_condition_has_the_shape_of_the_image_by_default():
    assert small((8, 8, 2)).input_shape == (None, 8, 8, 2)


def test_number_of_weights_is_that_of_the_paper():
    network = small((64, 64, 3), (64, 64, 1), width=2)
    down = [1, 2, 4, 8, 16, 16, 16]
    kernels = sum(16 * before * after for before, after in itertools.pairwise(down))
    # What is doubled has the channels of its own way and of the one beside it.
    kernels += 16 * 16 * 16 + sum(16 * 2 * a * b for a, b in [(16, 16), (16, 8), (8, 4), (4, 2)])
    kernels += 16 * 2 * 2 * 3
    # Biases stand where no normalisation follows.
    assert num_weights(network) == kernels + 2 + 16 + 3


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_gradients_reach_every_weight(dropout):
    assert least_gradient(small((8, 8, 2), dropout=dropout)) > 1e-4


def test_every_resolution_has_a_way_of_its_own():
    network = small((16, 16, 1))
    joined = [layer for layer in network.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [layer.output.shape[1:] for layer in joined] == [(2, 2, 16), (4, 4, 8), (8, 8, 4)]


def test_details_need_not_pass_the_smallest_maps():
    network = small((8, 8, 1))
    convolutions = [layer for layer in network.layers if type(layer) is keras.layers.Conv2D]
    convolutions[-1].kernel.assign(ops.zeros(convolutions[-1].kernel.shape))
    (images,) = arrays(network(random_inputs(network)))
    assert np.abs(images[0] - images[1]).max() > 1e-4


@pytest.mark.parametrize(("side", "dropping"), [(32, 3), (8, 2), (2, 0)])
def test_dropout_is_noise_in_training_alone(side, dropping):
    network = small((side, side, 1))
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
    assert len(layers) == dropping
    conditions = random_inputs(network)
    (first,), (second,) = arrays(network(conditions)), arrays(network(conditions))
    np.testing.assert_array_equal(first, second)
    noisy = [arrays(network(conditions, training=True))[0] for _ in range(2)]
    assert (np.abs(noisy[0] - noisy[1]).max() > 0) == (dropping > 0)


def test_without_dropout_training_is_the_same_as_use():
    network = small((8, 8, 1), dropout=0.0)
    conditions = random_inputs(network)
    np.testing.assert_array_equal(
        *arrays([network(conditions), network(conditions, training=True)])
    )


def test_images_do_not_depend_on_others_of_the_batch():
    network = small((8, 8, 1))
    conditions = random_inputs(network, num_samples=3)
    together, alone = arrays([network(conditions), network(conditions[:1])])
    np.testing.assert_allclose(together[:1], alone, rtol=1e-4, atol=1e-6)


def test_images_fill_the_range_of_tanh():
    network = small((8, 8, 1))
    for variable in network.trainable_variables:
        variable.assign(100.0 * variable)
    (images,) = arrays(network(random_inputs(network)))
    assert 0.9 < np.abs(images).max() <= 1.0


def test_images_are_float32_under_mixed_precision():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = small((8, 8, 1))
    finally:
        keras.config.set_dtype_policy(policy)
    outputs = network(random_inputs(network))
    assert keras.backend.standardize_dtype(outputs.dtype) == "float32"


def test_saved_network_gives_the_same(tmp_path):
    assert_saved_one_gives_the_same(small((8, 8, 1), (8, 8, 3)), tmp_path)


@pytest.mark.parametrize(
    ("shapes", "arguments", "message"),
    [
        (((33, 32, 3),), {}, "must be multiples of 2, at least 2"),
        (((24, 24, 3),), {"depth": 4}, "must be multiples of 16"),
        (((8, 8),), {}, "height, width and channels"),
        (((8, 8, 3), (8, 4, 3)), {}, "the same height and width"),
        (((8, 8, 3),), {"width": 0}, "`width`"),
        (((8, 8, 3),), {"depth": 0}, "`depth`"),
        (((8, 8, 3),), {"dropout": 1.0}, "`dropout`"),
        (((8, 8, 3),), {"dropout": None}, "`dropout`"),
    ],
)
def test_bad_arguments_are_refused(shapes, arguments, message):
    with pytest.raises(ValueError, match=message):
        small(*shapes, **arguments)


def test_kernels_are_drawn_as_in_the_paper():
    keras.utils.set_random_seed(0)
    network = unet_generator((4, 4, 1), width=16)
    kernels = [ops.convert_to_numpy(v) for v in network.trainable_variables if v.name == "kernel"]
    assert np.std(kernels[1]) == pytest.approx(0.02, rel=0.05)
