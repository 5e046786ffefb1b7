"""Time that passes in this process."""

import time


class Stopwatch:
    """Tells the time since it was last asked.

    A clock's reading means nothing to another process, so that it must not be kept with a run's
    state: only plain values are, and this is none.

    Example:
    >>> stopwatch = Stopwatch()
    >>> stopwatch.lap(), stopwatch.is_running
    (0.0, False)
    >>> stopwatch.start()
    >>> stopwatch.lap() >= 0.0
    True
    """

    def __init__(self) -> None:
        self._since: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._since is not None

    def start(self) -> None:
        """Begins a lap."""
        self._since = time.perf_counter()

    def stop(self) -> None:
        """Leaves out what comes until the next start."""
        self._since = None

    def lap(self) -> float:
        """Seconds since the lap began, and begins another; 0 if it is not running."""
        if self._since is None:
            return 0.0
        before, self._since = self._since, time.perf_counter()
        return self._since - before
