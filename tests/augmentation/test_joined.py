"""Lists, layers and functions as augmentations."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan_losses import augmentation as aug
from keras_gan_losses import testing

IMAGES = np.random.default_rng(0).uniform(-1, 1, (6, 8, 8, 3)).astype("float32")


@keras.saving.register_keras_serializable(package="tests")
def halved(samples):
    return 0.5 * samples


def made(augmentation, seed=0):
    samples = ops.convert_to_tensor(IMAGES)
    return ops.convert_to_numpy(augmentation(samples, keras.random.SeedGenerator(seed)))


def test_a_pipeline_and_what_it_joins_are_sound():
    parts = [aug.Brightness(amount=0.1), halved, layers.GaussianNoise(0.1, seed=0)]
    testing.check_augmentation(aug.Pipeline, arguments={"augmentations": parts})
    testing.check_augmentation_changes(aug.Pipeline, arguments={"augmentations": parts})
    for change in (halved, layers.RandomFlip(seed=0)):
        testing.check_augmentation(aug.Wrapped, arguments={"change": change})


def test_a_list_acts_in_its_order():
    def raised(samples):
        return samples + 1.0

    np.testing.assert_allclose(made(aug.get([halved, raised])), 0.5 * IMAGES + 1.0, rtol=1e-6)
    np.testing.assert_allclose(made(aug.get([raised, [halved]])), 0.5 * IMAGES + 0.5, rtol=1e-6)
    np.testing.assert_array_equal(made(aug.get([])), IMAGES)


@pytest.mark.backend("every")
def test_a_layer_repeats_itself_for_one_draw_and_goes_on_for_the_next():
    layer = layers.GaussianNoise(1.0, seed=3)
    augmentation = aug.get(layer)
    samples = ops.convert_to_tensor(IMAGES)
    drawn = augmentation.draw(IMAGES.shape, keras.random.SeedGenerator(0))
    first, second = (ops.convert_to_numpy(augmentation.call(samples, drawn)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.all(first != made(augmentation))
    assert [id(each) for each in augmentation.variables] == [id(each) for each in layer.variables]


def test_names_stand_for_the_papers():
    assert isinstance(aug.get("ada"), aug.Adaptive)
    assert isinstance(aug.get("instance_noise"), aug.InstanceNoise)
    kinds = [type(each) for each in aug.get("diff_augment").augmentations]
    assert kinds == [aug.Brightness, aug.Saturation, aug.Contrast, aug.Translation, aug.Cutout]
    flip = aug.Flip()
    assert aug.get(flip) is flip


@pytest.mark.parametrize("value", [3, None, aug.Flip, {"flip": aug.Flip()}, [3], ["ada"]])
def test_what_is_no_augmentation_is_refused(value):
    with pytest.raises(TypeError, match=r"must be an object of keras_gan_losses\.augmentation"):
        aug.get(value)


def test_a_pipeline_of_no_list_or_of_one_name_for_two_logs_is_refused():
    with pytest.raises(ValueError, match="`augmentations` must be a list"):
        aug.Pipeline("ada")
    with pytest.raises(ValueError, match="would log one name"):
        aug.get([aug.Adaptive(), [aug.Adaptive()]])


def test_layers_that_do_not_fit_are_refused_in_words():
    cases = [
        (layers.RandomCrop(4, 4), r"RandomCrop cannot .* must give the shape \(2, 8, 8, 3\)"),
        (layers.Conv2D(3, 3), r"must give the shape .* Received: \(2, 6, 6, 3\)"),
        (layers.Rescaling(1.0, offset=51.0), r"up to 51.1 of samples .*value_range=\(-1, 1\)"),
        (ops.round, r"has no derivative of it"),
    ]
    for change, words in cases:
        with pytest.raises(ValueError, match=words):
            aug.get(change).check((8, 8, 3))
