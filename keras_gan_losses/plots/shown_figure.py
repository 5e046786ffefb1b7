"""A figure that a notebook shows without pyplot, whose global state would keep it alive."""

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """Shows itself as the last line of a notebook's cell.

    Example:
    >>> ShownFigure((1.0, 1.0))._repr_png_()[1:4]
    b'PNG'
    """

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png")
        return content.getvalue()
