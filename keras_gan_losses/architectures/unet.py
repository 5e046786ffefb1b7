"""U-Net that translates images of one kind into images of another."""

import keras

from keras_gan_losses.architectures.conditioning import build_translator
from keras_gan_losses.architectures.normalization import instance_normalization, small_normal
from keras_gan_losses.architectures.resolution import as_image_pair, check_halvings
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count, check_number

# Channels stop growing at this multiple of `width`, and halvings at this number.
_GREATEST_MULTIPLE = 8
_GREATEST_DEPTH = 8
# Layers after the smallest feature maps that drop out units.
_NUM_DROPPED = 3


def unet_generator(
    image_shape: tuple[int, int, int],
    condition_shape: tuple[int, int, int] | None = None,
    *,
    width: int = 64,
    depth: int | None = None,
    dropout: float = 0.5,
) -> keras.Model:
    """Generator that translates an image into another of the same resolution, that of pix2pix.

    Choose it where the edges of both images lie in the same places: sketches to photographs, maps
    to aerial views, grey to colour. Strided 4×4 convolutions halve the resolution, transposed ones
    double it again, and each of these also gets the features of its own resolution on the way
    down, so that details need not pass the smallest feature maps. Initial weights are
    N(0, 0.02²), as in the paper. Instance normalisation stands where the paper has batch
    normalisation: it is the same at the paper's batch size of 1, and images of a larger batch do
    not depend on each other.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels of what it makes, in [-1, 1]. Both sides must be
            multiples of 2 ** depth.
        condition_shape: Height, width and channels of what it translates; both sides are those
            of the image. Defaults to `image_shape`.
        width: Channels next to the image; they double with each halving, up to 8 × `width`.
            Defaults to 64.
        depth: How often the resolution is halved, at least 1. Defaults to None, for as often as
            both sides halve evenly, 8 times at most: 256 pixels to 1, 28 to 7.
        dropout: Part of the units left out in the first three layers that double, from 0 to 1
            exclusive. It is the network's only noise, and only in training. 0 leaves it away.
            Defaults to 0.5, as in the paper.

    Returns:
        Generator from conditions `(batch, *condition_shape)`, without latents, to images
        `(batch, *image_shape)`.

    Raises:
        ValueError: If a side does not halve `depth` times, the sides of the two shapes differ, or
            a size is not a whole number of at least 1.

    Example:
    >>> unet_generator((64, 64, 3), (64, 64, 1), width=4).output_shape
    (None, 64, 64, 3)

    Reference:
        Isola et al., Image-to-Image Translation with Conditional Adversarial Networks,
        arXiv:1611.07004.
        Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation,
        arXiv:1505.04597.
    """
    image_shape, condition_shape = as_image_pair(image_shape, condition_shape)
    check_count("width", width, advice="Use 64, or 16 for a quick try.")
    check_number("dropout", dropout, minimum=0.0, maximum=0.99, advice="Use 0.5, or 0.0 for none.")
    depth = _greatest_depth(image_shape) if depth is None else depth
    check_count("depth", depth, advice="Use None for as many halvings as the sides allow.")
    check_halvings(image_shape, depth, least=1, advice="Pad, crop or resize the images.")
    # Next to the image first.
    channels = [width * min(2**level, _GREATEST_MULTIPLE) for level in range(depth)]
    return build_translator(
        lambda condition: _images(_halved(condition, channels), image_shape[2], dropout),
        condition_shape,
    )


def _greatest_depth(image_shape: tuple[int, int, int]) -> int:
    depths = [
        n for n in range(1, _GREATEST_DEPTH + 1) if not any(s % 2**n for s in image_shape[:2])
    ]
    return max(depths, default=1)


def _halved(images: Tensor, channels: list[int]) -> list[Tensor]:
    """Features of each resolution, the largest first."""
    maps: list[Tensor] = []
    for level, filters in enumerate(channels):
        # The smallest maps may be of one pixel, of which normalisation would leave nothing.
        is_normalized = 0 < level < len(channels) - 1
        hidden = keras.layers.LeakyReLU(negative_slope=0.2)(maps[-1]) if maps else images
        hidden = keras.layers.Conv2D(
            filters,
            4,
            strides=2,
            padding="same",
            use_bias=not is_normalized,
            kernel_initializer=small_normal(),
        )(hidden)
        maps.append(instance_normalization(hidden) if is_normalized else hidden)
    return maps


def _images(maps: list[Tensor], channels: int, dropout: float) -> Tensor:
    """Images before their tanh, from features of each resolution."""
    *skipped, hidden = maps
    for index, skip in enumerate(reversed(skipped)):
        hidden = instance_normalization(_doubled(hidden, skip.shape[-1], use_bias=False))
        if dropout > 0 and index < _NUM_DROPPED:
            hidden = keras.layers.Dropout(dropout)(hidden)
        hidden = keras.layers.Concatenate()([hidden, skip])
    return _doubled(hidden, channels)


def _doubled(features: Tensor, filters: int, *, use_bias: bool = True) -> Tensor:
    return keras.layers.Conv2DTranspose(
        filters,
        4,
        strides=2,
        padding="same",
        use_bias=use_bias,
        kernel_initializer=small_normal(),
    )(keras.layers.ReLU()(features))
