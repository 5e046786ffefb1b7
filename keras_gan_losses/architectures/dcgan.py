"""Convolutional generator and discriminator for images of many resolutions."""

import math

import keras

from keras_gan_losses.architectures.conditioning import (
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.architectures.normalization import (
    Normalization,
    get_normalization,
    small_normal,
)
from keras_gan_losses.architectures.resolution import as_image_shape, halvings
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# Channels stop growing at this multiple of `width`, so that large images stay affordable.
_GREATEST_MULTIPLE = 8


def dcgan(
    image_shape: tuple[int, int, int],
    latent_dim: int,
    *,
    width: int = 64,
    normalization: str | None = None,
    num_classes: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Convolutional generator and discriminator for images in [-1, 1].

    Choose it for images of up to about 128 pixels. Strided convolutions with 4×4 kernels double
    the resolution up to the image's in the generator and halve it in the discriminator. The
    generator has batch normalisation, ReLU and a tanh at its end, the discriminator leaky ReLU
    of slope 0.2; initial weights are N(0, 0.02²), all as in the paper.

    The discriminator has no normalisation unless asked for, and then begins with He's larger
    weights instead. Batch normalisation, which the paper uses there, makes each score depend on
    the whole batch: leave it to losses without a gradient penalty. All others go with every
    penalty, on every backend.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels. Both sides must be a small number, doubled at
            least once: they are halved while both are even and stay at least 4 (the first two
            times: 2), and the smaller must come to at most 15. So 8 is 2 doubled twice, 28 is 7
            doubled twice, 32 is 4 doubled three times and 30×20 is 15×10 doubled once.
        latent_dim: Number of latents, at least 1.
        width: Channels next to the image; they double with each halving, up to 8 × `width`.
            Defaults to 64.
        normalization: The discriminator's: "batch", "layer" (over each image's whole feature
            map), "instance" (over each of its channels), "spectral" or None. All but spectral
            normalisation leave out the first convolution. Defaults to None.
        num_classes: Number of classes, for a pair that is conditional on labels. The generator
            joins an embedding of the label to the latents; the discriminator adds the inner
            product of its features and another embedding (projection). Defaults to None.

    Returns:
        `(generator, discriminator)`. The generator maps latents `(batch, latent_dim)` to images
        `(batch, *image_shape)`, the discriminator maps those to raw scores `(batch, 1)`. With
        classes they take `[latents, labels]` and `[images, labels]`, labels of shape `(batch,)`.

    Raises:
        ValueError: If the resolution cannot be made by doubling a small one, a size is not a
            whole number of at least 1, or there is no such normalization.

    Example:
    >>> generator, discriminator = dcgan((28, 28, 1), 16, width=8)
    >>> generator.output_shape, discriminator.output_shape
    ((None, 28, 28, 1), (None, 1))

    Reference:
        Radford et al., Unsupervised Representation Learning with Deep Convolutional Generative
        Adversarial Networks, arXiv:1511.06434.
        Miyato and Koyama, cGANs with Projection Discriminator, arXiv:1802.05637.
    """
    image_shape = as_image_shape(image_shape)
    check_players(image_shape, latent_dim, num_classes, name="image_shape")
    check_count("width", width, advice="Use 64, or 16 for a quick try.")
    start, doublings = halvings(image_shape[:2])
    chosen = get_normalization(normalization)
    # Next to the image first.
    channels = [width * min(2**level, _GREATEST_MULTIPLE) for level in range(doublings)]
    generator = build_generator(
        lambda latents: _images(latents, start, channels[::-1], image_shape[2]),
        latent_dim,
        num_classes=num_classes,
        output_activation="tanh",
    )
    discriminator = build_discriminator(
        lambda images: _features(images, channels, chosen),
        image_shape,
        num_classes=num_classes,
        initializer=chosen.initializer(),
        wrap=chosen.wrap,
    )
    return generator, discriminator


def _images(latents: Tensor, start: tuple[int, int], channels: list[int], last: int) -> Tensor:
    """Images before their tanh; `channels` go from the smallest feature maps to the largest."""
    first = keras.layers.Dense(
        math.prod(start) * channels[0], use_bias=False, kernel_initializer=small_normal()
    )(latents)
    hidden = keras.layers.Reshape((*start, channels[0]))(first)
    for filters in channels[1:]:
        hidden = _doubled(_normalized_relu(hidden), filters, use_bias=False)
    return _doubled(_normalized_relu(hidden), last)


def _normalized_relu(features: Tensor) -> Tensor:
    # Keras's momentum of 0.99 would take some thousand updates to forget the first statistics.
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(features))


def _doubled(features: Tensor, filters: int, *, use_bias: bool = True) -> Tensor:
    return keras.layers.Conv2DTranspose(
        filters,
        4,
        strides=2,
        padding="same",
        use_bias=use_bias,
        kernel_initializer=small_normal(),
    )(features)


def _features(images: Tensor, channels: list[int], normalization: Normalization) -> Tensor:
    """Flat features of images, through one convolution for each of `channels`."""
    hidden = images
    for level, filters in enumerate(channels):
        convolution = keras.layers.Conv2D(
            filters, 4, strides=2, padding="same", kernel_initializer=normalization.initializer()
        )
        hidden = normalization.wrap(convolution)(hidden)
        if level > 0:
            hidden = normalization.follow(hidden)
        hidden = keras.layers.LeakyReLU(negative_slope=0.2)(hidden)
    return keras.layers.Flatten()(hidden)
