"""Discriminator that judges each patch of an image by itself."""

import keras

from keras_gan_losses.architectures.normalization import Normalization, get_normalization
from keras_gan_losses.architectures.resolution import as_image_pair
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# Channels stop growing at this multiple of `width`.
_GREATEST_MULTIPLE = 8
# Two convolutions after the last halving take a row each.
_LEAST_FEATURE_SIDE = 3


def patch_discriminator(
    image_shape: tuple[int, int, int],
    condition_shape: tuple[int, int, int] | None = None,
    *,
    width: int = 64,
    depth: int = 3,
    normalization: str | None = "instance",
    gives_features: bool = False,
) -> keras.Model:
    """Discriminator with a score for each patch of the image, the PatchGAN of pix2pix.

    Choose it where a loss of pixels or of cycles keeps the scene, and the discriminator shall see
    to texture and sharpness. Each score sees a square of 9 · 2 ** depth − 2 pixels: 16, 34, 70
    (the paper's choice), 142, 286 for a `depth` of 1 to 5. Convolutions are 4×4, activations
    leaky ReLU of slope 0.2, initial weights N(0, 0.02²), as in the paper; without normalisation
    He's larger ones.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        image_shape: Height, width and channels, both sides at least 3 · 2 ** depth.
        condition_shape: Height, width and channels of the image that it is conditioned on; both
            sides are those of the image. Defaults to None, for no condition.
        width: Channels of the first convolution; they double with each one, up to 8 × `width`.
            Defaults to 64.
        depth: Convolutions that halve the resolution, at least 1. Defaults to 3.
        normalization: "instance", "batch", "layer", "spectral" or None, as `dcgan` describes
            them; all but spectral normalisation leave out the first and the last convolution.
            Defaults to "instance", which is the paper's batch normalisation at its batch size
            of 1 and leaves every image a score of its own.
        gives_features: Whether it gives a dictionary of its `"scores"` and its `"features"`, the
            activations after each convolution but the last, which penalties compare. Defaults to
            False.

    Returns:
        Discriminator from images, or from `[images, conditions]`, to raw scores
        `(batch, rows, columns, 1)`, where a side of n pixels gives n // 2 ** depth − 2 scores.

    Raises:
        ValueError: If a side is below 3 · 2 ** depth, the sides of the two shapes differ, a size
            is not a whole number of at least 1, or there is no such normalization.

    Example:
    >>> patch_discriminator((256, 256, 3), width=4).output_shape
    (None, 30, 30, 1)

    Reference:
        Isola et al., Image-to-Image Translation with Conditional Adversarial Networks,
        arXiv:1611.07004, appendix 6.1.2.
    """
    image, condition = as_image_pair(image_shape, condition_shape)
    check_count("width", width, advice="Use 64, or 16 for a quick try.")
    check_count("depth", depth, advice="Use 3 for patches of 70 pixels.")
    _check_sides(image, depth)
    chosen = get_normalization(normalization)
    sample = keras.Input(image, name="sample")
    inputs, seen = sample, sample
    if condition_shape is not None:
        inputs = [sample, keras.Input(condition, name="condition")]
        seen = keras.layers.Concatenate()(inputs)
    features = _features(seen, width, depth, chosen)
    scores = _scores(features[-1], chosen)
    outputs = {"scores": scores, "features": features} if gives_features else scores
    return keras.Model(inputs, outputs, name="discriminator")


def _check_sides(image_shape: tuple[int, int, int], depth: int) -> None:
    least = _LEAST_FEATURE_SIDE * 2**depth
    if min(image_shape[:2]) < least:
        raise ValueError(
            f"Both sides of the images must be at least {least}, so that after {depth} halvings "
            f"there is one score. Received: image_shape={image_shape}, depth={depth}. Use a "
            "smaller depth, or larger images."
        )


def _features(images: Tensor, width: int, depth: int, normalization: Normalization) -> list[Tensor]:
    """Activations after each convolution: `depth` that halve, and one that does not."""
    maps = [images]
    for level in range(depth + 1):
        is_normalized = level > 0
        hidden = _convolution(
            maps[-1],
            width * min(2**level, _GREATEST_MULTIPLE),
            normalization,
            strides=2 if level < depth else 1,
            use_bias=not (is_normalized and normalization.cancels_bias),
        )
        if is_normalized:
            hidden = normalization.follow(hidden)
        maps.append(keras.layers.LeakyReLU(negative_slope=0.2)(hidden))
    return maps[1:]


def _scores(features: Tensor, normalization: Normalization) -> Tensor:
    # Scores keep full precision where the layers before them compute in less.
    return _convolution(features, 1, normalization, dtype=keras.config.floatx())


def _convolution(
    features: Tensor,
    filters: int,
    normalization: Normalization,
    *,
    strides: int = 1,
    use_bias: bool = True,
    dtype: str | None = None,
) -> Tensor:
    """Convolution of 4×4 after one row of zeros on every side, as in the paper."""
    convolution = keras.layers.Conv2D(
        filters,
        4,
        strides=strides,
        use_bias=use_bias,
        kernel_initializer=normalization.initializer(),
        dtype=dtype,
    )
    return normalization.wrap(convolution)(keras.layers.ZeroPadding2D(1)(features))
