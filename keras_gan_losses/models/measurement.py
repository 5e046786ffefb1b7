"""Distribution metrics in the places where Keras has metrics: `evaluate` and validation."""

import contextlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

import keras
import numpy as np

from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.consoles import progress_console
from keras_gan_losses.feeding.batches import Batches, Content
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.metrics.references import References, group_by_features
from keras_gan_losses.trees import check_leaf, num_samples
from keras_gan_losses.types import Callbacks, Condition, Logs, Samples, Shapes

Sampling: TypeAlias = Callable[[int, Condition | None], Iterator[Samples]]


class Measurement:
    """Computes metrics on real data and on samples that are generated for it.

    Args:
        metrics: What is computed.
        sample: Function of a number and of as many conditions (or None) that generates samples, in
            parts, the same at each call.
        collect: Function of this process's data that gives those of all; by default it is alone.
    """

    def __init__(
        self,
        metrics: Sequence[DistributionMetric],
        sample: Sampling,
        collect: Callable[[Batches], Batches] = lambda data: data,
    ) -> None:
        self._metrics = metrics
        self._sample = sample
        self._collect = collect
        self._references = References()
        self._remembered: tuple[Batches, Batches, Content] | None = None
        self._data: Batches | None = None
        self._values: dict[str, float] = {}
        self._shows_progress = False
        self._may_show_progress = True
        self._has_told = False

    @contextlib.contextmanager
    def remembering(self, data: Batches | None, *, shows_progress: bool) -> Iterator[None]:
        """Context in which what one look at the data has told is remembered.

        The look comes first, so that what does not fit a metric is said before anything changes.
        Without data it says, once, that metrics are not measured.

        Args:
            data: Real samples that `begin` will be given again and again; None for none.
            shows_progress: Whether evaluations inside may show theirs, and anything is said.

        Raises:
            ValueError: If the data do not suit a metric.
        """
        if data is None:
            if shows_progress:
                self._tell_unmeasured()
            yield
            return
        with preserved_random_state():
            whole = self._collect(data)
            content = Content.of(whole)
            self._refer(whole, content)
            self._try_features(whole)
        self._remembered = (data, whole, content)
        self._may_show_progress = shows_progress
        try:
            yield
        finally:
            self._remembered = None
            self._may_show_progress = True

    def begin(self, data: Batches, *, shows_progress: bool) -> None:
        """Forgets earlier values; the next ones are those of these real samples."""
        self._data = data
        self._shows_progress = shows_progress and self._may_show_progress

    def leave_out(self) -> None:
        """Makes the next values NaN, of samples that no metric would take."""
        self._data = None
        self._values = {name: math.nan for metric in self._metrics for name in metric.log_names}

    def values(self) -> dict[str, float]:
        """Values by their names in the logs, computed at the first call."""
        if self._data is not None:
            self._values = self._measure(self._data)
            self._data = None
        return self._values

    def with_callback(self, callbacks: Callbacks | None) -> Callbacks | None:
        """The callbacks of a call, before them one that adds the values to an evaluation's logs."""
        is_ready = isinstance(callbacks, keras.callbacks.CallbackList)
        if is_ready or not self._metrics:
            return callbacks
        return [MeasuringCallback(self), *keras.tree.flatten(callbacks or [])]

    def _tell_unmeasured(self) -> None:
        names = [name for metric in self._metrics for name in metric.log_names]
        if names and not self._has_told:
            self._has_told = True
            print(
                f"{', '.join(names)}: measured on `validation_data`, which `fit` was not given, "
                "and not on what is trained on. Give it, or call `evaluate`."
            )

    def _measure(self, data: Batches) -> dict[str, float]:
        whole, content = self._whole(data)
        self._refer(whole, content)
        counts = {metric: metric.num_samples or content.count for metric in self._metrics}
        for metric, count in counts.items():
            metric.check_count(count, "generated")
        total = max(counts.values())
        parts = self._sample(total, _spread(content.condition, total))
        try:
            self._take_in(_with_progress(parts, total) if self._shows_progress else parts, counts)
            return self._results()
        finally:
            for metric in self._metrics:
                metric.reset_state()

    def _try_features(self, data: Batches) -> None:
        """Tries features that only generated samples will meet, which have the same shape."""
        others = [metric for metric in self._metrics if not metric.uses_real_samples]
        for see, members in group_by_features(others):
            values = see(next(iter(data))[0])
            for metric in members:
                metric.check_features(values)

    def _whole(self, data: Batches) -> tuple[Batches, Content]:
        if self._remembered is not None and self._remembered[0] == data:
            return self._remembered[1:]
        whole = self._collect(data)
        return whole, Content.of(whole)

    def _refer(self, data: Batches, content: Content) -> None:
        using = [metric for metric in self._metrics if metric.uses_real_samples]
        for metric in using:
            metric.check_count(content.count, "real")
        self._references.provide(using, content.keys, lambda: (samples for samples, _ in data))

    def _take_in(self, parts: Iterable[Samples], counts: dict[DistributionMetric, int]) -> None:
        groups = group_by_features(self._metrics)
        done = 0
        for samples in parts:
            for see, members in groups:
                waiting = [metric for metric in members if counts[metric] > done]
                if not waiting:
                    continue
                values = see(samples)
                for metric in waiting:
                    metric.update_fake(values[: counts[metric] - done])
            done += num_samples(samples)

    def _results(self) -> dict[str, float]:
        logs: dict[str, float] = {}
        for metric in self._metrics:
            value = metric.result()
            logs |= value if isinstance(value, dict) else {metric.name: value}
        return logs


class MeasuringCallback(keras.callbacks.Callback):
    """Adds what is measured to the logs of an evaluation, for all callbacks listed after it.

    Args:
        measurement: Has been told the data by `begin`.
    """

    def __init__(self, measurement: Measurement) -> None:
        super().__init__()
        self._measurement = measurement

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Measures."""
        if logs is not None:
            logs.update(self._measurement.values())


def check_metric_names(metrics: Sequence[DistributionMetric], taken: Iterable[str]) -> None:
    """Raises if two values would have one name in the logs.

    Raises:
        ValueError: With a name that occurs twice.
    """
    names = Counter([*taken, *(name for metric in metrics for name in metric.log_names)])
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        raise ValueError(
            f"Two values would be logged as {twice[0]!r}. Give the metric or penalty another name: "
            'FrechetDistance(..., name="another").'
        )


def check_leaves(metrics: Iterable[DistributionMetric], shapes: Shapes) -> None:
    """Raises unless samples have the leaf that each metric looks at.

    Raises:
        ValueError: With the leaves that there are.
    """
    for metric in metrics:
        check_leaf(f"The metric {metric.name!r}", metric.on, shapes)


def _spread(condition: Condition | None, count: int) -> Condition | None:
    """As many rows, each as often as it occurs in data that may be ordered."""
    if condition is None:
        return None
    order = np.random.default_rng(0).permutation(num_samples(condition))
    chosen = np.resize(order, count)
    return keras.tree.map_structure(lambda part: part[chosen], condition)


def _with_progress(parts: Iterable[Samples], total: int) -> Iterator[Samples]:
    """The same parts, with a bar on terminals that vanishes at the end."""
    from rich.progress import Progress

    console = progress_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Measuring", total=total)
        for samples in parts:
            yield samples
            progress.advance(task, num_samples(samples))
