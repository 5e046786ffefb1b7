"""What training logged, epoch by epoch."""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses.plots.points import finite_part
from keras_gan_losses.plots.style import INK, dress, line_style, new_figure
from keras_gan_losses.types import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Title of a panel, and which logs it shows together. Others have other scales, and so each a
# panel of its own.
PANELS = {
    "losses": re.compile(r"loss|generator_loss|discriminator_loss"),
    "mean scores": re.compile(r"real_score|fake_score"),
    "discriminator accuracy": re.compile(r"discriminator_accuracy"),
    "penalties": re.compile(r"\w+_penalty"),
    "learning rates": re.compile(r"learning_rate\w*|lr"),
}
# What a game in balance has.
BALANCE = {"discriminator_accuracy": 0.5}
NUM_COLUMNS = 3
VALIDATION = "val_"


def training_curves(
    history: keras.callbacks.History | Mapping[str, ArrayLike], *, title: str | None = None
) -> "Figure":
    """Draws the logs of `fit` in panels: losses, scores, accuracy, penalties, and measures.

    Choose it after every training. Losses tell whether the game is in balance, not how good the
    samples are: an accuracy that stays at 1 means that the generator has lost, one near 0.5
    (grey line) a game in balance. Penalties are logs whose names end in `_penalty`; each log
    that is none of the known ones, such as a metric, has a panel of its own. Values on
    validation data, whose names begin with `val_`, are dashed, in the colour of the same log
    while training.

    Args:
        history: What `GAN.fit` returned, or its `history`: a mapping of names to one number an
            epoch. A log with fewer values than epochs, as with `validation_freq`, is spread
            evenly over them, its last value at the last epoch.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` with one axes a panel. Values that are NaN or infinite
        leave gaps, and the legend counts them.

    Raises:
        TypeError: If `history` is neither.
        ValueError: If it holds no values, or something else than numbers.

    Example:
    >>> logs = {"loss": [1.3, 1.2], "val_loss": [1.4, 1.3], "coverage": [3.0, 8.0]}
    >>> [axes.get_title() for axes in training_curves(logs).axes]
    ['losses', 'coverage']

    Source: the choice of panels is this package's own; the drawing is matplotlib's.
    """
    epochs, curves = _check_history(history)
    panels: dict[str, list[str]] = {}
    for name in curves:
        panels.setdefault(_panel(name.removeprefix(VALIDATION)), []).append(name)
    titles = sorted(panels, key=lambda panel: (*PANELS, panel).index(panel))
    num_columns = min(NUM_COLUMNS, len(titles))
    num_rows = math.ceil(len(titles) / num_columns)
    figure = new_figure(4.4 * num_columns, 3.3 * num_rows)
    grid = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
    for axes, panel in zip(grid, titles, strict=False):
        _draw(axes, panel, epochs, {name: curves[name] for name in panels[panel]})
    for axes in grid[len(titles) :]:
        axes.remove()
    if title:
        figure.suptitle(title, color=INK)
    return figure


def _check_history(
    history: keras.callbacks.History | Mapping[str, ArrayLike],
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Numbers of the epochs, and the values of each log."""
    logs = getattr(history, "history", history)
    if not isinstance(logs, Mapping):
        raise TypeError(
            "`history` must be what `fit` returns, or a mapping of names to numbers. Received: "
            f"history={history!r}. Keep the result: history = gan.fit(...)."
        )
    curves = {name: _check_values(name, values) for name, values in logs.items()}
    num_epochs = max(map(len, curves.values()), default=0)
    if num_epochs == 0:
        raise ValueError(
            "`history` must hold the values of at least one epoch. Received: a history with "
            f"{len(curves)} empty logs. Train first: history = gan.fit(...)."
        )
    counted = [epoch + 1 for epoch in getattr(history, "epoch", [])]
    # A history that went through several calls of `fit` has lost the first one's numbers.
    known = counted if len(counted) == num_epochs else range(1, num_epochs + 1)
    return np.asarray(known), {name: curve for name, curve in curves.items() if len(curve)}


def _check_values(name: str, values: ArrayLike) -> np.ndarray:
    try:
        curve = np.asarray(values, dtype="float64")
    except (TypeError, ValueError):
        curve = None
    if curve is None or curve.ndim != 1:
        raise ValueError(
            f"`history` must have one number an epoch in each log. Received: {name}={values!r}. "
            "Leave this log out."
        )
    return curve


def _panel(name: str) -> str:
    """Title of the panel in which a log is drawn."""
    return next((title for title, names in PANELS.items() if names.fullmatch(name)), name)


def _draw(axes: "Axes", title: str, epochs: np.ndarray, curves: Mapping[str, np.ndarray]) -> None:
    names = list(dict.fromkeys(name.removeprefix(VALIDATION) for name in curves))
    # As everywhere, real comes before fake.
    names.sort(key=lambda name: name.startswith("fake"))
    for name in names:
        if name in BALANCE:
            axes.axhline(BALANCE[name], color="0.6", linewidth=1.0)
        for logged in (name, VALIDATION + name):
            if logged in curves:
                _draw_curve(axes, logged, epochs, curves[logged], names.index(name))
    axes.grid(color="0.9")
    axes.locator_params(axis="x", integer=True)
    dress(axes, title=title, x="epoch")
    # Below the picture, where it hides no curve.
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.18),
        ncols=2,
        fontsize=8,
        frameon=False,
        labelcolor=INK,
    )


def _draw_curve(axes: "Axes", name: str, epochs: np.ndarray, curve: np.ndarray, index: int) -> None:
    places = np.arange(1, len(curve) + 1) * len(epochs) / len(curve)
    finite, label = finite_part(curve, name)
    axes.plot(
        epochs[np.round(places).astype(int) - 1],
        np.where(np.isfinite(curve), curve, np.nan),
        color=line_style(index)["color"],
        linestyle="dashed" if name.startswith(VALIDATION) else "solid",
        # Without penalties two losses are one curve: the lower one looks out on both sides.
        linewidth=max(1.4, 3.0 - 0.8 * index),
        # A line of one point would be invisible.
        marker="o" if len(finite) == 1 else None,
        label=label,
    )
