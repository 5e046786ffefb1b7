"""Ready pairs of generator and discriminator; any other two Keras models do as well."""

from keras_gan_losses.architectures.dcgan import dcgan
from keras_gan_losses.architectures.mlp import mlp
from keras_gan_losses.architectures.resnet import resnet

__all__ = ["dcgan", "mlp", "resnet"]
