"""Generated points in the plane, over the real ones."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_gan_losses.plots.points import check_points, finite_part
from keras_gan_losses.plots.style import (
    FAKE_COLOUR,
    INK,
    MODE_COLOUR,
    REAL_COLOUR,
    dress,
    new_figure,
)
from keras_gan_losses.types import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def scatter(
    fake: ArrayLike,
    real: ArrayLike | None = None,
    *,
    modes: ArrayLike | None = None,
    title: str | None = None,
) -> "Figure":
    """Draws generated points in colour, over real ones in grey and true modes as crosses.

    Choose it for two-dimensional data such as `datasets.ring` and `datasets.grid`: dropped
    modes and samples between the modes are seen at once. Both axes have the same scale.

    Points that are NaN or infinite cannot be drawn; the legend counts them. Nothing is
    written, and matplotlib's global state (pyplot) is left alone: save with
    `figure.savefig("samples.png")`.

    Args:
        fake: Generated points, array or tensor of shape `(n, 2)`, n at least 1.
        real: Real points, `(m, 2)`, drawn underneath. Defaults to None.
        modes: Centres of the true modes, `(k, 2)`. Defaults to None.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` of one axes with a legend.

    Raises:
        ValueError: If an argument has another shape or is empty.

    Example:
    >>> import numpy as np
    >>> points = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> figure = scatter(points + 0.1, points, modes=points, title="Two modes")
    >>> figure.axes[0].get_title()
    'Two modes'

    Source: the drawing is matplotlib's `Axes.scatter`; the colour of the generated points is
    from M. Okabe and K. Ito, Color Universal Design, 2008.
    """
    figure = new_figure(6.0, 6.0)
    axes = figure.add_subplot()
    if real is not None:
        points = check_points("real", real)
        _draw(axes, points, "real", c=REAL_COLOUR, s=_area(points), alpha=0.6)
    points = check_points("fake", fake)
    _draw(axes, points, "generated", c=FAKE_COLOUR, s=_area(points), alpha=0.6)
    if modes is not None:
        points = check_points("modes", modes)
        _draw(axes, points, "modes", c=MODE_COLOUR, s=70.0, marker="x", linewidths=1.4)
    _dress(axes, title)
    return figure


def _area(points: np.ndarray) -> float:
    """Area of a marker: the more points, the smaller, so that clusters keep their shape."""
    return float(np.clip(20_000 / len(points), 3.0, 20.0))


def _draw(axes: "Axes", points: np.ndarray, label: str, **style: Any) -> None:
    """The finite points; the legend tells how many are not."""
    finite, label = finite_part(points, label)
    style.setdefault("linewidths", 0.0)
    # Rasterized, since 100,000 vector markers would make a PDF of many megabytes.
    axes.scatter(*finite.T, label=label, rasterized=True, **style)


def _dress(axes: "Axes", title: str | None) -> None:
    """Scale, frame and legend, in colours that no matplotlib style changes."""
    limits = np.array([axes.get_xlim(), axes.get_ylim()])
    centres = limits.mean(axis=1)
    reach = np.ptp(limits, axis=1).max() / 2.0
    axes.set(
        xlim=(centres[0] - reach, centres[0] + reach),
        ylim=(centres[1] - reach, centres[1] + reach),
        aspect="equal",
    )
    dress(axes, title=title)
    legend = axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=3, frameon=False, labelcolor=INK
    )
    for handle in filter(None, legend.legend_handles):
        handle.set(sizes=[40.0], alpha=1.0)
