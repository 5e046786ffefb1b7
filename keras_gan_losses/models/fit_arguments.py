"""Data and arguments as Keras's `fit` takes them, from those that `GAN.fit` was given."""

from typing import Any

import keras

from keras_gan_losses.datasets.batches import Batches
from keras_gan_losses.datasets.rounds import group_into_rounds
from keras_gan_losses.models import data_checks

DEFAULT_BATCH_SIZE = 32


def prepare_data(
    x: Any, batch_size: int | None, arguments: dict[str, Any], discriminator_steps: int
) -> tuple[Any, int | None, dict[str, Any]]:
    """Data whose batches are rounds, with the batch size and further arguments that fit them.

    Raises:
        ValueError: If the last round cannot be divided among the discriminator's updates.
        TypeError: If several batches of such data cannot be joined.
    """
    if data_checks.is_array(x):
        size = batch_size or DEFAULT_BATCH_SIZE
        split = arguments.get("validation_split", 0.0)
        data_checks.check_divisible(int(len(x) * (1.0 - split)), size, discriminator_steps)
        arguments = {"validation_batch_size": size, **arguments}
        return x, size * discriminator_steps, arguments
    x = group_into_rounds(x, discriminator_steps)
    if not isinstance(x, keras.utils.PyDataset):
        # Keras would warn that it cannot shuffle what it did not load.
        arguments = {"shuffle": False, **arguments}
    return x, batch_size, arguments


def validation_batches(
    x: Any, y: Any, batch_size: int | None, arguments: dict[str, Any]
) -> Batches | None:
    """The data on which `fit` with these arguments will validate.

    Raises:
        ValueError: If they can be read only once.
    """
    size = arguments.get("validation_batch_size") or batch_size or DEFAULT_BATCH_SIZE
    steps = arguments.get("validation_steps")
    if arguments.get("validation_data") is not None:
        data = arguments["validation_data"]
        samples, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        return Batches(samples, labels, size, steps)
    split = arguments.get("validation_split")
    if split and data_checks.is_array(x):
        start = int(len(x) * (1.0 - split))
        return Batches(x[start:], None if y is None else y[start:], size, steps)
    return None
