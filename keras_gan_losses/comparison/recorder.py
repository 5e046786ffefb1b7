"""The callback that measures a run, times it, and ends it when its budget is spent."""

import itertools
import math
from collections.abc import Sequence

import keras
import numpy as np

from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.comparison.batch_stream import BatchStream
from keras_gan_losses.comparison.experiment import Experiment
from keras_gan_losses.comparison.stopwatch import Stopwatch
from keras_gan_losses.feeding.batches import Batches
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.metrics.sample_spread import mean_pair_distance
from keras_gan_losses.models import GAN
from keras_gan_losses.models.measurement import Measurement
from keras_gan_losses.types import Logs

NUM_SAMPLES = 500
_BATCH_SIZE = 256


class Recorder(keras.callbacks.Callback):
    """Measures at equal shares of the budget, and stops a run that has diverged.

    Args:
        experiment: The rules of the comparison.
        metrics: What is measured.
        stream: The data, which must be told the interval.
        discriminator_steps: Updates of the discriminator in one round.
    """

    def __init__(
        self,
        experiment: Experiment,
        metrics: Sequence[DistributionMetric],
        stream: BatchStream,
        discriminator_steps: int,
    ) -> None:
        super().__init__()
        self.measurements: list[dict[str, float]] = []
        self.samples: np.ndarray | None = None
        self.has_diverged = False
        self.num_rounds = 0
        self.seconds = 0.0
        self._experiment = experiment
        self._metrics = metrics
        self._stream = stream
        self._discriminator_steps = discriminator_steps
        self._rounds_in_interval = len(stream) // discriminator_steps
        self._first_round = 0
        self._num_timed_rounds = 0
        self._stopwatch = Stopwatch()
        # No plain number, which a checkpoint would keep: another process begins at 0 again.
        self._executions_here = itertools.count()

    @property
    def seconds_per_round(self) -> float | None:
        """Mean time of the rounds but the first of each process, in which the game is compiled."""
        return self.seconds / self._num_timed_rounds if self._num_timed_rounds else None

    def set_model(self, model: GAN) -> None:
        """Takes the GAN."""
        super().set_model(model)
        # Keras's property would bring JAX's state up to date at each round.
        self._gan = model
        # One for all measurements, because it keeps what they need of the real samples.
        self._measurement = Measurement(self._metrics, model.evaluation_samples)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Chooses the interval of the data."""
        self._stream.interval = epoch
        self._first_round = epoch * self._rounds_in_interval

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Counts the round that begins and times those before, and stops after the last."""
        # At a round's begin, because Keras tells of its end when it likes and from any thread.
        last = min(batch + self._gan.steps_per_execution, self._rounds_in_interval)
        num_rounds = self._first_round + last
        self._time(num_rounds - self.num_rounds)
        self.num_rounds = num_rounds
        if self._share_spent >= 1.0:
            self._gan.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Measures, if it is time."""
        self.seconds += self._stopwatch.lap()
        self._stopwatch.stop()
        share = self._share_spent
        due = (len(self.measurements) + 1) / self._experiment.num_measurements
        # Of rounding only: three thirds of a budget are the whole.
        if share >= min(due, 1.0) - 1e-9:
            self._measure(dict(logs or {}))

    def _time(self, num_rounds: int) -> None:
        # In the first round of a process its game is compiled.
        if next(self._executions_here) == 0:
            return
        if not self._stopwatch.is_running:
            self._stopwatch.start()
        self.seconds += self._stopwatch.lap()
        self._num_timed_rounds += num_rounds

    @property
    def _share_spent(self) -> float:
        return self._experiment.budget.share_spent(self._num_updates, self.seconds)

    @property
    def _num_updates(self) -> int:
        return self.num_rounds * self._discriminator_steps

    def _measure(self, logs: Logs) -> None:
        gan = self.model
        gan_labels = self._experiment.reference_labels if gan.specification.is_conditional else None
        samples = gan.generate(
            NUM_SAMPLES, None if gan_labels is None else np.resize(gan_labels, NUM_SAMPLES), seed=0
        )
        losses = {name: float(value) for name, value in logs.items() if name != "loss"}
        row = {
            "measurement": len(self.measurements) + 1,
            "round": self.num_rounds,
            "discriminator_updates": self._num_updates,
            "seconds": self.seconds,
        }
        is_finite = np.isfinite(samples).all() and all(map(math.isfinite, losses.values()))
        if is_finite:
            row |= self._values(gan_labels)
            row["spread"] = spread(samples, self._experiment.reference)
            self.samples = samples
        else:
            self.has_diverged = True
            self._gan.stop_training = True
        self.measurements.append({**row, **losses})

    def _values(self, labels: np.ndarray | None) -> dict[str, float]:
        batches = Batches(Source.of(self._experiment.reference, labels, _BATCH_SIZE))
        with preserved_random_state():
            self._measurement.begin(batches, shows_progress=False)
            return self._measurement.values()


def spread(fake: np.ndarray, real: np.ndarray) -> float:
    """Mean distance between two generated samples, divided by that between two real ones.

    Example:
    >>> real = np.array([[0.0], [1.0], [2.0]])
    >>> spread(real / 2.0, real)
    0.5
    """
    scale = _mean_distance(real)
    return _mean_distance(fake) / scale if scale else math.nan


def _mean_distance(samples: np.ndarray) -> float:
    # Enough for two digits, and of ordered data some of each kind.
    chosen = samples[:: max(1, len(samples) // NUM_SAMPLES)][:NUM_SAMPLES]
    return mean_pair_distance(chosen)
