"""Labels and seeds of new samples."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny


def conditional_gan(size):
    """A GAN whose condition is so many numbers."""
    networks = []
    for num_inputs, num_outputs in ((4, 2), (2, 1)):
        inputs = [keras.Input((num_inputs,)), keras.Input((size,))]
        hidden = keras.layers.Concatenate()(inputs)
        networks.append(keras.Model(inputs, keras.layers.Dense(num_outputs)(hidden)))
    return kgl.GAN(*networks, latent_dim=4, seed=0)


@pytest.fixture(scope="module")
def classes():
    return tiny.compiled_gan(seed=0, num_classes=3)


@pytest.mark.parametrize("labels", [[2, 2, 2], [[2], [2], [2]], [2], np.int64(2), 2.0])
def test_class_labels_of_every_form_make_the_same_samples(classes, labels):
    expected = classes.generate(3, condition=2, seed=1)
    np.testing.assert_array_equal(classes.generate(3, condition=labels, seed=1), expected)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (3, r"from 0 to 2\. Received the label 3"),
        (-1, "Received the label -1"),
        (0.5, r"Received the label 0\.5"),
        (np.nan, "labels hold NaN"),
        ([0, 1], "2 labels for 3 samples"),
        (["a", "b", "c"], "labels are texts"),
        (np.eye(3), r"labels of shape \(3,\) each"),
    ],
)
def test_labels_that_name_no_class_of_each_sample_are_refused(classes, labels, message):
    with pytest.raises(ValueError, match=message):
        classes.generate(3, condition=labels)


@pytest.mark.backend("every")
def test_labels_beside_latents_of_ones_own_are_looked_at_too(classes):
    latents = np.zeros((3, 4), "float32")
    samples = [
        classes.predict([latents, np.array(labels)], verbose=0)
        for labels in ([2, 2, 2], [[2], [2], [2]], [2.0, 2.0, 2.0])
    ]
    np.testing.assert_array_equal(samples[0], samples[1])
    np.testing.assert_array_equal(samples[0], samples[2])
    for wrong in (3, -1):
        with pytest.raises(ValueError, match=f"Received the label {wrong}"):
            classes.predict((latents, np.array([0, wrong, 1])), verbose=0)


def test_a_row_of_class_indices_is_not_taken_for_one_condition():
    gan = conditional_gan(3)
    with pytest.raises(ValueError, match=r"look like class indices.*to_categorical\(labels, 3\)"):
        gan.generate(3, condition=[0, 1, 2])
    one_for_all = gan.generate(2, condition=[0, 1, 0], seed=0)
    np.testing.assert_array_equal(gan.generate(2, condition=[[0, 1, 0]] * 2, seed=0), one_for_all)


def test_a_condition_of_one_number_may_come_in_a_row_or_in_a_column():
    gan = conditional_gan(1)
    values = np.linspace(0.0, 1.0, 5)
    in_a_row, in_a_column = (gan.generate(5, each, seed=0) for each in (values, values[:, None]))
    np.testing.assert_array_equal(in_a_row, in_a_column)


def test_numbers_of_numpy_are_numbers_and_seeds_have_32_bits():
    gan = tiny.compiled_gan(seed=np.int64(3))
    one, other = (
        gan.generate(number, seed=seed) for number, seed in ((3, 7), (np.int64(3), np.int64(7)))
    )
    np.testing.assert_array_equal(one, other)
    for seed in (2**32, -1, 0.5, "one"):
        with pytest.raises(ValueError, match="`seed` must be a whole number from 0 to"):
            gan.generate(3, seed=seed)
    with pytest.raises(ValueError, match="`seed` must be a whole number from 0 to"):
        tiny.compiled_gan(seed=2**40)
    for size in (0, -1):
        with pytest.raises(ValueError, match="`batch_size` must be a whole number"):
            gan.fit(tiny.samples(), batch_size=size)
