"""The plane as a discriminator scores it: densities, surface and gradient field."""

import io

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.quiver import Quiver

from keras_gan_losses.plots import discriminator_surface
from tests import tiny

REAL = np.random.default_rng(0).normal(size=(200, 2))
FAKE = np.concatenate([np.full((30, 2), [3.0, 0.0]), np.full((10, 2), [3.0, -2.0])])


def plane(points):
    """Score whose gradient is (2, −3) everywhere."""
    return 2.0 * points[:, 0] - 3.0 * points[:, 1]


def parts(figure, kind, panel):
    return [part for part in figure.axes[panel].collections if isinstance(part, kind)]


def test_the_arrows_are_the_gradient_of_the_score():
    (arrows,) = parts(discriminator_surface(plane, REAL, FAKE), Quiver, 2)
    np.testing.assert_allclose(arrows.U, 2.0, rtol=1e-4)
    np.testing.assert_allclose(arrows.V, -3.0, rtol=1e-4)


def test_an_arrow_belongs_to_the_point_at_which_it_begins():
    # Central differences of a quadratic function are exact.
    figure = discriminator_surface(lambda points: (points**2).sum(axis=1), REAL, FAKE)
    (arrows,) = parts(figure, Quiver, 2)
    np.testing.assert_allclose(arrows.U, 2.0 * arrows.X, atol=1e-2)
    np.testing.assert_allclose(arrows.V, 2.0 * arrows.Y, atol=1e-2)


def test_the_surface_spans_the_scores_on_a_square_around_all_points():
    figure = discriminator_surface(plane, REAL, FAKE)
    axes = figure.axes[2]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    points = np.concatenate([REAL, FAKE])
    assert left < points[:, 0].min()
    assert right > points[:, 0].max()
    assert low < points[:, 1].min()
    assert high > points[:, 1].max()
    assert right - left == pytest.approx(high - low)
    (surface,) = parts(figure, QuadContourSet, 2)
    lowest, highest = 2.0 * left - 3.0 * high, 2.0 * right - 3.0 * low
    assert surface.zmin == pytest.approx(lowest, rel=1e-4)
    assert surface.zmax == pytest.approx(highest, rel=1e-4)


def test_cells_have_the_share_of_the_points_on_one_scale():
    figure = discriminator_surface(plane, REAL, FAKE)
    (real,), (fake,) = (parts(figure, PolyCollection, panel) for panel in range(2))
    for cells in (real, fake):
        assert np.sum(cells.get_array()) == pytest.approx(1.0)
    np.testing.assert_allclose(sorted(np.asarray(fake.get_array())), [0.25, 0.75])
    assert real.get_clim() == fake.get_clim() == (0.0, pytest.approx(0.75))


def test_a_keras_model_is_a_function_of_points():
    _, discriminator = tiny.networks()
    figure = discriminator_surface(discriminator, REAL, FAKE, num_points=11)
    (surface,) = parts(figure, QuadContourSet, 2)
    side = np.linspace(*figure.axes[2].get_xlim(), 11)
    grid = np.stack(np.meshgrid(side, np.linspace(*figure.axes[2].get_ylim(), 11)), axis=-1)
    scores = discriminator.predict(grid.reshape(-1, 2).astype("float32"), verbose=0)
    assert surface.zmin == pytest.approx(scores.min(), rel=1e-3)
    assert surface.zmax == pytest.approx(scores.max(), rel=1e-3)


def test_scores_are_asked_for_in_portions():
    sizes = []

    def count(points):
        sizes.append(len(points))
        return plane(points)

    discriminator_surface(count, REAL, FAKE, num_points=100)
    assert sum(sizes) == 100 * 100
    assert max(sizes) <= 4096


@pytest.mark.parametrize("real", [REAL, REAL[:1]])
def test_a_discriminator_that_knows_nothing_still_gives_a_picture(real):
    figure = discriminator_surface(lambda points: np.zeros(len(points)), real, real)
    figure.savefig(io.BytesIO(), format="png")
    assert parts(figure, Quiver, 2) == []


def test_points_that_are_not_finite_are_counted():
    fake = np.array([[np.nan, 0.0], [np.inf, 0.0]])
    figure = discriminator_surface(plane, REAL, fake)
    titles = [axes.get_title() for axes in figure.axes[:3]]
    assert titles == ["real", "generated (2 of 2 not finite)", "score and its gradient"]
    figure.savefig(io.BytesIO(), format="png")


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_the_picture_is_dark_on_white_in_every_style(style):
    import matplotlib.style

    with matplotlib.style.context(style):
        figure = discriminator_surface(plane, REAL, FAKE, title="Title")
        figure.savefig(io.BytesIO(), format="png")
    assert to_rgb(figure.get_facecolor()) == (1.0, 1.0, 1.0)
    for axes in figure.axes:
        written = [axes.title, axes.yaxis.label, *axes.get_yticklabels()]
        assert all(max(to_rgb(text.get_color())) < 0.3 for text in written if text.get_text())


@pytest.mark.parametrize("name", ["real", "fake"])
def test_points_of_another_shape_are_refused(name):
    arguments = {"real": REAL, "fake": FAKE} | {name: np.zeros((3, 4))}
    with pytest.raises(ValueError, match=f"`{name}` must have the shape"):
        discriminator_surface(plane, **arguments)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (lambda points: points, r"one score a point. Received: an array of shape \(4096, 2\)"),
        (lambda points: plane(points)[::2], "one score a point. Received: an array"),
        (lambda points: {"scores": plane(points)}, "one score a point. Received: <class 'dict'>"),
        (lambda points: plane(points) * np.nan, "finite scores. Received: 4096 NaN or infinite"),
    ],
)
def test_what_is_not_one_finite_score_a_point_is_refused(scores, message):
    with pytest.raises(ValueError, match=message):
        discriminator_surface(scores, REAL, FAKE)


def test_no_finite_point_is_refused():
    lost = np.full((2, 2), np.nan)
    with pytest.raises(ValueError, match="No point is finite"):
        discriminator_surface(plane, lost, lost)


def test_a_grid_too_coarse_for_differences_is_refused():
    with pytest.raises(ValueError, match="`num_points` must be a whole number of at least 3"):
        discriminator_surface(plane, REAL, FAKE, num_points=2)
