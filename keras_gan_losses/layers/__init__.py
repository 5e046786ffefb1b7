"""Layers that players need and that Keras has not, or has only inexactly."""

from keras_gan_losses.layers.fade_in import FadeIn
from keras_gan_losses.layers.grouped_convolution import GroupedConvolution
from keras_gan_losses.layers.gumbel_softmax import GumbelSoftmax
from keras_gan_losses.layers.layer_normalization import LayerNormalization
from keras_gan_losses.layers.packing import Packing
from keras_gan_losses.layers.reflection_padding import ReflectionPadding
from keras_gan_losses.layers.slicing_dense import SlicingDense
from keras_gan_losses.layers.spectral_normalization import SpectralNormalization

__all__ = [
    "FadeIn",
    "GroupedConvolution",
    "GumbelSoftmax",
    "LayerNormalization",
    "Packing",
    "ReflectionPadding",
    "SlicingDense",
    "SpectralNormalization",
]
