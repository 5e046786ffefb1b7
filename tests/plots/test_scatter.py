"""Points in the plane: what is drawn, in which order, and how it is told apart."""

import io

import keras
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from keras_gan_losses.plots import scatter

REAL = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
FAKE = np.array([[0.5, 0.5], [0.25, 0.75]])
MODES = np.array([[0.0, 1.0]])


def drawn(figure):
    """Label → points, from the lowest layer to the uppermost."""
    return {layer.get_label(): layer.get_offsets().data for layer in figure.axes[0].collections}


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_real_points_lie_under_generated_ones_and_modes_on_top():
    layers = drawn(scatter(FAKE, REAL, modes=MODES))
    assert list(layers) == ["real", "generated", "modes"]
    for points, expected in zip(layers.values(), (REAL, FAKE, MODES), strict=True):
        np.testing.assert_array_equal(points, expected)


def test_the_legend_names_what_is_drawn_and_nothing_else():
    assert legend(scatter(FAKE, REAL, modes=MODES)) == ["real", "generated", "modes"]
    assert legend(scatter(FAKE)) == ["generated"]


def test_real_points_are_grey_and_generated_ones_coloured():
    real, fake, _ = scatter(FAKE, REAL, modes=MODES).axes[0].collections
    assert np.ptp(real.get_facecolor()[0, :3]) == 0
    assert np.ptp(fake.get_facecolor()[0, :3]) > 0.5


def test_both_axes_have_the_same_scale():
    figure = scatter(FAKE, REAL, modes=MODES)
    figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[0]
    (x0, y0), (x1, y1) = axes.transData.transform([(0.0, 0.0), (1.0, 1.0)])
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)


def test_all_points_lie_within_the_axes():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(100, 2)) * [10.0, 0.1] + [100.0, -3.0]
    axes = scatter(points).axes[0]
    for values, (low, high) in zip(points.T, (axes.get_xlim(), axes.get_ylim()), strict=True):
        assert low < values.min()
        assert values.max() < high


def test_points_that_are_not_finite_are_counted_in_the_legend():
    fake = np.array([[0.0, 1.0], [np.nan, 0.0], [np.inf, 1.0]])
    figure = scatter(fake)
    assert legend(figure) == ["generated (2 of 3 not finite)"]
    np.testing.assert_array_equal(next(iter(drawn(figure).values())), [[0.0, 1.0]])


def test_a_wholly_diverged_generator_still_gives_a_picture():
    figure = scatter(np.full((5, 2), np.nan))
    assert legend(figure) == ["generated (5 of 5 not finite)"]
    figure.savefig(io.BytesIO(), format="png")


def test_the_title_is_shown():
    assert scatter(FAKE, title="Round 100").axes[0].get_title() == "Round 100"


def test_markers_shrink_where_there_are_many_points():
    few, many = (
        scatter(np.zeros((count, 2))).axes[0].collections[0].get_sizes()[0]
        for count in (100, 100_000)
    )
    assert many < few


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_the_picture_is_dark_on_white_in_every_style(style):
    import matplotlib.style

    with matplotlib.style.context(style):
        figure = scatter(FAKE, title="Title")
        figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[0]
    assert to_rgb(figure.get_facecolor()) == to_rgb(axes.get_facecolor()) == (1.0, 1.0, 1.0)
    written = [axes.title, *axes.get_xticklabels(), *axes.get_legend().get_texts()]
    assert all(max(to_rgb(text.get_color())) < 0.3 for text in written)


# Keras 3.15.1 reads torch tensors by an `__array__` without NumPy 2's `copy` argument.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_tensors_of_the_backend_are_taken():
    layers = drawn(scatter(keras.ops.convert_to_tensor(FAKE)))
    np.testing.assert_allclose(layers["generated"], FAKE)


@pytest.mark.parametrize("shape", [(2,), (4, 3), (0, 2), (2, 2, 2)])
@pytest.mark.parametrize("name", ["fake", "real", "modes"])
def test_another_shape_is_refused_and_named(name, shape):
    arguments = {"fake": FAKE} | {name: np.zeros(shape)}
    with pytest.raises(ValueError, match=f"`{name}` must have the shape"):
        scatter(**arguments)


def test_drawing_leaves_no_figure_behind():
    import matplotlib.pyplot

    scatter(FAKE, REAL, modes=MODES)
    assert matplotlib.pyplot.get_fignums() == []
