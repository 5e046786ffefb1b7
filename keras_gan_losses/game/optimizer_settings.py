"""A player's optimizer: what may be given as one, and what is kept of it."""

from collections.abc import Mapping
from typing import TypeAlias

import keras

from keras_gan_losses.types import Config, OptimizerLike

Optimizer: TypeAlias = keras.optimizers.Optimizer


def keras_optimizer(identifier: OptimizerLike, argument: str) -> Optimizer:
    """The optimizer that is meant.

    Args:
        identifier: An optimizer, or the name of one.
        argument: Where it was given, for the error.

    Raises:
        ValueError: If it is none.
    """
    try:
        found = keras.optimizers.get(identifier)
        # What Keras makes of None.
        if found is None:
            raise TypeError("None")
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"`{argument}` must be a Keras optimizer or the name of one, such as 'adam'. "
            f"Received: {identifier!r}."
        ) from error
    return found


def scaled(optimizer: Optimizer, *networks: keras.Model) -> Optimizer:
    """The optimizer, with loss scaling around it where a network computes in float16."""
    is_scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if is_scaled or all(each.dtype_policy.name != "mixed_float16" for each in networks):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer, name=f"scaled_{optimizer.name}")


def rate_of(optimizer: Optimizer) -> float:
    """The learning rate that an optimizer has now."""
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def with_rate(settings: Config, rate: float) -> Config:
    """Settings with that learning rate, unless it has a schedule, which training leaves alone."""
    has_schedule = isinstance(settings.get("learning_rate"), Mapping)
    return dict(settings) if has_schedule else {**settings, "learning_rate": rate}
