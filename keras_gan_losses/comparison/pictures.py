"""Pictures of the report: curves and samples, as text that stands in the page itself."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_gan_losses import plots
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.plots import style
from keras_gan_losses.types import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (*style.COLOURS, "#8C6D31", "#7F7F7F")
# As far from white as from black.
_INK = "#808891"
_NUM_IMAGES = 36
_DOTS_PER_INCH = 55

Curve = tuple[Sequence[float], Sequence[float]]
Curves = Mapping[str, Sequence[Curve]]


def colour(index: int) -> str:
    """Colour of an objective, by its place among all.

    Example:
    >>> colour(0)
    '#0072B2'
    """
    return COLOURS[index % len(COLOURS)]


def curves(series: Curves, *, label: str) -> str:
    """Median over the runs of each objective, with the band of the middle half.

    Args:
        series: For each objective its runs, each with its discriminator updates and its values.
        label: What is drawn.

    Returns:
        A `data:` address of an SVG without a background.

    Example:
    >>> curves({"a": [([1, 2], [0.5, 0.25])]}, label="distance")[:18]
    'data:image/svg+xml'
    """
    with needs_extra("compare"):
        import matplotlib
        from matplotlib.figure import Figure

    # Letters stay letters, and names inside the file do not change from one time to the next.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "keras_gan_losses"}):
        figure = Figure((6.4, 3.4), layout="constrained")
        axes = figure.add_subplot()
        for index, (name, runs) in enumerate(series.items()):
            _draw_objective(axes, name, runs, colour(index))
        _dress(axes, label, len(series))
        written = io.BytesIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _address("image/svg+xml", written.getvalue())


def _draw_objective(axes: "Axes", name: str, runs: Sequence[Curve], colour: str) -> None:
    length = max((len(values) for _, values in runs), default=0)
    if not length:
        return
    updates = max((updates for updates, _ in runs), key=len)
    values = np.full((len(runs), length), np.nan)
    for row, (_, given) in zip(values, runs, strict=True):
        row[: len(given)] = [np.nan if value is None else value for value in given]
    seen = np.isfinite(values).any(axis=0)
    if not seen.any():
        return
    low, middle, high = np.nanquantile(values[:, seen], (0.25, 0.5, 0.75), axis=0)
    places = np.asarray(updates, "float64")[seen]
    axes.fill_between(places, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(places, middle, color=colour, label=name, linewidth=1.8, marker="o", markersize=3)


def _dress(axes: "Axes", label: str, num_objectives: int) -> None:
    axes.set_xlabel("discriminator updates", color=_INK)
    axes.set_ylabel(label, color=_INK)
    axes.tick_params(colors=_INK)
    axes.spines[:].set_color(_INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=_INK, alpha=0.2)
    lowest, highest = axes.dataLim.intervaly
    if 0.0 < lowest < highest / 30.0:
        axes.set_yscale("log")
    if axes.get_legend_handles_labels()[0]:
        columns = min(num_objectives, 5)
        axes.figure.legend(
            loc="outside upper center", ncols=columns, frameon=False, labelcolor=_INK, fontsize=9
        )


def samples_picture(fake: np.ndarray, real: np.ndarray, modes: ArrayLike | None) -> str | None:
    """Generated samples: points over the real ones, or a grid of images; None for others.

    Returns:
        A `data:` address of a PNG.

    Example:
    >>> points = np.zeros((3, 2))
    >>> samples_picture(points, points, None)[:14]
    'data:image/png'
    """
    if fake.ndim == 2 and fake.shape[1] == 2:
        figure = plots.scatter(fake, real, modes=modes)
        # An outlier must not shrink the rest to a dot.
        reach = 1.4 * float(np.abs(real - real.mean(axis=0)).max()) or 1.0
        centre = real.mean(axis=0)
        figure.axes[0].set(
            xlim=(centre[0] - reach, centre[0] + reach), ylim=(centre[1] - reach, centre[1] + reach)
        )
    elif fake.ndim == 4 and fake.shape[-1] in (1, 3):
        figure = plots.sample_grid(fake[:_NUM_IMAGES])
    else:
        return None
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return _address("image/png", written.getvalue())


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
