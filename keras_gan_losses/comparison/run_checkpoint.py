"""Checkpoints of one run of a comparison."""

import contextlib
from pathlib import Path

from keras_gan_losses.callbacks import Checkpoint
from keras_gan_losses.comparison.stopwatch import Stopwatch
from keras_gan_losses.runs.run_keeper import RunKeeper
from keras_gan_losses.runs.run_state import RunState
from keras_gan_losses.types import Logs

# As much as a killed run may lose, unless its checkpoints are dear.
SECONDS_BETWEEN = 30.0
# At most a fiftieth of the time goes into writing them.
WRITING_TIMES_BETWEEN = 50.0


class RunCheckpoint(RunKeeper):
    """Keeps a run by the clock, wherever in an interval it is.

    So runs of seconds write nothing, and long ones lose little whatever their budget.

    Args:
        directory: Of this run's checkpoints.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.directory = directory
        self.every: int | None = None
        self._checkpoint = Checkpoint(directory, max_to_keep=2)
        self._stopwatch = Stopwatch()
        self._stopwatch.start()
        self._waited = 0.0
        self._wait = SECONDS_BETWEEN

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Asks for a checkpoint after this round, if it is time."""
        # Not at its end, of which Keras may tell later and from another thread.
        self.every = 1 if self._is_time() else None

    def opened(self) -> contextlib.AbstractContextManager[None]:
        """Context of the run, in which no other one may use the directory."""
        return self._checkpoint.opened()

    def latest(self) -> RunState | None:
        """The newest state that is whole, or None if none has been kept yet."""
        return self._checkpoint.latest()

    def save(self, state: RunState) -> None:
        """Writes a state, if it is time; not that of a run at its end, whose result comes now."""
        if not self._is_time() or self.model.stop_training:
            return
        self._checkpoint.save(state)
        self._wait = max(SECONDS_BETWEEN, WRITING_TIMES_BETWEEN * self._stopwatch.lap())
        self._waited = 0.0

    def _is_time(self) -> bool:
        self._waited += self._stopwatch.lap()
        return self._waited >= self._wait
