"""Colour, geometry and cutout against NumPy, given their random numbers."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import augmentation as aug
from keras_gan_losses import testing

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 6, 6, 3)).astype("float32")
# Each value is met, and the ends of the range too.
NUMBERS = np.float32([0.0, 0.1, 0.3, 0.45, 0.5, 0.6, 0.8, 0.999])
KINDS = {
    aug.Brightness: {"amount": 0.2},
    aug.Saturation: {"amount": 0.5},
    aug.Contrast: {"amount": 0.3},
    aug.Flip: {"is_vertical": True},
    aug.QuarterTurn: {},
    aug.Translation: {"ratio": 0.3},
    aug.Cutout: {"ratio": 0.4},
}


def changed(augmentation, *numbers, images=IMAGES):
    drawn = ops.convert_to_tensor(np.stack(numbers, axis=1))
    return ops.convert_to_numpy(augmentation.call(ops.convert_to_tensor(images), drawn))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_augmentation_of_images_is_sound(kind):
    # With channels in front, images are of three rows.
    arguments = {**KINDS[kind], "data_format": "channels_first"}
    testing.check_augmentation(kind, arguments=arguments, sample_shape=(8, 8, 8))
    testing.check_augmentation_changes(kind, arguments=KINDS[kind])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_channels_in_front_are_augmented_alike(kind):
    first, last = (
        kind(**KINDS[kind], data_format=data_format)
        for data_format in ("channels_first", "channels_last")
    )
    numbers = [np.roll(NUMBERS, shift) for shift in range(last.num_random)]
    in_front = changed(first, *numbers, images=np.moveaxis(IMAGES, 3, 1))
    np.testing.assert_allclose(np.moveaxis(in_front, 1, 3), changed(last, *numbers), atol=1e-6)


# Zhao et al., 2020, arXiv:2006.10738: rand_brightness, rand_saturation and rand_contrast of the
# authors' DiffAugment_pytorch.py, whose channels are the first axis.
@pytest.mark.backend("every")
def test_colours_are_those_of_diff_augment():
    u = NUMBERS[:, None, None, None].astype("float64")
    image = IMAGES.astype("float64")
    np.testing.assert_allclose(changed(aug.Brightness(), NUMBERS), image + (u - 0.5), atol=1e-6)
    mean = image.mean(axis=3, keepdims=True)
    expected = (image - mean) * (u * 2) + mean
    np.testing.assert_allclose(changed(aug.Saturation(), NUMBERS), expected, atol=1e-6)
    mean = image.mean(axis=(1, 2, 3), keepdims=True)
    expected = (image - mean) * (u + 0.5) + mean
    np.testing.assert_allclose(changed(aug.Contrast(), NUMBERS), expected, atol=1e-6)


def test_flips_mirror_one_half():
    for axis, augmentation in ((1, aug.Flip()), (0, aug.Flip(is_vertical=True))):
        expected = [
            np.flip(image, axis) if number < 0.5 else image
            for image, number in zip(IMAGES, NUMBERS, strict=True)
        ]
        np.testing.assert_array_equal(changed(augmentation, NUMBERS), expected)


@pytest.mark.backend("every")
def test_turns_are_of_all_quarters():
    made = changed(aug.QuarterTurn(), NUMBERS)
    quarters = []
    for image, turned in zip(IMAGES, made, strict=True):
        (number,) = (k for k in range(4) if np.array_equal(np.rot90(image, k), turned))
        quarters.append(number)
    # The direction of an odd turn does not matter: one is as likely as the other.
    assert [number % 2 for number in quarters] == [0, 0, 1, 1, 0, 0, 1, 1]
    assert set(quarters) == {0, 1, 2, 3}


def moved(image, rows, columns):
    """The image with zeros around it, seen from elsewhere."""
    wide = np.pad(image, [(6, 6), (6, 6), (0, 0)])
    return wide[6 + rows : 12 + rows, 6 + columns : 12 + columns]


@pytest.mark.backend("every")
def test_translation_moves_by_whole_pixels_and_fills_with_zeros():
    other = NUMBERS[::-1].copy()
    made = changed(aug.Translation(ratio=0.3), NUMBERS, other)
    # 0.3 of six pixels are two, rounded: shifts of −2 … 2, each a fifth.
    shifts = np.floor(5 * np.stack([NUMBERS, other], 1)).astype(int) - 2
    assert {-2, 2} <= set(shifts.flat)
    expected = [moved(image, *shift) for image, shift in zip(IMAGES, shifts, strict=True)]
    np.testing.assert_array_equal(made, expected)


# rand_cutout of the same file: a grid around an offset, clamped to the image.
@pytest.mark.backend("every")
@pytest.mark.parametrize(("ratio", "length"), [(0.5, 3), (0.7, 4)])
def test_holes_are_those_of_diff_augment(ratio, length):
    other = NUMBERS[::-1].copy()
    made = changed(aug.Cutout(ratio=ratio), NUMBERS, other)
    for image, pair, cut in zip(IMAGES, zip(NUMBERS, other, strict=True), made, strict=True):
        offsets = [int(number * (6 + 1 - length % 2)) for number in pair]
        grids = [np.clip(np.arange(length) + o - length // 2, 0, 5) for o in offsets]
        expected = image.copy()
        expected[np.ix_(*grids)] = 0.0
        np.testing.assert_array_equal(cut, expected)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("shape", [(2,), (8, 8), (None, 8, 3), (4, 8, 8, 3)])
def test_what_is_no_image_of_known_size_is_refused(kind, shape):
    with pytest.raises(ValueError, match=r"augments images \(height, width, channels\).*Received"):
        kind().check(shape)


def test_images_too_small_or_not_square_are_refused():
    for kind, ratio in ((aug.Translation, 0.125), (aug.Cutout, 0.1)):
        with pytest.raises(ValueError, match=r"less than half a pixel.*3 × 9.*at least 0\.167"):
            kind(ratio=ratio).check((3, 9, 1))
        kind(ratio=0.167).check((3, 9, 1))
    with pytest.raises(ValueError, match=r"turns square images.*\(3, 9, 1\)"):
        aug.QuarterTurn().check((3, 9, 1))
    aug.QuarterTurn(data_format="channels_first").check((1, 9, 9))


def test_arguments_out_of_range_are_refused():
    for kind in (aug.Brightness, aug.Saturation, aug.Contrast):
        with pytest.raises(ValueError, match=r"`amount` must be .* at least 0.*amount=-1"):
            kind(amount=-1.0)
    for kind in (aug.Translation, aug.Cutout):
        with pytest.raises(ValueError, match=r"`ratio` must be .* at most 1.*ratio=2"):
            kind(ratio=2.0)
    with pytest.raises(ValueError, match=r"`data_format` must be one of.*'first'"):
        aug.Flip(data_format="first")


def test_the_format_is_keras_own_and_stays_when_the_setting_changes():
    augmentation = aug.Flip()
    assert augmentation.data_format == keras.config.image_data_format() == "channels_last"
    assert aug.Flip.from_config(augmentation.get_config()).data_format == "channels_last"
