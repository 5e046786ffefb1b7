"""What keeps a discriminator's features, or its weights, in bounds."""

import dataclasses
from collections.abc import Callable

import keras

from keras_gan_losses.architectures.conditioning import Body, Wrap
from keras_gan_losses.layers import LayerNormalization, SpectralNormalization
from keras_gan_losses.registration import look_up


def small_normal() -> keras.initializers.Initializer:
    """DCGAN's initial weights, N(0, 0.02²)."""
    return keras.initializers.RandomNormal(stddev=0.02)


@dataclasses.dataclass(frozen=True)
class Normalization:
    """What a normalisation does to each layer with weights, and to each feature map."""

    wrap: Wrap = lambda layer: layer
    follow: Body = lambda features: features
    initializer: Callable[[], keras.initializers.Initializer] = small_normal


_NORMALIZATIONS = {
    "batch": Normalization(
        follow=lambda features: keras.layers.BatchNormalization(momentum=0.9)(features)
    ),
    "layer": Normalization(follow=lambda features: LayerNormalization(axis=(1, 2, 3))(features)),
    "spectral": Normalization(wrap=SpectralNormalization),
}

# The paper's small weights count on normalisation: without, scores start out almost constant.
_NO_NORMALIZATION = Normalization(initializer=keras.initializers.HeNormal)


def get_normalization(name: str | None) -> Normalization:
    """Normalisation of a name: "batch", "layer" or "spectral"; None for none.

    Example:
    >>> type(get_normalization("spectral").wrap(keras.layers.Dense(1))).__name__
    'SpectralNormalization'
    """
    return _NO_NORMALIZATION if name is None else look_up(name, _NORMALIZATIONS, "normalization")
