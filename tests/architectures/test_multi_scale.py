import functools

import keras
import numpy as np
import pytest

from keras_gan_losses.architectures import multi_scale, patch_discriminator
from tests.architectures.whole_networks import (
    arrays,
    assert_saved_one_gives_the_same,
    least_gradient,
    random_inputs,
)

patches = functools.partial(patch_discriminator, width=2, depth=1)


def sum_of_signal(shape):
    """A head whose score is the sum of its signal's first channel."""
    signal = keras.Input(shape)
    return keras.Model(signal, keras.layers.Conv1D(1, shape[0], kernel_initializer="ones")(signal))


def convolutional(shape, condition_shape=None):
    """A head for signals with features, and a condition where there is one."""
    inputs = [keras.Input(shape)]
    if condition_shape:
        inputs.append(keras.Input(condition_shape))
    hidden = keras.layers.Concatenate()(inputs) if condition_shape else inputs[0]
    features = [keras.layers.Conv1D(3, 5, strides=2, activation="relu")(hidden)]
    outputs = {"scores": keras.layers.Conv1D(1, 3)(features[-1]), "features": features}
    return keras.Model(inputs, outputs, name="head")


def test_heads_see_means_of_neighbours_in_signals():
    network = multi_scale(sum_of_signal, (11, 1), num_scales=3)
    signals = np.random.default_rng(0).normal(size=(2, 11, 1)).astype("float32")
    halved = signals[:, :10, 0].reshape(2, 5, 2).mean(axis=2)
    quartered = halved[:, :4].reshape(2, 2, 2).mean(axis=2)
    expected = [signals[..., 0].sum(axis=1), halved.sum(axis=1), quartered.sum(axis=1)]
    scores = network(signals)
    assert isinstance(scores, list)
    for found, wanted in zip(arrays(scores), expected, strict=True):
        np.testing.assert_allclose(found.ravel(), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("side", [24, 37])
def test_heads_see_means_of_neighbours_in_images(side):
    network = multi_scale(patches, (side, side, 3), (side, side, 1), num_scales=2)
    sample, condition = random_inputs(network)
    even = side // 2 * 2

    def halved(images):
        (values,) = arrays(images)
        shape = (2, side // 2, 2, side // 2, 2, values.shape[-1])
        return values[:, :even, :even].reshape(shape).mean(axis=(2, 4))

    heads = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    assert len(heads) == 2
    expected = [heads[0]([sample, condition]), heads[1]([halved(sample), halved(condition)])]
    found = network([sample, condition])
    for one, other in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    assert network.name == "discriminator"


def test_heads_share_no_weights():
    (alone,) = {len(patches((24, 24, 1)).trainable_variables)}
    network = multi_scale(patches, (24, 24, 1), num_scales=3)
    assert len({id(v) for v in network.trainable_variables}) == 3 * alone


NETWORKS = {
    "images": lambda: multi_scale(patches, (24, 24, 1), num_scales=2),
    "features of images": lambda: multi_scale(
        functools.partial(patches, gives_features=True), (24, 24, 1), (24, 24, 2), num_scales=2
    ),
    "spectral": lambda: multi_scale(
        functools.partial(patches, normalization="spectral"), (12, 12, 1), num_scales=2
    ),
    "features of signals": lambda: multi_scale(convolutional, (64, 1), num_scales=3),
    "signals with a condition": lambda: multi_scale(convolutional, (64, 1), (64, 2), num_scales=2),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_reach_every_weight(name):
    keras.utils.set_random_seed(1)
    assert least_gradient(NETWORKS[name]()) > 1e-4


@pytest.mark.parametrize("name", NETWORKS)
def test_saved_network_gives_the_same(name, tmp_path):
    assert_saved_one_gives_the_same(NETWORKS[name](), tmp_path)


def test_features_are_lists_of_each_head():
    outputs = NETWORKS["features of images"]()(
        [np.zeros((2, 24, 24, 1), "float32"), np.zeros((2, 24, 24, 2), "float32")]
    )
    assert set(outputs) == {"scores", "features"}
    assert [tuple(each.shape) for each in outputs["scores"]] == [(2, 10, 10, 1), (2, 4, 4, 1)]
    shapes = [[tuple(each.shape) for each in features] for features in outputs["features"]]
    assert shapes == [[(2, 12, 12, 2), (2, 11, 11, 4)], [(2, 6, 6, 2), (2, 5, 5, 4)]]


@pytest.mark.parametrize(
    ("shapes", "num_scales", "message"),
    [
        (((3, 64, 1),), 3, "`data_shape` must be a whole number of at least 4"),
        (((64,),), 2, "one to three axes, and channels"),
        (((4, 4, 4, 4, 1),), 2, "one to three axes, and channels"),
        (((64, 0),), 2, "`data_shape` must be a whole number of at least 1"),
        (((64, 1), (32, 1)), 2, "the same axes but for channels"),
        (((64, 1), (64,)), 2, "`condition_shape` must have one to three axes"),
        (((64, 1),), 1, "`num_scales` must be a whole number of at least 2"),
        (((64, 1),), 2.5, "`num_scales`"),
    ],
)
def test_bad_arguments_are_refused(shapes, num_scales, message):
    with pytest.raises(ValueError, match=message):
        multi_scale(convolutional, *shapes, num_scales=num_scales)


def test_what_a_head_refuses_is_told_with_its_scale():
    with pytest.raises(ValueError, match="at least 6") as error:
        multi_scale(patches, (16, 16, 1), num_scales=3)
    assert error.value.__notes__ == ["This is the discriminator of scale 2, of shapes [(4, 4, 1)]."]
