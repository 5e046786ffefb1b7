"""What all pictures share: paper, ink and colours that no matplotlib style changes."""

from typing import TYPE_CHECKING

from keras_gan_losses.extras import needs_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER = "white"
INK = "0.15"
FRAME = "0.7"
# Distinguishable without red-green vision, and in a grey print.
REAL_COLOUR = "0.62"
MODE_COLOUR = "black"
# Okabe and Ito's, without the yellow that white paper swallows; readable on black paper too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
FAKE_COLOUR = COLOURS[1]
LINE_COLOURS = (*COLOURS, "black")
# Four kinds of line and seven colours meet again only after 28 lines.
LINE_STYLES = ("solid", (0, (5, 3)), (0, (1, 2)), (0, (7, 2, 1, 2)))


def new_figure(width: float, height: float) -> "Figure":
    """Figure on opaque white paper, apart from pyplot.

    Args:
        width: In inches of 100 dots.
        height: Likewise.

    Example:
    >>> new_figure(6.0, 4.0).get_facecolor()
    (1.0, 1.0, 1.0, 1.0)
    """
    with needs_extra("plots"):
        from keras_gan_losses.plots.shown_figure import shown_figure

    return shown_figure((width, height), dpi=100, facecolor=PAPER, layout="constrained")


def dress(axes: "Axes", *, title: str | None = None, x: str = "", y: str = "") -> None:
    """Frame, ticks, title and labels of axes in ink.

    Args:
        axes: What to dress.
        title: A line above. Defaults to None.
        x: Label of the horizontal axis. Defaults to none.
        y: Label of the vertical axis. Defaults to none.
    """
    axes.set_facecolor(PAPER)
    axes.tick_params(colors=INK)
    axes.spines[:].set_color(FRAME)
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    if title:
        axes.set_title(title, color=INK)


def line_style(index: int) -> dict[str, object]:
    """Colour and dashes of the line number `index`, so that lines on one another stay visible.

    Example:
    >>> line_style(0)
    {'color': '#0072B2', 'linestyle': 'solid'}
    """
    return {
        "color": LINE_COLOURS[index % len(LINE_COLOURS)],
        "linestyle": LINE_STYLES[index % len(LINE_STYLES)],
    }
