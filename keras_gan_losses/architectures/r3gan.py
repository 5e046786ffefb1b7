"""Residual generator and discriminator without normalisation, those of R3GAN."""

import math

import keras

from keras_gan_losses.architectures.conditioning import (
    Body,
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.architectures.resolution import as_image_shape, halvings
from keras_gan_losses.layers import GroupedConvolution
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# Up to this side feature maps have all channels; with each doubling beyond, half of them.
_SIDE_OF_ALL_CHANNELS = 32
_CHANNELS_IN_GROUP = 16
_SLOPE = 0.2
# By it leaky ReLU keeps the second moment of a normal number.
_GAIN = math.sqrt(2.0 / (1.0 + _SLOPE**2))


def r3gan(
    image_shape: tuple[int, int, int],
    latent_dim: int,
    *,
    width: int = 768,
    num_blocks: int = 2,
    num_classes: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Residual generator and discriminator without normalisation, those of R3GAN.

    Choose it for images of 32 to 256 pixels, with the objective `"r3gan"`, whose penalties keep
    such networks stable. Each resolution has `num_blocks` residual blocks x + c₃(σ(c₂(σ(c₁(x)))))
    of a 1×1 convolution to twice the channels, a 3×3 one in groups of 16 channels and a 1×1 one
    back, σ the leaky ReLU of slope 0.2. Between resolutions stands bilinear interpolation with the
    weights (1, 3, 3, 1), and a 1×1 convolution where the number of channels changes. The generator
    begins with a learned map of the smallest resolution for each channel, weighted by a linear
    function of the latents; the discriminator ends with one such map for each channel.

    Initial weights are those of the paper: of variance gain² / inputs, where c₁ and c₂ have the
    gain √(2 / 1.04) · n^(−1/4) for n blocks in the network, and c₃ begins at zero, so that every
    block is at first the identity.

    Nothing bounds the generator's output, as in the paper: clip images to [−1, 1] to show them.
    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels, as in `dcgan`.
        latent_dim: Number of latents, at least 1; the paper has 64.
        width: Channels of feature maps up to 32 pixels; with each doubling beyond they halve.
            Defaults to 768, as in the paper; 64 is a size for trying out on a CPU.
        num_blocks: Residual blocks at each resolution, at least 1. Defaults to 2, as in the paper.
        num_classes: Number of classes, for a pair that is conditional on labels, as in `dcgan`.
            Defaults to None.

    Returns:
        `(generator, discriminator)`. The generator maps latents `(batch, latent_dim)` to images
        `(batch, *image_shape)`, the discriminator maps those to raw scores `(batch, 1)`. With
        classes they take `[latents, labels]` and `[images, labels]`, labels of shape `(batch,)`.

    Raises:
        ValueError: If the resolution cannot be made by doubling a small one, or a size is not a
            whole number of at least 1.

    Example:
    >>> generator, discriminator = r3gan((32, 32, 3), 16, width=8)
    >>> generator.output_shape, discriminator.output_shape
    ((None, 32, 32, 3), (None, 1))

    Reference:
        Huang et al., The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441.
    """
    image_shape = as_image_shape(image_shape)
    check_players(image_shape, latent_dim, num_classes, name="image_shape")
    check_count("width", width, advice="Use 768, or 64 for a quick try.")
    check_count("num_blocks", num_blocks, advice="The paper has 2.")
    start, doublings = halvings(image_shape[:2])
    sides = [min(start) * 2**level for level in range(doublings + 1)]
    channels = [_channels(side, width) for side in sides]
    gain = _GAIN * (num_blocks * len(sides)) ** -0.25

    def blocks(features: Tensor) -> Tensor:
        for _ in range(num_blocks):
            features = _block(features, gain)
        return features

    generator = build_generator(
        lambda latents: _images(latents, start, channels, blocks, image_shape[2]),
        latent_dim,
        num_classes=num_classes,
        output_activation="linear",
    )
    discriminator = build_discriminator(
        lambda images: _features(images, channels[::-1], blocks),
        image_shape,
        num_classes=num_classes,
        initializer=_scaled(1.0),
    )
    return generator, discriminator


def _channels(side: int, width: int) -> int:
    return max(width * _SIDE_OF_ALL_CHANNELS // max(side, _SIDE_OF_ALL_CHANNELS), 1)


def _scaled(gain: float) -> keras.initializers.Initializer:
    """Weights that bring inputs of second moment 1 to the second moment gain²."""
    return keras.initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal")


def _mixed(
    features: Tensor, filters: int, initializer: keras.initializers.Initializer, *, use_bias: bool
) -> Tensor:
    """The channels of each pixel, mixed into others."""
    return keras.layers.Conv2D(filters, 1, use_bias=use_bias, kernel_initializer=initializer)(
        features
    )


def _block(features: Tensor, gain: float) -> Tensor:
    channels = features.shape[-1]
    expanded = 2 * channels
    groups = expanded // math.gcd(expanded, _CHANNELS_IN_GROUP)
    hidden = _mixed(features, expanded, _scaled(gain), use_bias=True)
    hidden = keras.layers.LeakyReLU(negative_slope=_SLOPE)(hidden)
    hidden = GroupedConvolution(expanded, groups, kernel_initializer=_scaled(gain))(hidden)
    hidden = keras.layers.LeakyReLU(negative_slope=_SLOPE)(hidden)
    hidden = _mixed(hidden, channels, keras.initializers.Zeros(), use_bias=False)
    return keras.layers.Add()([features, hidden])


def _matched(features: Tensor, filters: int) -> Tensor:
    """The features, mixed into so many channels if they have others."""
    if features.shape[-1] == filters:
        return features
    return _mixed(features, filters, _scaled(1.0), use_bias=False)


def _smoothed(features: Tensor) -> Tensor:
    """Each pixel averaged with its neighbours, with weights 1, 2, 1 along both axes.

    Keras's bilinear interpolation lets no gradient penalty through on TensorFlow.
    """
    padded = keras.layers.ZeroPadding2D(1)(features)
    halfway = keras.layers.AveragePooling2D(2, strides=1)(padded)
    return keras.layers.AveragePooling2D(2, strides=1)(halfway)


def _images(
    latents: Tensor, start: tuple[int, int], channels: list[int], blocks: Body, last: int
) -> Tensor:
    """Images; `channels` go from the smallest feature maps to the largest."""
    weights = keras.layers.Dense(channels[0], use_bias=False, kernel_initializer=_scaled(1.0))(
        latents
    )
    maps = keras.layers.EinsumDense(
        "bc,hwc->bhwc",
        output_shape=(*start, channels[0]),
        kernel_initializer=keras.initializers.RandomNormal(stddev=1.0),
    )(weights)
    hidden = blocks(maps)
    for filters in channels[1:]:
        hidden = keras.layers.UpSampling2D()(_matched(hidden, filters))
        hidden = blocks(_smoothed(hidden))
    return _mixed(hidden, last, _scaled(1.0), use_bias=False)


def _features(images: Tensor, channels: list[int], blocks: Body) -> Tensor:
    """One number for each channel; `channels` go from the largest feature maps to the smallest."""
    hidden = blocks(_mixed(images, channels[0], _scaled(1.0), use_bias=False))
    for filters in channels[1:]:
        hidden = keras.layers.AveragePooling2D(2)(_smoothed(hidden))
        hidden = blocks(_matched(hidden, filters))
    pixels = math.prod(hidden.shape[1:3])
    return keras.layers.EinsumDense(
        "bhwc,hwc->bc",
        output_shape=(channels[-1],),
        kernel_initializer=keras.initializers.RandomNormal(stddev=pixels**-0.5),
    )(hidden)
