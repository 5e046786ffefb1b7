"""Residual generator and discriminator for images of many resolutions."""

import math

import keras

from keras_gan_losses.architectures.conditioning import (
    Body,
    Wrap,
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.architectures.normalization import get_normalization
from keras_gan_losses.architectures.resolution import as_image_shape, halvings
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# Where the paper's discriminator for 32 × 32 stops halving.
_LEAST_FEATURE_SIDE = 8


def resnet(
    image_shape: tuple[int, int, int],
    latent_dim: int,
    *,
    width: int = 128,
    normalization: str | None = "spectral",
    num_classes: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Residual generator and discriminator for images in [-1, 1], those of SNGAN.

    Choose it over `dcgan` for colour images of 32 pixels and more, where its quality is worth
    several times the cost. The generator doubles the resolution block by block up to the
    image's, with batch normalisation; the discriminator halves it block by block while the
    smaller side is above 8, goes on with two blocks at that resolution, and sums its features
    over the image before the score. Each block adds two 3×3 convolutions to its own input.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels, as in `dcgan`.
        latent_dim: Number of latents, at least 1.
        width: Channels of the discriminator; the generator has twice as many. Defaults to 128,
            as in the paper; 32 is a size for trying out on a CPU.
        normalization: The discriminator's: "spectral" (as in the paper), "layer", "instance",
            "batch" or None. With the last two mind what `dcgan` says of them. Defaults to
            "spectral".
        num_classes: Number of classes, for a pair that is conditional on labels, as in `dcgan`.
            Defaults to None.

    Returns:
        `(generator, discriminator)`. The generator maps latents `(batch, latent_dim)` to images
        `(batch, *image_shape)`, the discriminator maps those to raw scores `(batch, 1)`. With
        classes they take `[latents, labels]` and `[images, labels]`, labels of shape `(batch,)`.

    Raises:
        ValueError: If the resolution cannot be made by doubling a small one, a size is not a
            whole number of at least 1, or there is no such normalization.

    Example:
    >>> generator, discriminator = resnet((32, 32, 3), 16, width=8)
    >>> generator.output_shape, discriminator.output_shape
    ((None, 32, 32, 3), (None, 1))

    Reference:
        Miyato et al., Spectral Normalization for Generative Adversarial Networks,
        arXiv:1802.05957, tables 3 and 4.
    """
    image_shape = as_image_shape(image_shape)
    check_players(image_shape, latent_dim, num_classes, name="image_shape")
    check_count("width", width, advice="Use 128, or 32 for a quick try.")
    start, doublings = halvings(image_shape[:2])
    chosen = get_normalization(normalization)
    generator = build_generator(
        lambda latents: _images(latents, start, doublings, 2 * width, image_shape[2]),
        latent_dim,
        num_classes=num_classes,
        output_activation="tanh",
    )
    discriminator = build_discriminator(
        lambda images: _features(images, width, chosen.wrap, chosen.follow),
        image_shape,
        num_classes=num_classes,
        wrap=chosen.wrap,
    )
    return generator, discriminator


def _convolution(filters: int, size: int = 3) -> keras.layers.Layer:
    return keras.layers.Conv2D(filters, size, padding="same")


def _images(
    latents: Tensor, start: tuple[int, int], doublings: int, filters: int, channels: int
) -> Tensor:
    """Images before their tanh."""
    hidden = keras.layers.Dense(math.prod(start) * filters)(latents)
    hidden = keras.layers.Reshape((*start, filters))(hidden)
    for _ in range(doublings):
        hidden = _doubled(hidden, filters)
    return _convolution(channels)(_normalized_relu(hidden))


def _normalized_relu(features: Tensor) -> Tensor:
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(features))


def _doubled(features: Tensor, filters: int) -> Tensor:
    """One block of the generator, of twice the resolution."""
    hidden = keras.layers.UpSampling2D()(_normalized_relu(features))
    hidden = _convolution(filters)(hidden)
    hidden = _convolution(filters)(_normalized_relu(hidden))
    # A 1×1 convolution and nearest neighbours commute, and before them it costs a quarter.
    shortcut = keras.layers.UpSampling2D()(_convolution(filters, 1)(features))
    return keras.layers.Add()([hidden, shortcut])


def _features(images: Tensor, filters: int, wrap: Wrap, follow: Body) -> Tensor:
    """Features summed over the image."""
    hidden = _first_block(images, filters, wrap, follow)
    while min(hidden.shape[1:3]) > _LEAST_FEATURE_SIDE:
        hidden = _halved(_block(hidden, filters, wrap, follow))
    for _ in range(2):
        hidden = _block(hidden, filters, wrap, follow)
    hidden = keras.layers.ReLU()(hidden)
    pooled = keras.layers.GlobalAveragePooling2D()(hidden)
    # The paper sums; the average alone would start with scores near zero.
    return keras.layers.Rescaling(float(math.prod(hidden.shape[1:3])))(pooled)


def _halved(features: Tensor) -> Tensor:
    return keras.layers.AveragePooling2D(pool_size=2)(features)


def _first_block(images: Tensor, filters: int, wrap: Wrap, follow: Body) -> Tensor:
    """Block without activation before it, because images are no features."""
    hidden = keras.layers.ReLU()(wrap(_convolution(filters))(images))
    hidden = follow(wrap(_convolution(filters))(hidden))
    shortcut = wrap(_convolution(filters, 1))(_halved(images))
    return keras.layers.Add()([_halved(hidden), shortcut])


def _block(features: Tensor, filters: int, wrap: Wrap, follow: Body) -> Tensor:
    """One block of the discriminator, of the same resolution."""
    hidden = wrap(_convolution(filters))(keras.layers.ReLU()(features))
    hidden = wrap(_convolution(filters))(keras.layers.ReLU()(follow(hidden)))
    return keras.layers.Add()([hidden, features])
