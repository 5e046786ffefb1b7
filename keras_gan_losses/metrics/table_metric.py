"""What metrics share that look at the columns of a table."""

import abc
from collections.abc import Sequence
from typing import Any

import keras

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.statistics import Statistics, StoredFeatures
from keras_gan_losses.metrics.table_rows import check_width, checked_sizes


class TableMetric(DistributionMetric, abc.ABC):
    """Knows where each column begins and ends in the rows that it compares.

    Args:
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.
        features: What is compared of each sample; None for the rows themselves.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If sizes are no counts.
    """

    def __init__(
        self, sizes: Sequence[int], features: Features | keras.Model | None = None, **kwargs: Any
    ) -> None:
        super().__init__(features, **kwargs)
        self.sizes = checked_sizes(sizes)

    def set_reference(self, statistics: Statistics) -> None:
        """Takes the real rows, before training.

        Raises:
            ValueError: If they are of another table.
        """
        if isinstance(statistics, StoredFeatures):
            check_width(statistics.values, sum(self.sizes), f"Samples for the metric {self.name!r}")
        super().set_reference(statistics)
