"""The embedded digits: known counts, range and shapes."""

import numpy as np
from sklearn.datasets import load_digits

from keras_gan_losses.datasets import digits


def test_images_and_labels_have_the_documented_shapes_and_types():
    images, labels = digits()
    assert images.shape == (1797, 8, 8, 1)
    assert images.dtype == np.float32
    assert labels.shape == (1797,)
    assert labels.dtype == np.int32


def test_intensities_0_to_16_become_minus_1_to_1():
    stored = load_digits().images
    images, _ = digits()
    np.testing.assert_array_equal(images[..., 0], np.interp(stored, [0, 16], [-1, 1]))
    assert images.min() == -1.0
    assert images.max() == 1.0


def test_class_counts_are_those_published_with_the_data():
    _, labels = digits()
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_array_equal(np.bincount(labels), published)


def test_changing_the_result_changes_no_later_result():
    first, first_labels = digits()
    first[:] = 0.0
    first_labels[:] = 0
    second, second_labels = digits()
    assert second.min() == -1.0
    assert second_labels.max() == 9
