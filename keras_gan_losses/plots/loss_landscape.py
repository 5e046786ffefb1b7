"""Losses and their gradients against the score."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from keras import ops

from keras_gan_losses.convergence.score_curves import score_curves
from keras_gan_losses.objectives import Objective
from keras_gan_losses.plots.labelled_objectives import Chosen, labelled_objectives
from keras_gan_losses.plots.style import INK, dress, line_style, new_figure
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_count, check_number, check_range

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Which loss a column shows, and whose score varies in it.
COLUMNS = (
    ("generator", "generated"),
    ("discriminator", "real"),
    ("discriminator", "generated"),
)


def loss_landscape(
    objectives: Sequence[Chosen],
    *,
    score_range: tuple[float, float] = (-10.0, 10.0),
    other_score: float = 0.0,
    num_points: int = 201,
    title: str | None = None,
) -> "Figure":
    """Draws each objective's losses and their gradients against the score of a sample.

    Choose it to see where a loss teaches and where it does not. In the lower left picture the
    minimax loss is flat where the discriminator is sure that a sample is generated (low
    scores), while the non-saturating loss is steepest there.

    The columns are the generator's loss against the score of a generated sample, and the
    discriminator's against the score of a real and of a generated sample; the upper row has
    the values, the lower one their gradients by that score. All losses are treated alike: both
    are computed by the package's own losses, on batches of one real and one generated sample,
    and the score that does not vary is `other_score`. It matters to relativistic losses, whose
    curves move along with it; to the discriminator's other losses it adds a constant. What a
    loss takes from the whole batch is so taken from one sample: the relativistic average
    losses coincide with the paired ones up to a factor, and `"kl_wgan"` with `"wgan"`.
    Penalties are left out, since they depend on more than scores.

    Args:
        objectives: What to draw: names, `Objective` objects, or whatever else `GAN.compile`
            takes as `loss`. Names serve as labels, and the names of classes.
        score_range: Lowest and highest score, the first below the second. Defaults to
            (−10, 10). For losses with `from_logits=False`, stay within (0, 1).
        other_score: Score of the sample that does not vary. Defaults to 0.
        num_points: Scores on each curve, at least 2. Defaults to 201.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` of two rows of three axes, one line an objective in each.

    Raises:
        ValueError: If there are no objectives, a name is unknown, or a number is out of its
            range.
        TypeError: If something is no objective.

    Example:
    >>> figure = loss_landscape(["minimax", "non_saturating"], num_points=21)
    >>> generator_gradient = figure.axes[3]
    >>> [f"{line.get_ydata()[0]:.4f}" for line in generator_gradient.get_lines()]  # at -10
    ['-0.0000', '-1.0000']

    Source: the picture is that of Goodfellow, NIPS 2016 Tutorial: Generative Adversarial
    Networks, arXiv:1701.00160, figure 16, with the gradients added.
    """
    games = labelled_objectives(objectives)
    check_range("score_range", score_range, advice="Use (-10, 10).")
    advice = "Use 0, where the discriminator is undecided."
    check_number("other_score", other_score, advice=advice)
    check_count("num_points", num_points, minimum=2, advice="Use 201 for smooth curves.")
    scores = np.linspace(*score_range, num_points)
    values, gradients = _curves(list(games.values()), scores, other_score)
    return _draw(list(games), scores, (values, gradients), other_score, title)


def _curves(
    games: Sequence[Objective], scores: np.ndarray, other_score: float
) -> tuple[np.ndarray, np.ndarray]:
    """Values and gradients, each of shape `(scores, objectives, columns)`."""
    other = ops.full((1,), other_score, dtype="float32")
    functions = [function for game in games for function in _losses(game, other)]
    variables = [variable for game in games for variable in game.variables]
    values, gradients = score_curves(functions, scores, variables)
    shape = (len(scores), len(games), len(COLUMNS))
    return values.reshape(shape), gradients.reshape(shape)


def _losses(game: Objective, other: Scores) -> list[Callable[[Scores], Tensor]]:
    """The losses of all columns."""
    return [
        lambda score: game.generator_loss(other, score),
        lambda score: game.discriminator_loss(score, other),
        lambda score: game.discriminator_loss(other, score),
    ]


def _draw(
    labels: Sequence[str],
    scores: np.ndarray,
    rows: tuple[np.ndarray, np.ndarray],
    other_score: float,
    title: str | None,
) -> "Figure":
    figure = new_figure(11.0, 6.6)
    grid = figure.subplots(2, 3, sharex=True)
    for row, (axes_of_row, curves) in enumerate(zip(grid, rows, strict=True)):
        for column, (player, kind) in enumerate(COLUMNS):
            axes = axes_of_row[column]
            for index, label in enumerate(labels):
                style = line_style(index)
                axes.plot(scores, curves[:, index, column], label=label, linewidth=2, **style)
            axes.grid(color="0.9")
            other = "generated" if kind == "real" else "real"
            fixed = f"\n({other} score fixed at {other_score:g})"
            dress(
                axes,
                title=f"{player}, {kind} sample" if row == 0 else None,
                x=f"score of the {kind} sample{fixed}" if row == 1 else "",
                y=("loss", "gradient by the score")[row] if column == 0 else "",
            )
    lines, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(
        lines,
        names,
        loc="outside lower center",
        ncols=min(len(labels), 6),
        frameon=False,
        labelcolor=INK,
        handlelength=3.0,
    )
    if title:
        figure.suptitle(title, color=INK)
    return figure
