"""Batches of samples that were read from files once and are kept."""

import abc
import pathlib
from collections.abc import Sequence

import keras
import numpy as np


class StoredSamples(keras.utils.PyDataset, abc.ABC):
    """Batches of kept samples, in another order in each epoch.

    Args:
        stored: All of them, as they are kept; the first axis is the samples'.
        labels: Number of each one's class, or None.
        class_names: What the numbers stand for.
        paths: File that each was read from.
        damaged: Files that could not be used, and why.
        batch_size: Samples in a batch.
        seed: Seed of the order.
    """

    def __init__(
        self,
        stored: np.ndarray,
        labels: np.ndarray | None,
        *,
        class_names: Sequence[str],
        paths: Sequence[pathlib.Path],
        damaged: dict[pathlib.Path, str],
        batch_size: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.labels = labels
        self.class_names, self.paths, self.damaged = list(class_names), list(paths), damaged
        self.batch_size, self.seed = batch_size, seed
        self._stored = stored
        self._rows = np.arange(len(stored))
        self._epoch = 0
        self._order = self._order_of(0)

    @abc.abstractmethod
    def scaled(self, stored: np.ndarray) -> np.ndarray:
        """Kept samples as networks learn them, float32."""

    @property
    def num_samples(self) -> int:
        """Samples in a pass."""
        return len(self._rows)

    @property
    def num_batches(self) -> int:
        """Batches in a pass."""
        return -(-self.num_samples // self.batch_size)

    def __getitem__(self, index: int) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """One batch."""
        rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        samples = self.scaled(self._stored[rows])
        return samples if self.labels is None else (samples, self.labels[rows])

    def hold_out(self, count: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Takes some samples, chosen by the seed, out of all passes.

        Args:
            count: How many, fewer than there are.

        Returns:
            The samples as networks learn them, and the numbers of their classes, or None.
        """
        order = np.random.default_rng(self.seed).permutation(self._rows)
        held_out, self._rows = np.sort(order[:count]), np.sort(order[count:])
        self._order = self._order_of(self._epoch)
        labels = None if self.labels is None else self.labels[held_out]
        return self.scaled(self._stored[held_out]), labels

    def on_epoch_end(self) -> None:
        """Puts the samples into a new order, which depends on the seed and the epoch alone."""
        self._epoch += 1
        self._order = self._order_of(self._epoch)

    def _order_of(self, epoch: int) -> np.ndarray:
        return np.random.default_rng((self.seed, epoch)).permutation(self._rows)
