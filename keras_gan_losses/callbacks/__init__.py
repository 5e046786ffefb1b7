"""Callbacks that show what training does, keep it on its way, and let it last."""

from keras_gan_losses.callbacks.checkpoint import Checkpoint
from keras_gan_losses.callbacks.collapse_monitor import CollapseMonitor
from keras_gan_losses.callbacks.divergence_guard import DivergenceGuard
from keras_gan_losses.callbacks.equilibrium_monitor import EquilibriumMonitor
from keras_gan_losses.callbacks.live_progress import LiveProgress
from keras_gan_losses.callbacks.sample_pictures import SamplePictures

__all__ = [
    "Checkpoint",
    "CollapseMonitor",
    "DivergenceGuard",
    "EquilibriumMonitor",
    "LiveProgress",
    "SamplePictures",
]
