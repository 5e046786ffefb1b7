"""Where games go that are small enough to be solved: which losses and penalties settle them."""

from keras_gan_losses.convergence.dirac_game import DiracGame

__all__ = ["DiracGame"]
