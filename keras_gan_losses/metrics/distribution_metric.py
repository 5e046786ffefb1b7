"""What all distances between real and generated samples share as metrics of Keras."""

import abc
import os
from collections.abc import Mapping, MutableMapping
from typing import Any, Self

import keras
import numpy as np

from keras_gan_losses.extras import check_extra
from keras_gan_losses.metrics import features as features_module
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.statistics import Statistics, StoredFeatures
from keras_gan_losses.registration import Configurable, snake_case
from keras_gan_losses.trees import LeafName, leaf_of
from keras_gan_losses.types import ArrayLike, Config, PathLike, Samples
from keras_gan_losses.validation import check_count

Value = float | dict[str, float]


class DistributionMetric(Configurable, keras.metrics.Metric, abc.ABC):
    """Compares the distributions of real and of generated samples.

    Given to `GAN.compile(metrics=[...])`, it is computed by `evaluate` and at each validation in
    `fit`, over generated samples that are the same at each call. On its own it is called as any
    metric of Keras: `metric(real, fake)`, or `update_state` with batches and then `result`. It
    works on arrays in float64, outside of compiled functions, so that its value is the same on
    each backend and no step of training waits for it.

    To write one, set `higher_is_better`, choose the statistics that are gathered of either side
    by `make_statistics`, and compute the value of two of them in `compare`.

    Args:
        features: What is compared of each sample: a Keras model, one of `metrics.features`, or
            None for the samples themselves, flattened.
        on: Name of the leaf that is compared, where samples are trees: a key, or the place in a
            tuple. None for samples that are one tensor.
        num_samples: How many samples are generated for it, at least `minimum_samples`; None is as
            many as there are real ones.
        cache_directory: Folder in which statistics of real samples are kept, so that a later
            process need not compute them again. The files' names follow from the content of data
            and features. It is not saved with a GAN, being a place on one machine, and one that
            is loaded has none until you set the attribute. Defaults to None: they are kept in
            memory only.
        name: Name in the logs. Of a metric with several values each is logged under its own name,
            which begins with this one if it is given. Defaults to the class's in snake case.

    Raises:
        ValueError: If `num_samples` is too small, or `features` is nothing of the above.
        ImportError: If a package that it computes with is not installed.
    """

    higher_is_better: bool | Mapping[str, bool]
    """Whether a greater value is a better one; of several values each by its name."""

    uses_real_samples = True
    """Whether real samples are looked at; where not, none are gathered."""

    minimum_samples = 1
    """Least number of samples on either side with which there is a value."""

    modules: tuple[str, ...] = ()
    """What it computes with that only the extra "metrics" installs."""

    def __init__(
        self,
        features: Features | keras.Model | None = None,
        *,
        on: LeafName = None,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
        name: str | None = None,
    ) -> None:
        check_extra("metrics", *self.modules)
        self._has_given_name = name not in (None, snake_case(type(self).__name__))
        super().__init__(name=name or snake_case(type(self).__name__))
        self.features = features_module.get(features)
        self.on = on
        self.num_samples = num_samples
        self.cache_directory = None if cache_directory is None else os.fspath(cache_directory)
        self._real: Statistics | None = None
        self._fake: Statistics | None = None
        if num_samples is not None:
            advice = "None generates as many as there are real samples."
            check_count("num_samples", num_samples, minimum=self.minimum_samples, advice=advice)

    def make_statistics(self) -> Statistics:
        """Empty statistics of one side; by default all features are kept."""
        return StoredFeatures()

    @abc.abstractmethod
    def compare(self, real: Any, fake: Any) -> Value:
        """The value, or values by name, of the statistics of both sides.

        `real` is None where the metric does not use real samples.
        """

    @property
    def log_names(self) -> list[str]:
        """Names under which the metric is logged."""
        return list(self.directions)

    @property
    def directions(self) -> dict[str, bool]:
        """Whether a greater value is a better one, for each name in the logs."""
        if isinstance(self.higher_is_better, bool):
            return {self.name: self.higher_is_better}
        return {self._log_name(key): better for key, better in self.higher_is_better.items()}

    def update_state(
        self,
        real: Samples | None = None,
        fake: Samples | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> None:
        """Takes in real samples, generated samples, or both, in any numbers.

        Args:
            real: Batch of real samples; None for none.
            fake: Batch of generated samples; None for none.
            sample_weight: Not supported; there for the signature of Keras.

        Raises:
            ValueError: If weights are given, or a batch is a tensor of a function that is being
                compiled.
        """
        if sample_weight is not None:
            raise ValueError(
                f"The metric {self.name!r} takes no `sample_weight`: a generated sample has none. "
                "Draw the more important samples more often instead."
            )
        for samples, update in ((real, self.update_real), (fake, self.update_fake)):
            if samples is not None:
                update(self.features(as_array(leaf_of(samples, self.on), self.name)))

    def see(self, samples: Samples) -> np.ndarray:
        """Features of a batch of samples, or of their leaf that is compared."""
        return self.features(leaf_of(samples, self.on))

    def update_real(self, features: np.ndarray) -> None:
        """Takes in features of real samples."""
        if self.uses_real_samples:
            self._real = self._real or self.make_statistics()
            self._real.update(features)

    def update_fake(self, features: np.ndarray) -> None:
        """Takes in features of generated samples."""
        self._fake = self._fake or self.make_statistics()
        self._fake.update(features)

    def set_reference(self, statistics: Statistics) -> None:
        """Takes statistics of real samples that were gathered before."""
        self._real = statistics

    def check_count(self, count: int, kind: str) -> None:
        """Raises if so few samples have no value.

        Args:
            count: Number of samples.
            kind: What they are: "real" or "generated".

        Raises:
            ValueError: If there are fewer than `minimum_samples`.
        """
        if count < self.minimum_samples:
            raise ValueError(
                f"The metric {self.name!r} needs at least {self.minimum_samples} {kind} samples. "
                f"Received: {count}. Give more, or other settings."
            )

    def check_features(self, features: np.ndarray) -> None:
        """Raises if a metric with points or modes of its own cannot compare them with these.

        Args:
            features: Those of some real samples, before training.
        """

    def result(self) -> Value:
        """The value over all samples since the last reset, or values by their names in the logs.

        Raises:
            ValueError: If there are too few samples.
        """
        self.check_count(self._fake.count if self._fake else 0, "generated")
        if self.uses_real_samples:
            self.check_count(self._real.count if self._real else 0, "real")
        value = self.compare(self._real, self._fake)
        if isinstance(value, dict):
            return {self._log_name(key): float(number) for key, number in value.items()}
        return float(value)

    def _log_name(self, key: str) -> str:
        return f"{self.name}_{key}" if self._has_given_name else key

    def reset_state(self) -> None:
        """Forgets all samples."""
        self._real = self._fake = None

    def get_config(self) -> Config:
        """Constructor arguments, without the folder, which belongs to one machine."""
        return {**super().get_config(), "cache_directory": None}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Metric of a configuration, whose folder is left out: a file must not choose it."""
        return super().from_config({**config, "cache_directory": None})

    def save_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        """Saves the weights of the features, which their configuration does not hold."""
        for index, array in enumerate(self.features.arrays()):
            store[str(index)] = array

    def load_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        """Restores the weights of the features; a file without any leaves them as they are."""
        count = len(store.keys())
        if count:
            self.features.restore([np.asarray(store[str(index)]) for index in range(count)])


def as_array(samples: ArrayLike, name: str) -> np.ndarray:
    """Samples as an array.

    Raises:
        ValueError: If they are a tensor without a value yet.
    """
    try:
        return keras.ops.convert_to_numpy(samples)
    except Exception as error:
        raise ValueError(
            f"The metric {name!r} works on arrays with values. Received: {samples!r}, which has "
            "none yet: give the metric to `GAN.compile`, or call it outside of compiled functions."
        ) from error
