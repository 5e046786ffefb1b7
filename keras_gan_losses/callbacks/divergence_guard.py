"""A guard against training that has gone wrong."""

import datetime
import json
import math
import os
import statistics
import threading
import warnings
from collections.abc import Mapping

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.game.players_optimizer import check_has_no_schedule
from keras_gan_losses.models import GAN
from keras_gan_losses.runs.run_keeper import RunGuard, RunKeeper
from keras_gan_losses.types import Logs
from keras_gan_losses.validation import check_count, check_number

_LOSSES = ("generator_loss", "discriminator_loss")
_NUM_REMEMBERED = 31
_NUM_NEEDED = 5
LOG = "divergence.jsonl"


class DivergenceGuard(RunGuard):
    """Stops a game that has diverged or collapsed, or sets it back with smaller steps.

    Choose it for runs that nobody watches. A player's loss has diverged if it is NaN or
    infinite, or if its mean in the present epoch, taken every `every` rounds and at the end of
    each epoch, exceeds `max_growth` times the median size of the last 31 such means (or times 1,
    if the median is smaller). At the end of each epoch the weights too must be finite, and
    `logs[monitor]` must lie within `minimum` and `maximum`: the share of modes found, for
    example, which falls when the generator collapses.

    With `max_rollbacks` at 0 training then stops. Otherwise, if a `Checkpoint` is in the same
    list, it goes on from the newest checkpoint with both players' learning rates multiplied by
    `learning_rate_factor`, at most `max_rollbacks` times in the whole run, and then stops. Where
    it stops, the GAN has the state of the newest checkpoint again, if there is one.

    The guard has its turn before a validation, whose metrics then are NaN. A state that it objects
    to is never kept. What happened is said in a warning, and `divergence.jsonl` in the directory
    of the `Checkpoint` gets a line for each time.

    Args:
        every: Rounds between looks at the losses, at least 1. Defaults to 50.
        max_growth: How many times a loss may exceed its usual size, above 1. Defaults to 100.
        monitor: Name in the logs of a measure of quality or collapse. Defaults to None.
        minimum: Least value of the measure that is not a collapse. Defaults to None: none.
        maximum: Greatest value of the measure that is not a collapse. Defaults to None: none.
        max_rollbacks: How often the run may be set back, at least 0. Defaults to 0: training
            stops at once.
        learning_rate_factor: What both learning rates are multiplied by each time, in (0, 1].
            Defaults to 0.5.

    Raises:
        ValueError: If an argument is out of its range; by `fit`, if rollbacks are asked for
            without a `Checkpoint` or with a learning rate that has its own schedule.

    Example:
    >>> import numpy as np
    >>> import keras_gan_losses as kgl
    >>> gan = kgl.GAN(*kgl.architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile(loss="wgan_gp")
    >>> guard = kgl.callbacks.DivergenceGuard(monitor="real_score", maximum=1e6)
    >>> history = gan.fit(kgl.datasets.ring(64).samples, callbacks=[guard], verbose=0)
    >>> guard.has_tripped
    False
    """

    # It looks at plain numbers only, for which Keras need not wait after each batch.
    async_safe = True

    def __init__(
        self,
        *,
        every: int = 50,
        max_growth: float = 100.0,
        monitor: str | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        max_rollbacks: int = 0,
        learning_rate_factor: float = 0.5,
    ) -> None:
        super().__init__()
        check_count("every", every, advice="50 is usual.")
        check_number("max_growth", max_growth, minimum=1.0, advice="100 is usual.")
        check_count("max_rollbacks", max_rollbacks, minimum=0, advice="0 stops at once.")
        check_number(
            "learning_rate_factor",
            learning_rate_factor,
            minimum=float(np.finfo("float32").tiny),
            maximum=1.0,
            advice="0.5 halves both learning rates.",
        )
        if (monitor is None) != (minimum is None and maximum is None):
            raise ValueError(
                "`monitor` and its limits belong together. Received: "
                f"monitor={monitor!r}, minimum={minimum!r}, maximum={maximum!r}. Pass a name and "
                "`minimum` or `maximum`, or none of them."
            )
        self.every = every
        self.max_growth = max_growth
        self.monitor = monitor
        self.minimum = -math.inf if minimum is None else minimum
        self.maximum = math.inf if maximum is None else maximum
        self.max_rollbacks = max_rollbacks
        self.learning_rate_factor = learning_rate_factor
        self._keeper: RunKeeper | None = None
        self._is_training = False
        # Keras may tell of a round from a thread while `examine` looks at it.
        self._tripping = threading.Lock()
        self._latest: Logs = {}
        self._reset()

    def bind(self, keeper: RunKeeper) -> None:
        """Tells what keeps the run, and thereby where to write."""
        self._keeper = keeper

    def before_fit(self, gan: GAN) -> None:
        """Asks Keras to wait after each batch where processes must stop at the same round."""
        self.async_safe = backend.process(gan)[1] == 1

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begins anew, after checking that it can do what is asked of it."""
        self._reset()
        self._is_training = True
        if self.max_rollbacks > 0:
            self._check_can_roll_back()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Notes the epoch."""
        self.epoch = epoch
        self._latest = {}

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Looks at the losses, if it is time."""
        self._latest = logs or {}
        if (batch + 1) % self.every == 0 and not self.has_tripped:
            self._trip_if((self.epoch, batch + 1), self._complaint(logs or {}))
            self._remember(logs or {})

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Looks before a validation, in which metrics would refuse samples that are not finite."""
        if not self._is_training:
            return
        if not self.has_tripped:
            complaint = self._complaint(self._latest) or self._weights_complaint()
            self._trip_if((self.epoch, None), complaint)
        if self.has_tripped:
            self._gan.leave_out_metrics()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Leaves later evaluations alone."""
        self._is_training = False

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks at losses, weights and the measure."""
        if self.has_tripped:
            return
        logs = logs or {}
        complaint = self._complaint(logs) or self._weights_complaint() or self._limits(logs)
        self._trip_if((epoch, None), complaint)
        self._remember(logs)

    def examine(self, position: tuple[int, int], logs: Mapping[str, float]) -> None:
        """Looks at the losses of a round after which the run is to be kept."""
        if not self.has_tripped:
            self._trip_if(position, self._complaint(logs))

    def after_rollback(self, gan: GAN) -> None:
        """Lowers both players' learning rates."""
        self.num_rollbacks += 1
        self.has_tripped = self.wants_rollback = False
        for optimizer in gan.optimizer.optimizers:
            optimizer.learning_rate = _learning_rate(optimizer) * self.learning_rate_factor

    def _reset(self) -> None:
        self.has_tripped = self.wants_rollback = False
        self.num_rollbacks = 0
        self.epoch = 0
        self.recent: dict[str, list[float]] = {}

    def _check_can_roll_back(self) -> None:
        if self._keeper is None:
            raise ValueError(
                f"max_rollbacks={self.max_rollbacks} needs checkpoints to go back to. Put "
                "keras_gan_losses.callbacks.Checkpoint into the same list, or leave it at 0."
            )
        advice = "Use a number and keras.callbacks.LearningRateScheduler, or max_rollbacks=0."
        for optimizer in self.model.optimizer.optimizers:
            check_has_no_schedule(optimizer, advice=advice)

    def _complaint(self, logs: Mapping[str, float]) -> str | None:
        for name in _LOSSES:
            value = logs.get(name)
            if value is None:
                continue
            if not math.isfinite(value):
                return f"{name} is {value}"
            recent = self.recent.get(name, [])
            usual = max(1.0, statistics.median(recent)) if recent else math.inf
            if len(recent) >= _NUM_NEEDED and abs(value) > self.max_growth * usual:
                return f"{name} is {value:g}, more than {self.max_growth:g} times {usual:g}"
        return None

    def _weights_complaint(self) -> str | None:
        for variable in self.model.weights:
            values = keras.ops.convert_to_numpy(variable).astype("float64", copy=False)
            if not np.isfinite(values).all():
                return f"the weight {variable.path!r} is not finite"
        return None

    def _limits(self, logs: Logs) -> str | None:
        value = self.minimum if self.monitor is None else logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"DivergenceGuard watches {self.monitor!r}, which is not in the logs of this "
                f"epoch: {sorted(logs)}.",
                stacklevel=2,
            )
            return None
        if self.monitor is None or self.minimum <= value <= self.maximum:
            return None
        return f"{self.monitor} is {value:g}, outside of [{self.minimum:g}, {self.maximum:g}]"

    def _remember(self, logs: Logs) -> None:
        for name in _LOSSES:
            value = logs.get(name)
            if value is not None and math.isfinite(value):
                kept = [*self.recent.get(name, []), abs(float(value))]
                self.recent[name] = kept[-_NUM_REMEMBERED:]

    def _trip_if(self, position: tuple[int, int | None], complaint: str | None) -> None:
        with self._tripping:
            if complaint is None or self.has_tripped:
                return
            self.has_tripped = True
        self.wants_rollback = self.num_rollbacks < self.max_rollbacks
        # Not the property of Keras, which would bring JAX's state up to date from a thread.
        self._gan.stop_training = True
        action = "Training stops."
        if self.wants_rollback:
            action = (
                "Training goes on from the newest checkpoint with learning rates multiplied by "
                f"{self.learning_rate_factor:g} (time {self.num_rollbacks + 1} of at most "
                f"{self.max_rollbacks})."
            )
        self._write_line(position, complaint)
        epoch, done = position
        place = f"At the end of epoch {epoch}" if done is None else f"Epoch {epoch}, round {done}"
        warnings.warn(f"{place}: the game has diverged, {complaint}. {action}", stacklevel=2)

    def set_model(self, model: GAN) -> None:
        """Takes the model."""
        super().set_model(model)
        self._gan = model

    def _write_line(self, position: tuple[int, int | None], complaint: str) -> None:
        if self._keeper is None or not backend.is_chief(self._gan):
            return
        line = {
            "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "epoch": position[0],
            "round": position[1],
            "reason": complaint,
            "action": "roll back" if self.wants_rollback else "stop",
            "rollbacks_before": self.num_rollbacks,
        }
        try:
            with (self._keeper.directory / LOG).open("a") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            warnings.warn(f"{LOG} could not be written: {error}.", stacklevel=2)


def _learning_rate(optimizer: keras.optimizers.Optimizer) -> float:
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))
