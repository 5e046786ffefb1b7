import keras
import numpy as np
import pytest

from keras_gan_losses.architectures import convolutional_1d


@pytest.mark.parametrize("shape", [(8, 1), (64, 2), (96, 1), (960, 3), (1024, 1)])
def test_networks_fit_each_other(shape):
    generator, discriminator = convolutional_1d(shape, 3, width=2)
    assert generator.output_shape == (None, *shape)
    assert discriminator(generator(np.zeros((2, 3), "float32"))).shape == (2, 1)


def test_labels_are_taken_by_both():
    generator, discriminator = convolutional_1d((16, 1), 3, width=2, num_classes=4)
    labels = keras.ops.zeros((2,), "int32")
    made = generator([keras.ops.zeros((2, 3)), labels])
    assert discriminator([made, labels]).shape == (2, 1)


def test_the_last_activation_can_be_chosen():
    generator, _ = convolutional_1d((16, 1), 3, width=2, output_activation="tanh")
    made = keras.ops.convert_to_numpy(generator(1e3 * np.ones((2, 3), "float32")))
    assert np.abs(made).max() <= 1.0


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1000, 1), "Cut them to 960 or pad them to 1024 steps"),
        ((9, 1), "Cut them to 8 or pad them to 10 steps"),
        ((16,), "must be steps and channels"),
        ((0, 1), "signal_shape"),
    ],
)
def test_lengths_that_cannot_be_made_are_refused_with_the_nearest(shape, message):
    with pytest.raises(ValueError, match=message):
        convolutional_1d(shape, 3)
