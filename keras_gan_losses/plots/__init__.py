"""Pictures of what a generator makes: arrays in, matplotlib figure out, nothing written."""

from keras_gan_losses.plots.sample_grid import sample_grid
from keras_gan_losses.plots.scatter import scatter

__all__ = ["sample_grid", "scatter"]
