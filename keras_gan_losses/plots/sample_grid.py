"""Many small images side by side."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.plots.style import INK, PAPER
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count, check_range

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Lengths in screen pixels at 100 dots per inch.
DOTS_PER_INCH = 100
GOAL_GRID_WIDTH = 900
TILE_WIDTHS = (80, 200)
LEAST_FIGURE_WIDTH = 300
GAP = 8
LABEL_HEIGHT = 16
TITLE_HEIGHT = 36

FRAME = "0.55"
NOT_FINITE = (1.0, 0.0, 1.0)


def sample_grid(
    images: ArrayLike,
    *,
    num_columns: int | None = None,
    value_range: tuple[float, float] = (-1.0, 1.0),
    title: str | None = None,
    labels: Sequence[object] | None = None,
) -> "Figure":
    """Lays images out in a grid of framed tiles, each image pixel a sharp square.

    Choose it to look at generated images, beside or below real ones. Each image pixel takes a
    whole number of screen pixels, so that 8×8 digits stay legible and nothing is smoothed. The
    paper is white and the frames grey whatever matplotlib's style, so that dark and light
    images, on dark and light pages, keep their edges.

    Values outside `value_range` are shown as its nearest end; pixels that are NaN or infinite
    are shown in magenta, which no diverged generator can hide. Nothing is written, and
    matplotlib's global state (pyplot) is left alone: save with `figure.savefig("samples.png")`.

    Args:
        images: Array or tensor of shape `(n, height, width)` or `(n, height, width, 1)` for
            grey images, `(n, height, width, 3)` for RGB.
        num_columns: Images in a row, at least 1. Defaults to None: as square as possible.
        value_range: What is shown as black and as full white, the first below the second.
            Defaults to (−1, 1), the range in which GANs work here; (0, 255) for 8-bit images.
        title: A line above the grid. Defaults to None.
        labels: `n` labels, each shown above its image. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` of one axes that holds `n` images, row by row.

    Raises:
        ValueError: If the shape is another one, there are no images, `labels` are not `n`,
            `value_range` is empty, or whole numbers lie outside it.

    Example:
    >>> import numpy as np
    >>> images = np.linspace(-1.0, 1.0, 10 * 64).reshape(10, 8, 8, 1)
    >>> figure = sample_grid(images, num_columns=5, labels=range(10))
    >>> len(figure.axes[0].images)
    10

    Source: the layout is this package's own; the drawing is matplotlib's `Axes.imshow`.
    """
    tiles = _to_colours(_check_images(images, value_range), value_range)
    captions = _check_labels(labels, len(tiles))
    if num_columns is None:
        num_columns = math.ceil(math.sqrt(len(tiles)))
    check_count("num_columns", num_columns, advice="Use None for a grid as square as possible.")
    return _draw(tiles, min(num_columns, len(tiles)), title, captions)


def _check_images(images: ArrayLike, value_range: tuple[float, float]) -> np.ndarray:
    """`images` as an array `(n, height, width, channels)`, 1 or 3 channels."""
    given = keras.ops.convert_to_numpy(images)
    # (height, width, 3) is one RGB image far more often than a pile of 3-pixel-wide grey ones.
    is_grey = given.ndim == 3 and given.shape[-1] not in (1, 3)
    values = given[..., np.newaxis] if is_grey else given
    if values.ndim != 4 or values.shape[-1] not in (1, 3) or 0 in values.shape:
        raise ValueError(
            "`images` must have the shape (n, height, width), (n, height, width, 1) or "
            f"(n, height, width, 3), n at least 1. Received: images of shape {given.shape}. "
            "Reshape flat images to height and width, put channels last, and give a single "
            "image as `image[np.newaxis]`."
        )
    _check_range(values, value_range)
    return values.astype("float64")


def _check_range(values: np.ndarray, value_range: tuple[float, float]) -> None:
    """Raises if the range is empty, or plainly not that of 8-bit images."""
    check_range("value_range", value_range, advice="Use (-1, 1) or (0, 255).")
    lowest, highest = value_range
    is_whole = np.issubdtype(values.dtype, np.integer)
    if is_whole and (values.min() < lowest or values.max() > highest):
        raise ValueError(
            "`value_range` must hold all values of whole-number images. Received: "
            f"value_range={value_range!r} for {values.dtype} images in [{values.min()}, "
            f"{values.max()}]. Pass `value_range=(0, 255)` for 8-bit images."
        )


def _check_labels(labels: Sequence[object] | None, num_images: int) -> list[str]:
    """One text for each image, or none at all."""
    if labels is None:
        return []
    captions = [str(label) for label in labels]
    if len(captions) != num_images:
        raise ValueError(
            "`labels` must hold one label for each image. Received: "
            f"{len(captions)} labels for {num_images} images. Cut both to the same length."
        )
    return captions


def _to_colours(values: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """RGB in [0, 1] of shape `(n, height, width, 3)`."""
    lowest, highest = value_range
    finite = np.isfinite(values).all(axis=-1)
    shares = np.clip((values - lowest) / (highest - lowest), 0.0, 1.0)
    colours = np.broadcast_to(shares, (*values.shape[:3], 3)).copy()
    colours[~finite] = NOT_FINITE
    return colours


def _draw(tiles: np.ndarray, num_columns: int, title: str | None, captions: list[str]) -> "Figure":
    """Figure in which one unit of the axes is one screen pixel."""
    with needs_extra("plots"):
        from keras_gan_losses.plots.shown_figure import shown_figure

    _, tile_height, tile_width, _ = tiles.shape
    goal = min(max(GOAL_GRID_WIDTH // num_columns, TILE_WIDTHS[0]), TILE_WIDTHS[1])
    scale = max(1, round(goal / tile_width))
    tile_width, tile_height = scale * tile_width, scale * tile_height
    label_height = LABEL_HEIGHT if captions else 0
    title_height = TITLE_HEIGHT if title else 0
    column_width = tile_width + GAP
    row_height = label_height + tile_height + GAP

    grid_width = num_columns * column_width + GAP
    width = max(LEAST_FIGURE_WIDTH, grid_width) if title else grid_width
    height = title_height + math.ceil(len(tiles) / num_columns) * row_height + GAP
    figure = shown_figure(
        (width / DOTS_PER_INCH, height / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=PAPER
    )
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    for index, tile in enumerate(tiles):
        left = (width - grid_width) // 2 + GAP + (index % num_columns) * column_width
        top = title_height + GAP + (index // num_columns) * row_height + label_height
        _draw_tile(axes, tile, (left, left + tile_width, top + tile_height, top))
        if captions:
            axes.text(
                left + tile_width / 2,
                top - 3,
                captions[index],
                ha="center",
                va="bottom",
                color=INK,
                fontsize=9,
            )
    if title:
        axes.text(width / 2, 12, title, ha="center", va="top", color=INK, fontsize=12)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return figure


def _draw_tile(axes: "Axes", tile: np.ndarray, extent: tuple[float, float, float, float]) -> None:
    """One image, and behind it a frame one pixel wider on each side."""
    from matplotlib.patches import Rectangle

    left, right, bottom, top = extent
    frame = Rectangle(
        (left - 1, top - 1), right - left + 2, bottom - top + 2, linewidth=0, facecolor=FRAME
    )
    axes.add_patch(frame)
    axes.imshow(tile, extent=extent, interpolation="nearest", aspect="auto", zorder=2)
