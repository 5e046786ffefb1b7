"""The GAN as one Keras model, and what it needs to look like one."""

from keras_gan_losses.models.gan import GAN

__all__ = ["GAN"]
