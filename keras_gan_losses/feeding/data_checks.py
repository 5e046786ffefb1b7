"""Checks of the data before training or evaluation starts."""

import math
from typing import Any

import keras
import numpy as np

from keras_gan_losses.game.players import NetworkSpecification, Shape


def check_data(x: Any, y: Any, specification: NetworkSpecification) -> None:
    """Raises unless the samples and labels fit the networks.

    Of arrays everything is looked at; of a `PyDataset` the first batch; of a `tf.data.Dataset`
    its specification. Generators and data loaders can be read once only and are left alone.

    Raises:
        ValueError: If the data are empty, not finite, of a wrong shape, or labelled for
            unconditional networks and the reverse.
    """
    if hasattr(x, "element_spec"):
        _check_not_empty(int(x.cardinality()))
        samples, labels = _samples_and_labels(x.element_spec)
    elif isinstance(x, keras.utils.PyDataset):
        _check_not_empty(x.num_batches)
        samples, labels = _samples_and_labels(x[0])
    elif is_array(x):
        _check_not_empty(len(x))
        samples, labels = x, y
    else:
        return
    _check_sample_shape(tuple(samples.shape), specification.sample_shape)
    _check_labels(labels, specification)
    if not hasattr(x, "element_spec"):
        _check_finite(samples)


def check_divisible(num_samples: int, batch_size: int, discriminator_steps: int) -> None:
    """Raises if the last round would have fewer samples than discriminator updates.

    Raises:
        ValueError: With the number of samples to leave out.
    """
    rest = num_samples % (batch_size * discriminator_steps)
    if 0 < rest < discriminator_steps:
        raise ValueError(
            f"{num_samples} samples in rounds of discriminator_steps × batch_size = "
            f"{discriminator_steps} × {batch_size} leave a last batch of {rest}, which cannot be "
            f"divided among {discriminator_steps} discriminator updates. Leave out {rest} "
            "samples, or use another `batch_size`."
        )


def unreachable_range(x: Any) -> str | None:
    """Range of samples that a generator which ends in tanh can never make, in words.

    Returns:
        None if all is well, or nothing is known.
    """
    dtype = getattr(x, "dtype", None)
    if hasattr(x, "element_spec"):
        dtype = _samples_and_labels(x.element_spec)[0].dtype.as_numpy_dtype
    if dtype is None:
        return None
    if keras.backend.standardize_dtype(dtype) == "uint8":
        return "uint8 values from 0 to 255"
    if is_array(x):
        values = keras.ops.convert_to_numpy(x)
        if values.min() < -1.001 or values.max() > 1.001:
            return f"values from {values.min():g} to {values.max():g}"
    return None


def is_array(x: Any) -> bool:
    """Whether data are one array or tensor in memory."""
    return hasattr(x, "shape") and hasattr(x, "dtype") and hasattr(x, "__len__")


def _samples_and_labels(batch: Any) -> tuple[Any, Any]:
    samples, labels, weights = keras.utils.unpack_x_y_sample_weight(batch)
    if weights is not None:
        refuse_weights()
    return samples, labels


def refuse_weights() -> None:
    """Raises, because weights of samples have no one meaning for two players.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        "`sample_weight` and `class_weight` are not supported: a generated sample has no weight "
        "of its own. Draw the more important samples more often instead."
    )


def _check_not_empty(size: int) -> None:
    if size == 0:
        raise ValueError("The data are empty: expected at least one sample. Received none.")


def _check_sample_shape(shape: Shape, expected: Shape) -> None:
    fits = len(shape) == len(expected) + 1 and all(
        wanted is None or size is None or wanted == size
        for wanted, size in zip(expected, shape[1:], strict=True)
    )
    if not fits:
        raise ValueError(
            f"The networks make and score samples of shape {expected}, so data must have the "
            f"shape (batch, {', '.join(map(str, expected))}). Received data of shape {shape}. "
            "Reshape the data, batch the data set, or build networks for this shape."
        )


def _check_labels(labels: Any, specification: NetworkSpecification) -> None:
    label = specification.label
    if labels is not None and label is None:
        raise ValueError(
            "Labels came with the data, but the networks take none. Leave out `y`, or build "
            "conditional networks, whose inputs are [latents, labels] and [samples, labels]."
        )
    if labels is None and label is not None:
        raise ValueError(
            "The networks are conditional, but no labels came with the data. Pass them as `y`, "
            "or as the second element of each batch."
        )
    if label is None:
        return
    received = tuple(labels.shape[1:])
    if None not in (*received, *label.shape) and math.prod(received) != math.prod(label.shape):
        raise ValueError(
            f"The networks take labels of shape {label.shape} each. Received labels of shape "
            f"{received} each. Use class indices, or build the networks for this shape."
        )


def _check_finite(samples: Any) -> None:
    values = keras.ops.convert_to_numpy(samples)
    # A sum is not finite if a value is not, and needs no array of flags.
    if not np.isfinite(np.sum(values, dtype="float64")):
        raise ValueError(
            "The data hold NaN or infinite values, which would destroy both networks' weights. "
            "Remove or replace them."
        )
