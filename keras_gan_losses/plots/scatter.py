"""Generated points in the plane, over the real ones."""

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER = "white"
INK = "0.15"
# Distinguishable without red-green vision, and in a grey print.
REAL_COLOUR = "0.62"
FAKE_COLOUR = "#D55E00"
MODE_COLOUR = "black"


def scatter(
    fake: Any,
    real: Any = None,
    *,
    modes: Any = None,
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
    from matplotlib.figure import Figure

    figure = Figure((6.0, 6.0), dpi=100, facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot(facecolor=PAPER)
    if real is not None:
        points = _check_points("real", real)
        _draw(axes, points, "real", c=REAL_COLOUR, s=_area(points), alpha=0.6)
    points = _check_points("fake", fake)
    _draw(axes, points, "generated", c=FAKE_COLOUR, s=_area(points), alpha=0.6)
    if modes is not None:
        points = _check_points("modes", modes)
        _draw(axes, points, "modes", c=MODE_COLOUR, s=70.0, marker="x", linewidths=1.4)
    _dress(axes, title)
    return figure


def _check_points(name: str, points: Any) -> np.ndarray:
    """`points` as an array `(n, 2)`."""
    values = keras.ops.convert_to_numpy(points).astype("float64")
    if values.ndim != 2 or values.shape[1] != 2 or len(values) == 0:
        raise ValueError(
            f"`{name}` must have the shape (n, 2), n at least 1. Received: {name} of shape "
            f"{values.shape}. Choose two of the dimensions, `{name}[:, :2]` for example."
        )
    return values


def _area(points: np.ndarray) -> float:
    """Area of a marker: the more points, the smaller, so that clusters keep their shape."""
    return float(np.clip(20_000 / len(points), 3.0, 20.0))


def _draw(axes: "Axes", points: np.ndarray, label: str, **style: Any) -> None:
    """The finite points; the legend tells how many are not."""
    finite = np.isfinite(points).all(axis=1)
    num_lost = len(points) - int(finite.sum())
    if num_lost:
        label = f"{label} ({num_lost} of {len(points)} not finite)"
    style.setdefault("linewidths", 0.0)
    # Rasterized, since 100,000 vector markers would make a PDF of many megabytes.
    axes.scatter(*points[finite].T, label=label, rasterized=True, **style)


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
    axes.tick_params(colors=INK)
    axes.spines[:].set_color("0.7")
    if title:
        axes.set_title(title, color=INK)
    legend = axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=3, frameon=False, labelcolor=INK
    )
    for handle in legend.legend_handles:
        handle.set_sizes([40.0])
        handle.set_alpha(1.0)
