"""Data and arguments as Keras's `fit` takes them, from those that `GAN.fit` was given."""

import random
from collections.abc import Mapping
from typing import Any

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding import data_checks
from keras_gan_losses.feeding.batches import Batches
from keras_gan_losses.feeding.data_checks import is_array
from keras_gan_losses.feeding.indexed_epochs import ArrayData
from keras_gan_losses.feeding.rounds import group_into_rounds

DEFAULT_BATCH_SIZE = 32


def split_validation(
    x: Any, y: Any, arguments: Mapping[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """Training data, labels, and the arguments with validation data apart, as Keras has them.

    Raises:
        ValueError: If `validation_split` leaves one of the parts without samples.
    """
    rest = dict(arguments)
    share = rest.pop("validation_split", None)
    if not share or rest.get("validation_data") is not None:
        return x, y, rest
    cut = int(len(x) * (1.0 - share)) if is_array(x) else 0
    if not is_array(x) or not 0 < cut < len(x):
        raise ValueError(
            "`validation_split` takes a share of an array, of which both parts have samples. "
            f"Received: validation_split={share} for {type(x).__name__}. Pass `validation_data`."
        )
    rest["validation_data"] = x[cut:] if y is None else (x[cut:], y[cut:])
    return x[:cut], None if y is None else y[:cut], rest


def prepare_data(
    x: Any, batch_size: int | None, arguments: dict[str, Any], discriminator_steps: int
) -> tuple[Any, int | None, dict[str, Any]]:
    """Data whose batches are rounds, with the batch size and further arguments that fit them.

    Raises:
        ValueError: If the last round cannot be divided among the discriminator's updates.
        TypeError: If several batches of such data cannot be joined.
    """
    if is_array(x):
        size = batch_size or DEFAULT_BATCH_SIZE
        data_checks.check_divisible(len(x), size, discriminator_steps)
        arguments = {"validation_batch_size": size, **arguments}
        return x, size * discriminator_steps, arguments
    x = group_into_rounds(x, discriminator_steps)
    if not isinstance(x, keras.utils.PyDataset):
        # Keras would warn that it cannot shuffle what it did not load.
        arguments = {"shuffle": False, **arguments}
    return x, batch_size, arguments


def validation_batches(batch_size: int | None, arguments: dict[str, Any]) -> Batches | None:
    """The data on which `fit` with these arguments will validate.

    Raises:
        ValueError: If they can be read only once.
    """
    if arguments.get("validation_data") is None:
        return None
    samples, labels, _ = keras.utils.unpack_x_y_sample_weight(arguments["validation_data"])
    size = arguments.get("validation_batch_size") or batch_size or DEFAULT_BATCH_SIZE
    return Batches(samples, labels, size, arguments.get("validation_steps"))


def pipelined(
    model: Any, x: Any, y: Any, arguments: dict[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """Arrays as a pipeline of our own where one device trains; others as they are.

    Keras's own pipeline of arrays is tuned while it runs on TensorFlow, and holds up the end of
    each epoch; on JAX and torch it takes each round from the host's memory.
    """
    is_alone = backend.num_shards(model) == 1 == backend.process(model)[1]
    is_plain = arguments.get("steps_per_epoch") is None and isinstance(
        arguments.get("shuffle", True), bool
    )
    if not (is_alone and is_plain and is_array(x)):
        return x, y, arguments
    rest = dict(arguments)
    data = ArrayData(
        (x,) if y is None else (x, y),
        round_size=rest.pop("batch_size"),
        steps_per_epoch=None,
        shuffle=rest.pop("shuffle", True),
        seed=random.randrange(2**31),
    )
    return data.feed_passes(), None, {**rest, "shuffle": False}
