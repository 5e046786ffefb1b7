"""What is done otherwise where several devices or processes train a model together.

Every process may call the same methods of the GAN: the first one, the chief, writes files, and the
others leave them to it, so that callbacks that save need no condition. None waits for another.
"""

import io

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding.batches import Batches, joined
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.game.trackers import EpochMeans
from keras_gan_losses.types import Condition, Data, Logs, Samples, Tensor, Tree


def means_of_all(metrics: list[EpochMeans]) -> Logs:
    """Means of the epoch so far, over all processes."""
    own: dict[str, Tensor] = {
        n: np.asarray(v) for each in metrics for n, v in each.on_host().items()
    }
    return {name: float(value) for name, value in backend.share_logs(own).items()}


def data_of_all(model: keras.Model, data: Batches) -> Batches:
    """The data that all processes hand over, in the order in which one device would see them.

    Each process looks at all of them, so that all measure the same.

    Args:
        model: The GAN.
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
    return Batches(Source.of(*_joined(model, batches)))


def _joined(model: keras.Model, batches: list[tuple[Samples, Condition | None]]) -> list[Data]:
    """Samples and condition of all processes, batch after batch."""
    collected: list[list[Tree]] = [[], []]
    for batch in batches:
        for all_of_kind, own in zip(collected, batch, strict=True):
            if own is not None:
                leaves = [_of_all(model, leaf) for leaf in keras.tree.flatten(own)]
                each_process = zip(*leaves, strict=True)
                all_of_kind += [keras.tree.pack_sequence_as(own, each) for each in each_process]
    return [joined(trees) for trees in collected]


def _of_all(model: keras.Model, array: np.ndarray) -> list[np.ndarray]:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    messages = backend.exchange(model, file.getvalue())
    return [np.load(io.BytesIO(message), allow_pickle=False) for message in messages]
