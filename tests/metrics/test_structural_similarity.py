import math

import keras
import numpy as np
import pytest

from keras_gan_losses.metrics import multi_scale_structural_similarity
from keras_gan_losses.metrics import structural_similarity as module

WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def pair(*shape, noise=0.3):
    generator = np.random.default_rng(0)
    first = np.clip(generator.normal(size=shape) * 0.4, -1.0, 1.0)
    return first, np.clip(first + generator.normal(size=shape) * noise, -1.0, 1.0)


def similarity_by_loops(first, second, num_scales, size):
    """MS-SSIM of two grey images in [0, 1], window by window, with explicit covariances."""
    weights = np.array(WEIGHTS[:num_scales]) / sum(WEIGHTS[:num_scales])
    offsets = np.arange(size) - (size - 1) / 2
    line = np.exp(-(offsets**2) / (2 * (1.5 * size / 11) ** 2))
    window = np.outer(line, line) / line.sum() ** 2
    result = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            first, second = (
                [
                    [
                        image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean()
                        for j in range(math.ceil(image.shape[1] / 2))
                    ]
                    for i in range(math.ceil(image.shape[0] / 2))
                ]
                for image in (first, second)
            )
            first, second = np.array(first), np.array(second)
        values = []
        for i in range(first.shape[0] - size + 1):
            for j in range(first.shape[1] - size + 1):
                one, two = first[i : i + size, j : j + size], second[i : i + size, j : j + size]
                mean_1, mean_2 = (window * one).sum(), (window * two).sum()
                variance_1 = (window * (one - mean_1) ** 2).sum()
                variance_2 = (window * (two - mean_2) ** 2).sum()
                covariance = (window * (one - mean_1) * (two - mean_2)).sum()
                structure = (2 * covariance + 9e-4) / (variance_1 + variance_2 + 9e-4)
                luminance = (2 * mean_1 * mean_2 + 1e-4) / (mean_1**2 + mean_2**2 + 1e-4)
                is_last = scale == num_scales - 1
                values.append(structure * (luminance if is_last else 1.0))
        result *= max(0.0, np.mean(values)) ** weight
    return result


@pytest.mark.parametrize(
    ("height", "width", "num_scales", "size"),
    [(3, 3, 1, 3), (8, 8, 1, 7), (8, 12, 1, 7), (11, 11, 1, 11), (28, 28, 2, 11), (42, 44, 3, 11)],
)
def test_it_is_the_formula_at_the_scales_that_the_size_allows(height, width, num_scales, size):
    # Of an odd side's last line the mean is of one line, which repeating it gives too.
    first, second = pair(1, height, width)
    expected = similarity_by_loops((first[0] + 1) / 2, (second[0] + 1) / 2, num_scales, size)
    (value,) = multi_scale_structural_similarity(first, second)
    assert value == pytest.approx(expected, rel=1e-9)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="compares with TensorFlow")
@pytest.mark.parametrize(
    ("shape", "num_scales", "size"),
    [
        ((3, 8, 8, 1), 1, 7),
        ((3, 20, 20, 1), 1, 11),
        ((3, 21, 21, 1), 2, 11),
        ((3, 28, 33, 3), 2, 11),
        ((2, 81, 83, 3), 4, 11),
        ((1, 161, 163, 1), 5, 11),
    ],
)
def test_it_is_what_tensorflow_computes_with_the_same_scales(shape, num_scales, size):
    import tensorflow as tf

    first, second = pair(*shape, noise=0.1)
    expected = tf.image.ssim_multiscale(
        tf.constant((first + 1) / 2, "float32"),
        tf.constant((second + 1) / 2, "float32"),
        max_val=1.0,
        power_factors=np.array(WEIGHTS[:num_scales]) / sum(WEIGHTS[:num_scales]),
        filter_size=size,
        filter_sigma=1.5 * size / 11,
    )
    value = multi_scale_structural_similarity(first, second)
    np.testing.assert_allclose(value, expected, atol=2e-5)


@pytest.mark.parametrize("levels", [(-0.5, 0.5), (-1.0, 0.0)])
def test_flat_images_differ_in_luminance_alone(levels):
    one, two = (level + 1.0 for level in levels)
    expected = (2 * one * two + 4e-4) / (one**2 + two**2 + 4e-4)
    images = [np.full((1, 9, 9), level) for level in levels]
    (value,) = multi_scale_structural_similarity(*images)
    assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shape", [(4, 8, 8), (4, 28, 28, 1), (2, 45, 30, 3)])
def test_identical_images_are_exactly_one(shape):
    first, _ = pair(*shape)
    np.testing.assert_array_equal(multi_scale_structural_similarity(first, first.copy()), 1.0)


def test_it_is_symmetric_and_in_its_range():
    first, second = pair(20, 12, 12, noise=1.0)
    values = multi_scale_structural_similarity(first, second)
    np.testing.assert_allclose(multi_scale_structural_similarity(second, first), values)
    assert (values >= 0.0).all()
    assert (values < 1.0).all()


def test_opposite_images_count_as_zero():
    stripes = np.tile([-0.5, 0.5], 8) * np.ones((1, 16, 16))
    assert multi_scale_structural_similarity(stripes, -stripes).tolist() == [0.0]


def test_eight_bit_images_are_as_similar_as_scaled_ones():
    generator = np.random.default_rng(0)
    first, second = generator.integers(0, 256, (2, 3, 16, 16, 3)).astype("uint8")
    scaled = [image / 127.5 - 1.0 for image in (first, second)]
    np.testing.assert_allclose(
        multi_scale_structural_similarity(first, second, value_range=(0, 255)),
        multi_scale_structural_similarity(*scaled),
        rtol=1e-10,
    )


def test_channels_are_averaged():
    first, second = pair(5, 14, 14, 3)
    channels = [multi_scale_structural_similarity(first[..., c], second[..., c]) for c in range(3)]
    np.testing.assert_allclose(
        multi_scale_structural_similarity(first, second), np.mean(channels, axis=0), rtol=1e-12
    )


def test_the_size_of_blocks_does_not_matter(monkeypatch):
    first, second = pair(7, 12, 12, 1)
    expected = multi_scale_structural_similarity(first, second)
    for block_size in (1, 300):
        monkeypatch.setattr(module, "BLOCK_SIZE", block_size)
        np.testing.assert_array_equal(multi_scale_structural_similarity(first, second), expected)


def test_values_beyond_the_range_are_cut_to_it():
    first, second = pair(3, 8, 8)
    beyond = np.where(second < -0.4, -3.0, second)
    np.testing.assert_array_equal(
        multi_scale_structural_similarity(first, beyond, value_range=(-0.4, 1.0)),
        multi_scale_structural_similarity(
            np.clip(first, -0.4, 1.0), np.clip(second, -0.4, 1.0), value_range=(-0.4, 1.0)
        ),
    )


@pytest.mark.parametrize(
    ("first", "second", "arguments", "text"),
    [
        (np.zeros((2, 8, 8)), np.zeros((3, 8, 8)), {}, "as many images each"),
        (np.zeros((2, 8, 8)), np.zeros((2, 8, 9)), {}, "samples of one shape"),
        (np.zeros((2, 64)), np.zeros((2, 64)), {}, r"\(n, height, width\)"),
        (np.zeros((2, 2, 9)), np.zeros((2, 2, 9)), {}, "sides at least 3"),
        (np.full((2, 8, 8), 255), np.zeros((2, 8, 8)), {}, r"`first` must lie in `value_range`"),
        (np.zeros((2, 8, 8)), np.full((2, 8, 8), -22), {}, r"`second` must lie.*\[-22, -22\]"),
        (np.zeros((2, 8, 8)), np.zeros((2, 8, 8)), {"value_range": (1, 1)}, "the first below"),
        (np.zeros((2, 8, 8)), np.zeros((2, 8, 8)), {"value_range": (0, np.inf)}, "finite number"),
        (np.full((2, 8, 8), np.nan), np.zeros((2, 8, 8)), {}, "`first` must be finite"),
    ],
)
def test_bad_images_are_refused(first, second, arguments, text):
    with pytest.raises(ValueError, match=text):
        multi_scale_structural_similarity(first, second, **arguments)
