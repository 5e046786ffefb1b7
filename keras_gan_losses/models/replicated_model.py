"""What a model does otherwise that several devices or processes train together."""

import io
from typing import Any

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding.batches import Batches
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.game.placement import check_placement


class ReplicatedModel:
    """Logs for all processes, and files from one of them.

    Every process may call the same methods: the first one, the chief, writes, and the others
    leave the file to it, so that callbacks that save need no condition. None waits for another.

    Mixin of `GAN`.
    """

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains the model, the same in every process from the first update on."""
        variables = [*self.variables, *self.optimizer.variables]
        check_placement(self, variables)
        backend.start_alike(variables)
        return super().fit(*args, **kwargs)

    def save(self, filepath: Any, **kwargs: Any) -> None:
        """Saves the model; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.keras`.
            **kwargs: As in Keras.
        """
        if backend.is_chief(self):
            # Keras makes an optimizer of its own when it saves one.
            with backend.without_distribution():
                super().save(filepath, **kwargs)

    def save_weights(self, filepath: Any, **kwargs: Any) -> None:
        """Saves the weights; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.weights.h5`.
            **kwargs: As in Keras.
        """
        if backend.is_chief(self):
            with backend.without_distribution():
                super().save_weights(filepath, **kwargs)

    def data_of_all(self, data: Batches) -> Batches:
        """The data that all processes hand over, in the order in which one device would see them.

        Each process looks at all of them, so that all measure the same.

        Args:
            data: This process's own.

        Raises:
            ValueError: If another process has more or fewer batches.
        """
        if len(backend.all_gather(0)) == 1:
            return data
        batches = list(data)
        counts = backend.all_gather(len(batches))
        if len(set(counts)) > 1:
            raise ValueError(
                "Every process must have as many batches to measure on as the others. Received "
                f"{counts} in the processes' order. Cut all to the smallest, or pass `steps`."
            )
        return Batches(Source.of(*_joined(self, batches)))

    def get_metrics_result(self) -> dict[str, Any]:
        """Means of the epoch so far, over all processes."""
        means = {name: value for each in self.metrics for name, value in each.on_host().items()}
        return backend.share_logs(means)


def _joined(model: keras.Model, batches: list[Any]) -> tuple[np.ndarray, np.ndarray | None]:
    """Samples and labels of all processes, batch after batch."""
    samples, labels = [], []
    for own_samples, own_labels in batches:
        samples += _of_all(model, own_samples)
        labels += [] if own_labels is None else _of_all(model, own_labels)
    return np.concatenate(samples), np.concatenate(labels) if labels else None


def _of_all(model: keras.Model, array: np.ndarray) -> list[np.ndarray]:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    messages = backend.exchange(model, file.getvalue())
    return [np.load(io.BytesIO(message), allow_pickle=False) for message in messages]
