"""Checks with which losses, penalties and augmentations of your own are tested in a few lines.

Each raises an AssertionError that says what is wrong, and works on every backend.
"""

from keras_gan_losses.testing.augmentation_checks import (
    check_augmentation,
    check_augmentation_changes,
)
from keras_gan_losses.testing.loss_checks import (
    check_loss,
    check_loss_extremes,
    check_loss_gradients,
    check_loss_values,
)
from keras_gan_losses.testing.loss_conventions import (
    check_loss_reductions,
    check_loss_serialization,
    check_loss_uses_real_scores,
)
from keras_gan_losses.testing.penalty_checks import (
    check_penalty,
    check_penalty_precision,
    check_penalty_values,
    check_penalty_zero_gradient,
)
from keras_gan_losses.testing.penalty_conventions import (
    check_penalty_serialization,
    check_penalty_uses_gradient,
)
from keras_gan_losses.testing.penalty_gradients import check_penalty_gradients

__all__ = [
    "check_augmentation",
    "check_augmentation_changes",
    "check_loss",
    "check_loss_extremes",
    "check_loss_gradients",
    "check_loss_reductions",
    "check_loss_serialization",
    "check_loss_uses_real_scores",
    "check_loss_values",
    "check_penalty",
    "check_penalty_gradients",
    "check_penalty_precision",
    "check_penalty_serialization",
    "check_penalty_uses_gradient",
    "check_penalty_values",
    "check_penalty_zero_gradient",
]
