"""Paths of the Dirac-GAN: how two numbers play an objective."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_gan_losses.convergence import DiracGame
from keras_gan_losses.plots.labelled_objectives import Chosen, labelled_objectives
from keras_gan_losses.plots.style import COLOURS, INK, dress, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NUM_COLUMNS = 3
NUM_ARROWS = 13
# Room around the alternating path, in parts of its greatest distance from the equilibrium.
MARGIN = 1.15
# How the generator may move, and how its path is drawn.
PATHS = {"simultaneous": (COLOURS[1], "dashed"), "alternating": (COLOURS[0], "solid")}


def dirac_trajectories(
    objectives: Chosen | Sequence[Chosen],
    *,
    num_rounds: int = 500,
    learning_rate: float = 0.2,
    start: tuple[float, float] = (1.0, 1.0),
    title: str | None = None,
) -> "Figure":
    """Draws how each objective's players move when each of them is one number.

    Choose it to see whether losses and a penalty settle a game: data are at 0, samples at θ
    (across), and the discriminator's slope is ψ (up), so that the equilibrium is the middle, a
    black dot. Paths begin at `start`, a ring. Solid is the path of a generator that moves after
    the discriminator, as `fit` plays; dashed that of players who move at once, as with
    `updates_simultaneously=True`, which leaves the picture where it blows up. Arrows are the
    directions, not the lengths, of both players' gradients. `convergence.DiracGame` has the game
    and its eigenvalues.

    Args:
        objectives: What to draw: names, `Objective` objects, or whatever else `GAN.compile`
            takes as `loss`, each with its penalties on the gradient. Names serve as labels.
        num_rounds: Rounds of each path, at least 1. Defaults to 500.
        learning_rate: Of both players, at least 0. Defaults to 0.2, which is much: lower it for
            penalties of a large weight.
        start: θ and ψ before the first round. Defaults to (1, 1).
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` with one axes an objective, of two lines each.

    Raises:
        ValueError: If there are no objectives, a name is unknown, a number is out of its range,
            or an objective has no Dirac-GAN.
        TypeError: If something is no objective.

    Example:
    >>> figure = dirac_trajectories(["wgan", "r3gan"], num_rounds=20)
    >>> [axes.get_title() for axes in figure.axes]
    ['wgan', 'r3gan']

    Source: the picture is that of Mescheder et al., 2018, arXiv:1801.04406, figure 2.
    """
    games = {label: DiracGame(one) for label, one in labelled_objectives(objectives).items()}
    num_columns = min(NUM_COLUMNS, len(games))
    num_rows = math.ceil(len(games) / num_columns)
    figure = new_figure(3.2 * num_columns, 3.4 * num_rows + 0.4)
    grid = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
    for axes, (label, game) in zip(grid, games.items(), strict=False):
        paths = {
            kind: game.trajectory(
                num_rounds=num_rounds,
                learning_rate=learning_rate,
                start=start,
                is_simultaneous=kind == "simultaneous",
            )
            for kind in PATHS
        }
        _draw(axes, game, paths)
        dress(axes, title=label, x="θ, the sample", y="ψ, the slope of the score")
    for axes in grid[len(games) :]:
        axes.remove()
    figure.legend(
        *(each[::-1] for each in grid[0].get_legend_handles_labels()),
        loc="outside lower center",
        ncols=2,
        frameon=False,
        labelcolor=INK,
        handlelength=3.0,
    )
    if title:
        figure.suptitle(title, color=INK)
    return figure


def _draw(axes: "Axes", game: DiracGame, paths: dict[str, np.ndarray]) -> None:
    extent = MARGIN * np.abs(paths["alternating"]).max()
    places = np.linspace(-extent, extent, NUM_ARROWS)
    theta, psi = np.meshgrid(places, places)
    flow = np.stack(game.flow(theta, psi))
    flow /= np.maximum(np.hypot(*flow), 1e-12)
    axes.quiver(theta, psi, *flow, color="0.8", angles="xy", pivot="mid", width=0.004)
    for kind, (colour, dashes) in PATHS.items():
        axes.plot(*paths[kind].T, color=colour, linestyle=dashes, linewidth=1.2, label=kind)
    axes.plot(*paths["alternating"][0], "o", color=INK, markerfacecolor="white")
    axes.plot(0.0, 0.0, "o", color="black")
    axes.set(xlim=(-extent, extent), ylim=(-extent, extent))
    axes.set_box_aspect(1.0)
