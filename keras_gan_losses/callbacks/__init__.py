"""Callbacks for training that lasts: exact resumption, and guards against divergence."""

from keras_gan_losses.callbacks.checkpoint import Checkpoint
from keras_gan_losses.callbacks.divergence_guard import DivergenceGuard

__all__ = ["Checkpoint", "DivergenceGuard"]
