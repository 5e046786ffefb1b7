"""Numbers that change while training: constants, or Keras's schedules."""

from typing import TypeAlias

from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan_losses.types import Size, Tensor
from keras_gan_losses.validation import check_number

Schedule: TypeAlias = LearningRateSchedule
"""What changes a number with the updates."""

Weight: TypeAlias = float | Schedule
"""A number, or one that changes with the updates."""


def check_weight(name: str, value: Weight, *, advice: str) -> None:
    """Raises unless a weight is a schedule, or a number of at least 0.

    Raises:
        ValueError: With what it is.
    """
    if not isinstance(value, LearningRateSchedule):
        check_number(name, value, minimum=0.0, advice=advice)


def weight_at(weight: Weight, iteration: Size) -> Tensor | float:
    """The number that a weight is after so many updates.

    Args:
        weight: A number, or a schedule.
        iteration: How many updates there have been.

    Example:
    >>> import keras
    >>> ramp = keras.optimizers.schedules.PolynomialDecay(0.0, 10, end_learning_rate=1.0)
    >>> float(weight_at(ramp, 5)), weight_at(0.5, 5)
    (0.5, 0.5)
    """
    if isinstance(weight, LearningRateSchedule):
        return ops.cast(weight(iteration), "float32")
    return weight


def begun(start: int, iteration: Size) -> Tensor:
    """1 from the round or update `start` on, and 0 before it."""
    return ops.cast(iteration >= start, "float32")
