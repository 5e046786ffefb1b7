"""The classes of conditional samples."""

import math
from collections.abc import Mapping

from keras import ops

from keras_gan_losses.types import Condition, Tensor


def class_indices(condition: Condition | None) -> Tensor:
    """Class of each sample, shape `(batch,)`, int32.

    Args:
        condition: The labels, or several conditions of which one is called "label".

    Raises:
        ValueError: If there are none, or they are not one class index each.

    Example:
    >>> ops.convert_to_numpy(class_indices({"label": [[2.0], [0.0]], "mask": None})).tolist()
    [2, 0]
    """
    labels = labels_of(condition)
    sizes = tuple(labels.shape[1:])
    if None not in sizes and math.prod(sizes) != 1:
        raise ValueError(
            "A penalty of classes needs one class index for each sample, shape (batch,). Received "
            f"labels of shape {tuple(labels.shape)}. Of one-hot labels take the argmax."
        )
    return ops.cast(ops.reshape(labels, (-1,)), "int32")


def labels_of(condition: Condition | None) -> Tensor:
    """The condition, or its part "label" where there are several.

    Raises:
        ValueError: If there is none.
    """
    labels = condition
    if isinstance(condition, Mapping):
        labels = condition.get("label") if len(condition) > 1 else next(iter(condition.values()))
    if labels is None:
        raise ValueError(
            "A penalty of classes needs the samples' labels. Received none. Use a generator of "
            "[latents, labels], and pass the labels as `y` to `fit`; among several conditions "
            "they are called 'label'."
        )
    return ops.convert_to_tensor(labels)
