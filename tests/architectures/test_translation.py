import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.architectures import translation_generator
from tests.architectures.whole_networks import (
    arrays,
    assert_saved_one_gives_the_same,
    least_gradient,
    num_weights,
    random_inputs,
)

small = functools.partial(translation_generator, width=2, num_blocks=2)


@pytest.mark.parametrize("resolution", [(8, 8), (28, 28), (64, 32)])
def test_blocks_work_at_a_quarter_of_the_resolution(resolution, monkeypatch):
    # Only shapes matter here, and JAX compiles each new shape that it draws.
    monkeypatch.setattr(keras.initializers, "RandomNormal", lambda stddev: "zeros")
    network = small((*resolution, 3), (*resolution, 1))
    assert network.input_shape == (None, *resolution, 1)
    assert network.output_shape == (None, *resolution, 3)
    assert network.name == "generator"
    sums = [layer for layer in network.layers if isinstance(layer, keras.layers.Add)]
    quarter = (resolution[0] // 4, resolution[1] // 4)
    assert [layer.output.shape[1:] for layer in sums] == [(*quarter, 8)] * 2


@pytest.mark.parametrize("num_blocks", [1, 3])
def test_number_of_weights_is_that_of_the_paper(num_blocks):
    w = 4
    network = translation_generator((8, 8, 3), (8, 8, 1), width=w, num_blocks=num_blocks)
    ends = 49 * 1 * w + 49 * w * 3 + 3
    down = 9 * w * 2 * w + 9 * 2 * w * 4 * w
    up = 16 * 4 * w * 2 * w + 16 * 2 * w * w
    assert num_weights(network) == ends + down + up + num_blocks * 2 * 9 * (4 * w) ** 2


def test_gradients_reach_every_weight():
    assert least_gradient(small((8, 8, 2))) > 1e-4


def test_a_block_without_weights_passes_its_input_on():
    network = small((8, 8, 1))
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel.shape[-2:] == (8, 8):
            layer.kernel.assign(ops.zeros(layer.kernel.shape))
    first, last = (layer for layer in network.layers if isinstance(layer, keras.layers.Add))
    ends = keras.Model(network.input, [first.input[0], last.output])
    before, after = arrays(ends(random_inputs(network)))
    assert np.abs(before).max() > 0.1
    np.testing.assert_array_equal(before, after)


def test_edges_are_mirrored():
    network = small((8, 8, 1))
    image = np.random.default_rng(0).normal(size=(1, 8, 8, 1)).astype("float32")
    first = network.layers[1]
    assert type(first).__name__ == "ReflectionPadding"
    (padded,) = arrays(first(image))
    np.testing.assert_array_equal(padded[0, ..., 0], np.pad(image[0, ..., 0], 3, mode="reflect"))


def test_images_do_not_depend_on_others_of_the_batch():
    network = small((8, 8, 1))
    conditions = random_inputs(network, num_samples=3)
    together, alone = arrays([network(conditions), network(conditions[:1])])
    np.testing.assert_allclose(together[:1], alone, rtol=1e-3, atol=1e-6)


def test_images_fill_the_range_of_tanh():
    network = small((8, 8, 1))
    network.trainable_variables[-2].assign(100.0 * network.trainable_variables[-2])
    (images,) = arrays(network(random_inputs(network)))
    assert 0.9 < np.abs(images).max() <= 1.0


def test_saved_network_gives_the_same(tmp_path):
    assert_saved_one_gives_the_same(small((8, 8, 1), (8, 8, 3)), tmp_path)


@pytest.mark.parametrize(
    ("shapes", "arguments", "message"),
    [
        (((30, 32, 3),), {}, "must be multiples of 4, at least 8"),
        (((4, 8, 3),), {}, "must be multiples of 4, at least 8"),
        (((8, 8),), {}, "height, width and channels"),
        (((8, 8, 3), (8, 4, 3)), {}, "the same height and width"),
        (((8, 8, 3),), {"width": 0}, "`width`"),
        (((8, 8, 3),), {"num_blocks": 0}, "`num_blocks`"),
    ],
)
def test_bad_arguments_are_refused(shapes, arguments, message):
    with pytest.raises(ValueError, match=message):
        small(*shapes, **arguments)
