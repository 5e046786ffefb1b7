"""How the discriminator's scores of real and of generated samples are distributed."""

from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses.plots.points import finite_part
from keras_gan_losses.plots.style import FAKE_COLOUR, INK, REAL_COLOUR, dress, new_figure
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def score_histogram(
    real_scores: ArrayLike,
    fake_scores: ArrayLike,
    *,
    num_bins: int = 50,
    title: str | None = None,
) -> "Figure":
    """Draws the shares of real and of generated scores, in the same bins, and their means.

    Choose it to see how sure the discriminator is. Two heaps on one another mean that it cannot
    tell the samples apart, at the end of training or because it has learned nothing; two heaps
    far apart mean that the generator gets little from a loss that saturates. Each kind's bars
    add up to 1, however many samples there are.

    Args:
        real_scores: Scores of real samples, array or tensor of any shape with at least one
            element; patch maps count score by score.
        fake_scores: Scores of generated samples, likewise.
        num_bins: Bars over the range of all scores, at least 1. Defaults to 50.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` of one axes with a legend, which counts scores that are
        NaN or infinite and cannot be drawn.

    Raises:
        ValueError: If there are no scores of a kind, or `num_bins` is not a whole number of at
            least 1.

    Example:
    >>> figure = score_histogram([1.0, 2.0, 3.0], [-1.0, 0.0], num_bins=4)
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['real, mean 2', 'generated, mean -0.5']

    Source: the drawing is matplotlib's `Axes.stairs`.
    """
    check_count("num_bins", num_bins, advice="Use 50 for some thousand scores.")
    kinds = [
        (*_check_scores("real_scores", real_scores, "real"), REAL_COLOUR, INK),
        (*_check_scores("fake_scores", fake_scores, "generated"), FAKE_COLOUR, FAKE_COLOUR),
    ]
    edges = np.histogram_bin_edges(np.concatenate([scores for scores, *_ in kinds]), num_bins)
    figure = new_figure(7.0, 4.5)
    axes = figure.add_subplot()
    for scores, label, colour, line_colour in kinds:
        if len(scores):
            shares = np.histogram(scores, edges)[0] / len(scores)
            label = f"{label}, mean {scores.mean():.3g}"
            axes.axvline(scores.mean(), color=line_colour, linestyle=(0, (5, 3)))
        else:
            shares = np.zeros(num_bins)
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.55, label=label)
        axes.stairs(shares, edges, color=line_colour, linewidth=1.5)
    dress(axes, title=title, x="score", y="share of the samples")
    axes.legend(frameon=False, labelcolor=INK)
    return figure


def _check_scores(name: str, scores: ArrayLike, label: str) -> tuple[np.ndarray, str]:
    """The finite scores in one row, and what they are called."""
    values = keras.ops.convert_to_numpy(scores).astype("float64").ravel()
    if len(values) == 0:
        raise ValueError(
            f"`{name}` must hold at least one score. Received: {name} of shape {np.shape(scores)}."
            " Score some samples: `discriminator.predict(samples)`."
        )
    return finite_part(values, label)
