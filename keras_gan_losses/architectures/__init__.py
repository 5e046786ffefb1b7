"""Ready pairs of generator and discriminator; any other two Keras models do as well."""

from keras_gan_losses.architectures.dcgan import dcgan
from keras_gan_losses.architectures.mlp import mlp

__all__ = ["dcgan", "mlp"]
