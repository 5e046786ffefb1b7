"""The callback that measures a run, times it, and ends it when its budget is spent."""

import math
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan_losses.comparison.batch_stream import BatchStream
from keras_gan_losses.comparison.experiment import Experiment
from keras_gan_losses.metrics import DistributionMetric

NUM_SAMPLES = 500


class Recorder(keras.callbacks.Callback):
    """Measures at equal shares of the budget, and stops a run that has diverged.

    Args:
        experiment: The rules of the comparison.
        metrics: What is measured.
        stream: The data, which must be told the interval.
        discriminator_steps: Updates of the discriminator in one round.
    """

    # It looks at plain numbers only, for which Keras need not wait after each round.
    async_safe = True

    def __init__(
        self,
        experiment: Experiment,
        metrics: Sequence[DistributionMetric],
        stream: BatchStream,
        discriminator_steps: int,
    ) -> None:
        super().__init__()
        self.measurements: list[dict[str, Any]] = []
        self.samples: np.ndarray | None = None
        self.has_diverged = False
        self.num_rounds = 0
        self.seconds = 0.0
        self._experiment = experiment
        self._metrics = metrics
        self._stream = stream
        self._discriminator_steps = discriminator_steps
        self._started: float | None = None

    @property
    def seconds_per_round(self) -> float | None:
        """Mean time of the rounds after the first, in which the game is compiled."""
        return self.seconds / (self.num_rounds - 1) if self.num_rounds > 1 else None

    def set_model(self, model: Any) -> None:
        """Takes the GAN."""
        super().set_model(model)
        # Keras's property would bring JAX's state up to date at each round.
        self._gan = model

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Chooses the interval of the data, and starts the clock."""
        self._stream.interval = epoch
        self._started = time.perf_counter() if self.num_rounds else None

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Counts rounds, and stops at the last."""
        self.num_rounds += 1
        if self._started is None:
            self._started = time.perf_counter()
        if self._share_spent() >= 1.0:
            self._gan.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Measures, if it is time."""
        share = self._share_spent()
        self.seconds += time.perf_counter() - self._started
        self._started = None
        due = (len(self.measurements) + 1) / self._experiment.num_measurements
        # Of rounding only: three thirds of a budget are the whole.
        if share >= min(due, 1.0) - 1e-9:
            self._measure(dict(logs or {}))

    def _share_spent(self) -> float:
        running = 0.0 if self._started is None else time.perf_counter() - self._started
        return self._experiment.budget.share_spent(self._num_updates, self.seconds + running)

    @property
    def _num_updates(self) -> int:
        return self.num_rounds * self._discriminator_steps

    def _measure(self, logs: dict[str, Any]) -> None:
        gan = self.model
        gan_labels = self._experiment.reference_labels if gan.specification.label else None
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
            row |= gan.measure(self._experiment.reference, gan_labels, metrics=self._metrics)
            row["spread"] = spread(samples, self._experiment.reference)
            self.samples = samples
        else:
            self.has_diverged = True
            self._gan.stop_training = True
        self.measurements.append({**row, **losses})


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
    from scipy.spatial.distance import pdist

    # Enough for two digits, and of ordered data some of each kind.
    chosen = samples[:: max(1, len(samples) // NUM_SAMPLES)][:NUM_SAMPLES]
    return float(pdist(chosen.reshape(len(chosen), -1).astype("float64")).mean())
