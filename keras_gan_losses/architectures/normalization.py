"""What keeps a discriminator's features, or its weights, in bounds."""

import dataclasses
from collections.abc import Callable

import keras

from keras_gan_losses.architectures.conditioning import Body, Wrap
from keras_gan_losses.layers import LayerNormalization, SpectralNormalization
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Tensor


def small_normal() -> keras.initializers.Initializer:
    """DCGAN's initial weights, N(0, 0.02²)."""
    return keras.initializers.RandomNormal(stddev=0.02)


@dataclasses.dataclass(frozen=True)
class Normalization:
    """What a normalisation does to each layer with weights, and to each feature map."""

    wrap: Wrap = lambda layer: layer
    follow: Body = lambda features: features
    # Whether it takes away what a bias of the layer before it adds.
    cancels_bias: bool = False
    initializer: Callable[[], keras.initializers.Initializer] = small_normal


def instance_normalization(features: Tensor) -> Tensor:
    """Each channel of each sample at zero mean and unit variance, with nothing learned.

    Keras's own, `GroupNormalization(groups=-1)`, has wrong second derivatives on TensorFlow.
    """
    axes = tuple(range(1, len(features.shape) - 1))
    return LayerNormalization(axis=axes, epsilon=1e-5, center=False, scale=False)(features)


_NORMALIZATIONS = {
    "batch": Normalization(
        follow=lambda features: keras.layers.BatchNormalization(momentum=0.9)(features),
        cancels_bias=True,
    ),
    "instance": Normalization(follow=instance_normalization, cancels_bias=True),
    "layer": Normalization(follow=lambda features: LayerNormalization(axis=(1, 2, 3))(features)),
    "spectral": Normalization(wrap=SpectralNormalization),
}

# The paper's small weights count on normalisation: without, scores start out almost constant.
_NO_NORMALIZATION = Normalization(initializer=keras.initializers.HeNormal)


def get_normalization(name: str | None) -> Normalization:
    """Normalisation of a name: "batch", "instance", "layer" or "spectral"; None for none.

    Example:
    >>> type(get_normalization("spectral").wrap(keras.layers.Dense(1))).__name__
    'SpectralNormalization'
    """
    return _NO_NORMALIZATION if name is None else look_up(name, _NORMALIZATIONS, "normalization")
