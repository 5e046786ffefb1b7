"""Samples in the plane, and how a discriminator scores the plane."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses.plots.points import check_points, finite_part
from keras_gan_losses.plots.style import FAKE_COLOUR, INK, dress, new_figure
from keras_gan_losses.types import ArrayLike, Tensor
from keras_gan_losses.validation import check_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

# Room around the samples, in parts of their extent.
MARGIN = 0.1
NUM_LEVELS = 20
NUM_ARROWS = 15
NUM_CELLS = 40
# Scores are asked for in portions, whatever the network is.
BATCH_SIZE = 4096


def discriminator_surface(
    discriminator: Callable[[Tensor], Tensor],
    real: ArrayLike,
    fake: ArrayLike,
    *,
    num_points: int = 121,
    title: str | None = None,
) -> "Figure":
    """Draws where real and generated points are dense, and what the discriminator makes of it.

    Choose it for two-dimensional data, to see what a generator is taught: the arrows are the
    gradient of the score, along which generated points (orange) are pushed if the loss makes
    them gain by higher scores. A field that is flat around the generated points, or has steep
    cliffs between the modes, is a game that does not go on.

    Two pictures show the share of the real and of the generated points in each cell, on one
    scale; the third one the score on a grid of `num_points` × `num_points`. The gradients are
    central differences on that grid, so that any function will do, and arrows are as long as
    the gradient is large.

    Args:
        discriminator: Function of points `(n, 2)`, float32, to `n` scores: a Keras model, or
            `lambda points: model([points, labels])["scores"]` where it is conditional or has
            several outputs.
        real: Real points, array or tensor of shape `(n, 2)`, n at least 1.
        fake: Generated points, `(m, 2)`.
        num_points: Points of the grid along each side, at least 3. Defaults to 121.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` whose first three axes are the pictures; points that are
        NaN or infinite are left out, and the titles count them.

    Raises:
        ValueError: If points have another shape, none is finite, `num_points` is below 3, or
            the discriminator does not give one finite score a point.

    Example:
    >>> import numpy as np
    >>> points = np.random.default_rng(0).normal(size=(100, 2))
    >>> figure = discriminator_surface(lambda points: points.sum(axis=1), points, points + 3.0)
    >>> [axes.get_title() for axes in figure.axes[:3]]
    ['real', 'generated', 'score and its gradient']

    Source: the drawing is matplotlib's `hexbin`, `contourf` and `quiver`.
    """
    check_count("num_points", num_points, minimum=3, advice="Use 121 for smooth contours.")
    kinds = [
        finite_part(check_points("real", real), "real"),
        finite_part(check_points("fake", fake), "generated"),
    ]
    everything = np.concatenate([points for points, _ in kinds])
    if len(everything) == 0:
        raise ValueError(
            "No point is finite. Received: `real` and `fake` of NaN or infinite points only. Use "
            "the samples of an earlier epoch."
        )
    sides = _sides(everything, num_points)
    scores = _scores(discriminator, sides)
    figure = new_figure(13.5, 4.3)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    _draw_densities(axes[:2], kinds, sides)
    _draw_surface(axes[2], sides, scores, kinds[1][0])
    if title:
        figure.suptitle(title, color=INK)
    return figure


def _sides(points: np.ndarray, num_points: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the grid's columns and rows, a square around the points."""
    lowest, highest = points.min(axis=0), points.max(axis=0)
    centre = (lowest + highest) / 2.0
    reach = (0.5 + MARGIN) * ((highest - lowest).max() or 1.0)
    columns, rows = (np.linspace(c - reach, c + reach, num_points) for c in centre)
    return columns, rows


def _scores(
    discriminator: Callable[[Tensor], Tensor], sides: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Scores on the grid, of shape `(rows, columns)`."""
    grid = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2).astype("float32")
    portions = np.split(grid, range(BATCH_SIZE, len(grid), BATCH_SIZE))
    given = [_check_scores(discriminator(portion), len(portion)) for portion in portions]
    return np.concatenate(given).reshape(len(sides[1]), len(sides[0]))


def _check_scores(scores: Tensor, num_points: int) -> np.ndarray:
    shape = getattr(scores, "shape", None)
    if shape is None or tuple(shape) not in {(num_points,), (num_points, 1)}:
        received = f"an array of shape {tuple(shape)}" if shape is not None else f"{type(scores)}"
        raise ValueError(
            f"`discriminator` must give one score a point. Received: {received} for {num_points} "
            'points. Choose the scores: `lambda points: model(points)["scores"]`.'
        )
    values = keras.ops.convert_to_numpy(scores).astype("float64").ravel()
    if not np.isfinite(values).all():
        raise ValueError(
            "`discriminator` must give finite scores. Received: "
            f"{int((~np.isfinite(values)).sum())} NaN or infinite scores of {num_points}. Use the "
            "discriminator of an earlier epoch."
        )
    return values


def _draw_densities(
    grid: np.ndarray, kinds: list[tuple[np.ndarray, str]], sides: tuple[np.ndarray, np.ndarray]
) -> None:
    """Share of the points in each cell, on one scale for both kinds."""
    from matplotlib.colors import PowerNorm

    columns, rows = sides
    extent = (columns[0], columns[-1], rows[0], rows[-1])
    cells = []
    for axes, (points, label), colours in zip(grid, kinds, ("Greys", "Oranges"), strict=True):
        cells.append(
            axes.hexbin(
                *points.T,
                C=np.full(len(points), 1.0 / max(len(points), 1)),
                reduce_C_function=np.sum,
                gridsize=NUM_CELLS,
                extent=extent,
                cmap=colours,
                linewidths=0.2,
            )
        )
        dress(axes, title=label)
        axes.set_aspect("equal")
    highest = max(np.asarray(shown.get_array()).max(initial=0.0) for shown in cells) or 1.0
    for axes, shown in zip(grid, cells, strict=True):
        # Roots of shares, so that a thin cloud is seen beside a dense mode.
        shown.set_norm(PowerNorm(0.5, 0.0, highest))
        _add_scale(axes, shown, "share of the points in a cell")


def _draw_surface(
    axes: "Axes", sides: tuple[np.ndarray, np.ndarray], scores: np.ndarray, fake: np.ndarray
) -> None:
    surface = axes.contourf(*sides, scores, levels=NUM_LEVELS, cmap="Blues_r")
    _add_scale(axes, surface, "score")
    x, y = fake.T
    axes.scatter(x, y, c=FAKE_COLOUR, s=4.0, alpha=0.6, linewidths=0.0, rasterized=True)
    up, along = np.gradient(scores, sides[1], sides[0])
    step = max(1, len(sides[0]) // NUM_ARROWS)
    shown = (slice(step // 2, None, step),) * 2
    arrows = (*np.meshgrid(*(side[shown[0]] for side in sides)), along[shown], up[shown])
    # Of arrows without length matplotlib cannot find the scale.
    if np.any(arrows[2:]):
        axes.quiver(*arrows, color="white", edgecolor=INK, linewidth=0.4)
    dress(axes, title="score and its gradient")
    axes.set(xlim=sides[0][[0, -1]], ylim=sides[1][[0, -1]], aspect="equal")


def _add_scale(axes: "Axes", shown: "ScalarMappable", label: str) -> None:
    scale = axes.figure.colorbar(shown, ax=axes, shrink=0.75)
    scale.set_label(label, color=INK)
    scale.ax.tick_params(colors=INK)
