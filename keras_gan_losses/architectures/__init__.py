"""Ready networks, in pairs and alone; any other two Keras models do as well."""

from keras_gan_losses.architectures.convolutional_1d import convolutional_1d
from keras_gan_losses.architectures.dcgan import dcgan
from keras_gan_losses.architectures.mlp import mlp
from keras_gan_losses.architectures.multi_scale import multi_scale
from keras_gan_losses.architectures.patch import patch_discriminator
from keras_gan_losses.architectures.r3gan import r3gan
from keras_gan_losses.architectures.resnet import resnet
from keras_gan_losses.architectures.tabular import tabular
from keras_gan_losses.architectures.translation import translation_generator
from keras_gan_losses.architectures.unet import unet_generator

__all__ = [
    "convolutional_1d",
    "dcgan",
    "mlp",
    "multi_scale",
    "patch_discriminator",
    "r3gan",
    "resnet",
    "tabular",
    "translation_generator",
    "unet_generator",
]
