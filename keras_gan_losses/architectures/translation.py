"""Residual generator that translates images of one kind into images of another."""

import keras

from keras_gan_losses.architectures.conditioning import build_translator
from keras_gan_losses.architectures.normalization import instance_normalization, small_normal
from keras_gan_losses.architectures.resolution import as_image_pair, check_halvings
from keras_gan_losses.layers import ReflectionPadding
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count


def translation_generator(
    image_shape: tuple[int, int, int],
    condition_shape: tuple[int, int, int] | None = None,
    *,
    width: int = 64,
    num_blocks: int = 9,
) -> keras.Model:
    """Residual generator from an image to another of the same resolution, that of CycleGAN.

    Choose it where the style changes and the scene stays: horses to zebras, summer to winter,
    days to nights. A 7×7 convolution and two that halve the resolution lead to residual blocks
    at a quarter of it, and two that double it and a 7×7 convolution lead back. Edges are
    mirrored instead of padded with zeros, instance normalisation follows every convolution but
    the last, and initial weights are N(0, 0.02²), all as in the paper. Only the kernels that
    double are 4×4, which cover all pixels alike, where the paper's are 3×3.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels of what it makes, in [-1, 1]. Both sides must be
            multiples of 4, at least 8.
        condition_shape: Height, width and channels of what it translates; both sides are those
            of the image. Defaults to `image_shape`.
        width: Channels next to the image; the blocks have 4 × `width`. Defaults to 64.
        num_blocks: Residual blocks, at least 1. The paper has 6 for 128 pixels and 9 for 256 and
            more. Defaults to 9.

    Returns:
        Generator from conditions `(batch, *condition_shape)`, without latents, to images
        `(batch, *image_shape)`.

    Raises:
        ValueError: If a side is no multiple of 4 or below 8, the sides of the two shapes differ,
            or a size is not a whole number of at least 1.

    Example:
    >>> translation_generator((32, 32, 3), width=4, num_blocks=2).output_shape
    (None, 32, 32, 3)

    Reference:
        Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
        Networks, arXiv:1703.10593.
        Johnson et al., Perceptual Losses for Real-Time Style Transfer and Super-Resolution,
        arXiv:1603.08155.
    """
    image_shape, condition_shape = as_image_pair(image_shape, condition_shape)
    check_halvings(image_shape, 2, least=2, advice="Pad, crop or resize the images.")
    check_count("width", width, advice="Use 64, or 16 for a quick try.")
    check_count("num_blocks", num_blocks, advice="Use 9, or 6 for images up to 128 pixels.")

    def body(condition: Tensor) -> Tensor:
        hidden = _activated(_mirrored_convolution(condition, width, 7))
        for filters in (2 * width, 4 * width):
            hidden = _activated(_resampled(keras.layers.Conv2D, hidden, filters, 3))
        for _ in range(num_blocks):
            hidden = _block(hidden)
        for filters in (2 * width, width):
            hidden = _activated(_resampled(keras.layers.Conv2DTranspose, hidden, filters, 4))
        return _mirrored_convolution(hidden, image_shape[2], 7, use_bias=True)

    return build_translator(body, condition_shape)


def _activated(features: Tensor) -> Tensor:
    return keras.layers.ReLU()(instance_normalization(features))


def _mirrored_convolution(
    features: Tensor, filters: int, size: int, *, use_bias: bool = False
) -> Tensor:
    """Convolution that keeps the resolution by mirroring the edges."""
    return keras.layers.Conv2D(filters, size, use_bias=use_bias, kernel_initializer=small_normal())(
        ReflectionPadding(size // 2)(features)
    )


def _resampled(kind: type[keras.layers.Layer], features: Tensor, filters: int, size: int) -> Tensor:
    """Convolution to half of the resolution, or to twice."""
    return kind(
        filters,
        size,
        strides=2,
        padding="same",
        use_bias=False,
        kernel_initializer=small_normal(),
    )(features)


def _block(features: Tensor) -> Tensor:
    """Two convolutions whose result is added to their input."""
    filters = features.shape[-1]
    hidden = _activated(_mirrored_convolution(features, filters, 3))
    hidden = instance_normalization(_mirrored_convolution(hidden, filters, 3))
    return keras.layers.Add()([features, hidden])
