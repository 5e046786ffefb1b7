"""Grids of images: what each tile shows, and that nothing else is touched."""

import io
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_gan_losses.plots import sample_grid


def shown(figure):
    return [np.asarray(image.get_array()) for image in figure.axes[0].images]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def screen(figure):
    """The figure as it appears on a screen, RGB bytes."""
    with io.BytesIO() as file:
        figure.savefig(file, format="rgba", dpi=100)
        pixels = np.frombuffer(file.getvalue(), "uint8")
    width, height = (round(100 * inches) for inches in figure.get_size_inches())
    return pixels.reshape(height, width, 4)[..., :3]


def columns_and_rows(figure):
    """How many different left and top edges the tiles have."""
    extents = [image.get_extent() for image in figure.axes[0].images]
    return len({left for left, *_ in extents}), len({top for *_, top in extents})


@pytest.mark.parametrize("channels", [(), (1,)])
def test_grey_values_map_linearly_from_black_to_white(channels):
    values = np.array([-1.0, -0.5, 0.0, 1.0]).reshape(1, 2, 2)
    (tile,) = shown(sample_grid(values.reshape(1, 2, 2, *channels)))
    expected = np.array([[0.0, 0.25], [0.5, 1.0]])
    np.testing.assert_allclose(tile, np.stack([expected] * 3, axis=-1))


def test_colours_keep_their_channels():
    red_then_blue = np.array([[[[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0]]]])
    (tile,) = shown(sample_grid(red_then_blue))
    np.testing.assert_allclose(tile, [[[1, 0, 0], [0, 0, 1]]])


def test_the_value_range_is_an_argument():
    (tile,) = shown(sample_grid(np.full((1, 4, 4), 51, "uint8"), value_range=(0, 255)))
    np.testing.assert_allclose(tile, 0.2)


def test_values_beyond_the_range_are_shown_as_its_ends():
    (tile,) = shown(sample_grid(np.array([[[-3.0, 1.5], [-1.0, 1.0]]])))
    np.testing.assert_allclose(tile[..., 0], [[0, 1], [0, 1]])


def test_pixels_that_are_not_finite_are_shown_in_magenta():
    values = np.array([[[np.nan, np.inf], [-np.inf, -1.0]]])
    (tile,) = shown(sample_grid(values))
    magenta, black = [1, 0, 1], [0, 0, 0]
    np.testing.assert_allclose(tile, [[magenta, magenta], [magenta, black]])


def test_tiles_are_laid_out_row_by_row_in_order():
    levels = np.linspace(-1, 1, 6)
    figure = sample_grid(np.broadcast_to(levels[:, None, None], (6, 4, 4)), num_columns=3)
    assert columns_and_rows(figure) == (3, 2)
    places = sorted(
        ((image.get_extent()[3], image.get_extent()[0]), np.asarray(image.get_array()).mean())
        for image in figure.axes[0].images
    )
    np.testing.assert_allclose([level for _, level in places], (levels + 1) / 2)


@pytest.mark.parametrize(
    ("num_images", "num_columns", "expected"),
    [(9, None, (3, 3)), (10, None, (4, 3)), (1, None, (1, 1)), (5, 50, (5, 1)), (5, 1, (1, 5))],
)
def test_the_grid_is_as_square_as_possible_unless_told(num_images, num_columns, expected):
    figure = sample_grid(np.zeros((num_images, 5, 5)), num_columns=num_columns)
    assert columns_and_rows(figure) == expected


def test_each_pixel_becomes_one_sharp_square_of_the_screen():
    rng = np.random.default_rng(0)
    digit = rng.integers(0, 256, (1, 8, 8, 3), dtype="uint8")
    figure = sample_grid(digit, value_range=(0, 255))
    left, right, bottom, top = (round(edge) for edge in figure.axes[0].images[0].get_extent())
    scale = (right - left) // 8
    assert scale >= 10
    assert (right - left, bottom - top) == (8 * scale, 8 * scale)
    expected = digit[0].repeat(scale, axis=0).repeat(scale, axis=1)
    np.testing.assert_array_equal(screen(figure)[top:bottom, left:right], expected)


@pytest.mark.parametrize("style", ["default", "dark_background"])
@pytest.mark.parametrize("level", [-1.0, 1.0])
def test_tiles_stand_out_from_white_paper_in_every_style(style, level):
    import matplotlib.style

    with matplotlib.style.context(style):
        figure = sample_grid(np.full((4, 8, 8), level), title="Samples", labels="abcd")
        pixels = screen(figure).astype(int)
    left, _, bottom, _ = (round(edge) for edge in figure.axes[0].images[0].get_extent())
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    frame = pixels[bottom - 5, left - 1]
    assert np.all(np.abs(frame - 140) <= 1)
    assert pixels[: bottom // 8].min() < 60, "the title must be dark on white"


def test_title_and_labels_are_written_out():
    figure = sample_grid(np.zeros((3, 4, 4)), title="Epoch 3", labels=np.array([7, 0, 2]))
    assert texts(figure) == ["7", "0", "2", "Epoch 3"]


@pytest.mark.parametrize("num_images", [1, 3, 20])
def test_nothing_is_cut_off_by_the_edges(num_images):
    labels = [f"class {index}" for index in range(num_images)]
    figure = sample_grid(np.zeros((num_images, 8, 8)), title="Generated digits", labels=labels)
    pixels = screen(figure)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    np.testing.assert_array_equal(border, 255)


# Keras 3.15.1 reads torch tensors by an `__array__` without NumPy 2's `copy` argument.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_tensors_of_the_backend_are_taken():
    (tile,) = shown(sample_grid(keras.ops.ones((1, 4, 4, 1))))
    np.testing.assert_allclose(tile, 1.0)


def test_the_given_array_is_not_changed():
    images = np.array([[[np.nan, -3.0], [0.5, 3.0]]])
    copy = images.copy()
    sample_grid(images)
    np.testing.assert_array_equal(images, copy)


@pytest.mark.backend("jax")
def test_importing_the_package_loads_no_matplotlib():
    # Keras loads it where it is there, and does without it where it is not.
    program = "import sys; sys.modules['matplotlib'] = None; import keras_gan_losses.plots"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_drawing_leaves_no_figure_and_no_backend_behind():
    import matplotlib.pyplot

    before = matplotlib.get_backend()
    sample_grid(np.zeros((1, 4, 4)), title="Samples")
    assert matplotlib.pyplot.get_fignums() == []
    assert matplotlib.get_backend() == before


@pytest.mark.parametrize(
    "shape", [(64,), (9, 64), (8, 8, 3), (1, 3, 8, 8), (2, 8, 8, 4), (0, 8, 8)]
)
def test_another_shape_is_refused_and_named(shape):
    with pytest.raises(ValueError, match="`images` must have the shape") as error:
        sample_grid(np.zeros(shape))
    assert str(shape) in str(error.value)


def test_8_bit_images_without_their_range_are_refused():
    with pytest.raises(ValueError, match=r"Pass `value_range=\(0, 255\)`"):
        sample_grid(np.full((1, 4, 4), 200, "uint8"))


@pytest.mark.parametrize("value_range", [(1, -1), (0, 0), (0, float("nan"))])
def test_an_empty_value_range_is_refused(value_range):
    with pytest.raises(ValueError, match="`value_range` must be"):
        sample_grid(np.zeros((1, 4, 4)), value_range=value_range)


def test_too_few_labels_are_refused():
    with pytest.raises(ValueError, match="2 labels for 3 images"):
        sample_grid(np.zeros((3, 4, 4)), labels=[1, 2])


@pytest.mark.parametrize("num_columns", [0, 2.0])
def test_a_wrong_number_of_columns_is_refused(num_columns):
    with pytest.raises(ValueError, match="`num_columns` must be a whole number"):
        sample_grid(np.zeros((3, 4, 4)), num_columns=num_columns)
