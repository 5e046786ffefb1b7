"""A figure that a notebook shows without pyplot, whose global state would keep it alive."""

import functools
import io
from typing import Any

from matplotlib.figure import Figure


def shown_figure(size: tuple[float, float], **kwargs: Any) -> Figure:
    """Figure that shows itself as the last line of a notebook's cell.

    It is of matplotlib's own class, by whose name Weights & Biases knows what it can log.

    Args:
        size: Width and height in inches.
        **kwargs: As `matplotlib.figure.Figure` takes them.

    Example:
    >>> shown_figure((1.0, 1.0))._repr_png_()[1:4]
    b'PNG'
    """
    figure = Figure(size, **kwargs)
    figure._repr_png_ = functools.partial(_png, figure)  # type: ignore[attr-defined]
    return figure


def _png(figure: Figure) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()
