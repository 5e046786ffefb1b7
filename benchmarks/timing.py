"""Time of a function, and of what is measured side by side."""

import time
from collections.abc import Callable

import numpy as np


def seconds(function: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], repetitions: int
) -> list[tuple[float, float]]:
    """Seconds of both in turn, several times, so that a busy minute strikes both."""
    return [(seconds(ours), seconds(theirs)) for _ in range(repetitions)]


def matrix_product_rate() -> float:
    """Floating-point operations a second that NumPy reaches in a product of float32 matrices."""
    size = 1536
    matrix = np.ones((size, size), "float32")
    return 2 * size**3 / seconds(lambda: matrix @ matrix)
