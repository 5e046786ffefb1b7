"""Pictures of samples, losses and training: arrays in, matplotlib figure out, nothing written."""

from keras_gan_losses.plots.dirac_trajectories import dirac_trajectories
from keras_gan_losses.plots.discriminator_surface import discriminator_surface
from keras_gan_losses.plots.loss_landscape import loss_landscape
from keras_gan_losses.plots.sample_grid import sample_grid
from keras_gan_losses.plots.scatter import scatter
from keras_gan_losses.plots.score_histogram import score_histogram
from keras_gan_losses.plots.signals import signals
from keras_gan_losses.plots.training_curves import training_curves

__all__ = [
    "dirac_trajectories",
    "discriminator_surface",
    "loss_landscape",
    "sample_grid",
    "scatter",
    "score_histogram",
    "signals",
    "training_curves",
]
