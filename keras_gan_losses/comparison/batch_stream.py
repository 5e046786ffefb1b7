"""Real batches of a run: the same for each objective, whatever its schedule."""

import keras
import numpy as np

from keras_gan_losses.feeding.shuffled_order import shuffled_order


class BatchStream(keras.utils.PyDataset):
    """Gives the batches of one interval of an endless stream of shuffled passes.

    Update number u of the discriminator sees the same samples whatever the number of updates in
    a round, and whoever plays them: pass p over the data has the order of
    `numpy.random.default_rng((seed, p))`.

    Args:
        samples: Array of shape `(n, …)`.
        labels: One each, or None.
        batch_size: Samples in one update.
        num_batches: Batches in an interval.
        seed: Of the run.

    Example:
    >>> stream = BatchStream(np.arange(4), None, batch_size=3, num_batches=4, seed=0)
    >>> sorted(np.concatenate([stream[i] for i in range(4)]).tolist())
    [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    """

    def __init__(
        self,
        samples: np.ndarray,
        labels: np.ndarray | None,
        *,
        batch_size: int,
        num_batches: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.interval = 0
        self._samples = samples
        self._labels = labels
        self._batch_size = batch_size
        self._length = num_batches
        self._seed = seed
        self._orders: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        """Batches in an interval."""
        return self._length

    def __getitem__(self, index: int) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """A batch of the present interval."""
        start = (self.interval * self._length + index) * self._batch_size
        rows = self._rows(np.arange(start, start + self._batch_size))
        if self._labels is None:
            return self._samples[rows]
        return self._samples[rows], self._labels[rows]

    def _rows(self, positions: np.ndarray) -> np.ndarray:
        passes, places = np.divmod(positions, len(self._samples))
        # Batches come in order, so that the passes of the last one are all that is worth keeping.
        wanted = np.unique(passes).tolist()
        self._orders = {number: self._order(number) for number in wanted}
        return np.concatenate([self._orders[number][places[passes == number]] for number in wanted])

    def _order(self, number: int) -> np.ndarray:
        if number in self._orders:
            return self._orders[number]
        return shuffled_order(self._seed, number, len(self._samples))
