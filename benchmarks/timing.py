"""Time of a function, alone and side by side with another one's."""

import time
from collections.abc import Callable


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
