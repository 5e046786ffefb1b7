"""Checks, before training, of what several devices ask of a model and its data."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from keras_gan_losses import backend
from keras_gan_losses.feeding.data_checks import is_array
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import flat


def check_placement(
    model: keras.Model, variables: Sequence[keras.Variable], *, is_building: bool = False
) -> None:
    """Raises if variables were not made on the devices that are to train them.

    Args:
        model: The GAN.
        variables: Of networks, losses, penalties, optimizers and random generators.
        is_building: Whether more of them are about to be made.

    Raises:
        ValueError: With what to build where.
    """
    problem = backend.misplaced(model, variables, is_building=is_building)
    if problem:
        raise ValueError(problem)


def check_rules(model: keras.Model, rules: Rules) -> None:
    """Raises if networks, losses or penalties cannot be trained by the devices at hand.

    Raises:
        ValueError: If something was built for other devices; or if there are several and a loss
            gives one value for a batch, which Keras would take whole on each.
    """
    variables = [*model.variables, *flat(rules.parts)]
    check_placement(model, variables, is_building=True)
    if backend.num_shards(model) == 1 == len(backend.all_gather(0)):
        return
    scores = keras.ops.zeros((2, 1))
    objective = rules.objective
    for loss in (objective.generator_loss, objective.discriminator_loss):
        if len(loss.call(scores, scores).shape) == 0:
            raise ValueError(
                f"The loss {loss.name!r} gives one number for a batch. On several devices a loss "
                "must give one value per sample, shape (batch,), of which Keras takes the mean."
            )


def check_fit(
    model: keras.Model,
    x: Any,
    batch_size: int | None,
    num_updates: int,
    arguments: Mapping[str, Any],
) -> None:
    """Raises unless each device gets as many samples as every other, in validation too.

    Args:
        model: The GAN.
        x: Samples as the user gave them.
        batch_size: What one update sees, of arrays; None means 32.
        num_updates: Updates of the discriminator in one round.
        arguments: Further ones of `fit`.

    Raises:
        ValueError: With a size that can be divided.
    """
    check_shards(model, x, batch_size, num_updates)
    validation_size = arguments.get("validation_batch_size") or batch_size
    if arguments.get("validation_data") is not None:
        samples, *_ = keras.utils.unpack_x_y_sample_weight(arguments["validation_data"])
        check_shards(model, samples, validation_size)


def check_shards(model: keras.Model, x: Any, batch_size: int | None, num_updates: int = 1) -> None:
    """Raises unless each device gets as many samples as every other in each update.

    Of generators and data loaders, which can be read once only, nothing is known beforehand.

    Args:
        model: The GAN.
        x: Samples as the user gave them.
        batch_size: What one update sees, of arrays; None means 32.
        num_updates: Updates of the discriminator in one round.

    Raises:
        ValueError: With a size that can be divided.
    """
    _check_same_everywhere(x)
    num_shards = backend.num_shards(model)
    if num_shards == 1:
        return
    if is_array(x):
        size = batch_size or 32
        _check_size(size, 1, num_shards, "batches")
        rest = len(x) % (size * num_updates)
        _check_size(rest, num_updates, num_shards, "a last round")
    elif hasattr(x, "element_spec"):
        _check_tf_data(x, num_updates, num_shards)
    elif isinstance(x, keras.utils.PyDataset):
        for index in {0: None, x.num_batches - 1: None}:
            _check_size(len(keras.tree.flatten(x[index])[0]), 1, num_shards, "batches")


def _check_tf_data(dataset: Any, num_updates: int, num_shards: int) -> None:
    size = keras.tree.flatten(dataset.element_spec)[0].shape[0]
    if size is None:
        raise ValueError(
            f"Batches are divided among {num_shards} devices, so their size must be known. "
            "Received a tf.data.Dataset of batches of unknown size. Make them with "
            "batch(…, drop_remainder=True)."
        )
    _check_size(size, 1, num_shards, "batches")
    num_batches = int(dataset.cardinality())
    if num_batches > 0:
        _check_size(size * (num_batches % num_updates), num_updates, num_shards, "a last round")


def _check_size(size: int, minimum: int, num_shards: int, what: str) -> None:
    if size % num_shards or 0 < size < minimum * num_shards:
        raise ValueError(
            f"Each of {num_shards} devices must get as many samples of a batch as every other, "
            f"and at least {minimum}. Received {what} of {size}. Choose `batch_size` and the "
            f"number of samples as multiples of {minimum * num_shards}."
        )


def _check_same_everywhere(x: Any) -> None:
    sizes = backend.all_gather(_size(x))
    if len(set(sizes)) > 1:
        raise ValueError(
            "Every process must have as many samples as the others, or one waits for updates "
            f"in which another takes no part. Received sizes {sizes} in the processes' order. "
            "Cut all to the smallest."
        )


def _size(x: Any) -> int:
    if hasattr(x, "element_spec"):
        # Not len(), which raises where it has no end or does not tell it.
        return int(x.cardinality())
    return len(x) if hasattr(x, "__len__") else 0
