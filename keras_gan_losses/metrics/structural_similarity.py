"""How alike two images look, at several scales."""

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.sample_checks import as_sample_sets
from keras_gan_losses.metrics.value_range import check_in_range, range_width
from keras_gan_losses.types import ArrayLike

# Wang et al., 2003; the finest scale first.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
WINDOW_SIDE, WINDOW_DEVIATION = 11, 1.5
LEAST_SIDE = 3
# Constants that keep flat images from dividing by zero, as shares of the range of values.
LUMINANCE_SHARE, CONTRAST_SHARE = 0.01, 0.03
# Pairs are compared in blocks of at most this many numbers: 8 MiB an array.
BLOCK_SIZE = 2**20


def multi_scale_structural_similarity(
    first: ArrayLike, second: ArrayLike, *, value_range: tuple[float, float] = (-1.0, 1.0)
) -> np.ndarray:
    """Compares images pairwise by local luminance, contrast and structure (MS-SSIM).

    Choose it to compare an image with its reconstruction; for the diversity of generated images
    take `mean_structural_similarity`.

    Formula, per pair and channel: Π over scales s < S of (mean contrast–structure at s)^w_s,
    times (mean of luminance · contrast–structure at S)^w_S, averaged over channels. In windows
    with means μ, variances σ² and covariance σ₁₂, luminance is (2μ₁μ₂ + C₁)/(μ₁² + μ₂² + C₁) and
    contrast–structure (2σ₁₂ + C₂)/(σ₁² + σ₂² + C₂), C₁ = (0.01 L)², C₂ = (0.03 L)², L the range of
    values. Means over windows that are negative count as 0, as in TensorFlow. The window is a
    Gaussian of 11×11 pixels and σ 1.5, at all places where it fits; each scale halves the
    image by means of 2×2 pixels (odd sides repeat their last line). Pixels count from the lower
    end of the range, since luminance is of values of at least 0: TensorFlow's
    `ssim_multiscale` of (image + 1)/2 with `max_val=1` is the same. Values beyond the range are
    cut to it, as a display does; beyond ten times its width they are an error.

    The number of scales follows from the shorter side: as many, at most 5, as leave room for
    the window: 5 from 161 pixels on, 4 from 81, 3 from 41, 2 from 21 and otherwise 1. The
    weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333 are cut to them and divided by their sum.
    Images of fewer than 11 pixels get a window of the greatest odd side that fits, its σ in
    proportion. Values of different sizes cannot be compared.

    Memory: the images in float64 and some blocks of 8 MiB (or of one pair, if larger).

    Args:
        first: Images, array or tensor of shape `(n, height, width)` or
            `(n, height, width, channels)`, sides at least 3.
        second: As many of the same shape.
        value_range: Lowest and highest value that a pixel can have. Defaults to (−1, 1), the
            range in which GANs work here; (0, 255) for 8-bit images.

    Returns:
        Similarity of each pair, float64 of shape `(n,)`, in [0, 1], exactly 1 for identical
        images.

    Raises:
        ValueError: If the shapes differ or are others, values are not finite or far outside
            `value_range`, or that is empty.

    Example:
    >>> import numpy as np
    >>> images = np.linspace(-1.0, 1.0, 2 * 28 * 28).reshape(2, 28, 28, 1)
    >>> multi_scale_structural_similarity(images, images).tolist()
    [1.0, 1.0]

    Reference:
        Wang et al., Multiscale structural similarity for image quality assessment, 2003.
    """
    first, second = as_sample_sets(first=first, second=second)
    if len(first) != len(second):
        raise ValueError(
            "`first` and `second` must hold as many images each. Received: first of shape "
            f"{first.shape}, second of shape {second.shape}. Cut both to the same length."
        )
    first = as_images("first", first, value_range)
    second = as_images("second", second, value_range)
    everyone = np.arange(len(first))
    return similarities(first, second, np.stack([everyone, everyone]), range_width(value_range))


def as_images(name: str, values: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Images of shape `(n, height, width, channels)` with values from 0 to the range's width.

    Args:
        name: Name of the argument, as the user wrote it.
        values: Finite samples.
        value_range: Lowest and highest value that a pixel can have.

    Raises:
        ValueError: If the shape is another one, or values lie far outside the range.

    Example:
    >>> as_images("images", np.full((2, 8, 8), -0.5), (-1.0, 1.0))[0, 0, 0]
    array([0.5])
    """
    lowest = value_range[0]
    width = range_width(value_range)
    images = values[..., np.newaxis] if values.ndim == 3 else values
    if images.ndim != 4 or min(images.shape[1:3]) < LEAST_SIDE:
        raise ValueError(
            f"`{name}` must have the shape (n, height, width) or (n, height, width, channels), "
            f"sides at least {LEAST_SIDE}. Received: {name} of shape {values.shape}. Reshape flat "
            "images to height and width, and put channels last."
        )
    check_in_range(name, images, value_range)
    return np.clip(images - lowest, 0.0, width)


def similarities(
    first: np.ndarray, second: np.ndarray, pairs: np.ndarray, width: float
) -> np.ndarray:
    """Similarity of pairs of checked images, block by block.

    Args:
        first: Images from which the first of each pair comes.
        second: Those from which the second comes.
        pairs: Indices into both, of shape `(2, num_pairs)`.
        width: Greatest minus least possible value.

    Example:
    >>> images = np.zeros((2, 8, 8, 1))
    >>> similarities(images, images, np.array([[0, 1], [1, 1]]), 2.0)
    array([1., 1.])
    """
    block = max(1, BLOCK_SIZE // first[0].size)
    parts = [
        _similarity(
            first[pairs[0, start : start + block]], second[pairs[1, start : start + block]], width
        )
        for start in range(0, pairs.shape[1], block)
    ]
    return np.concatenate(parts)


def _similarity(first: np.ndarray, second: np.ndarray, width: float) -> np.ndarray:
    """Similarity of each pair of one block."""
    window = _window(min(first.shape[1:3]))
    weights = _weights(min(first.shape[1:3]), len(window))
    similarity = np.ones((len(first), first.shape[-1]))
    for scale, weight in enumerate(weights):
        if scale:
            first, second = _halve(first), _halve(second)
        luminance, contrast = _comparisons(first, second, window, width)
        is_last = scale == len(weights) - 1
        values = (luminance * contrast if is_last else contrast).mean(axis=(1, 2))
        similarity *= np.maximum(values, 0.0) ** weight
    return similarity.mean(axis=1)


def _window(side: int) -> np.ndarray:
    """One-dimensional Gaussian window of sum 1 that fits an image of this side."""
    size = min(WINDOW_SIDE, side - 1 + side % 2)
    deviation = WINDOW_DEVIATION * size / WINDOW_SIDE
    offsets = np.arange(size) - (size - 1) / 2.0
    window = np.exp(-0.5 * (offsets / deviation) ** 2)
    return window / window.sum()


def _weights(side: int, window_size: int) -> np.ndarray:
    """Weights of the scales at which the window fits, of sum 1."""
    num_scales = 1
    while num_scales < len(SCALE_WEIGHTS) and -(-side // 2**num_scales) >= window_size:
        num_scales += 1
    weights = np.array(SCALE_WEIGHTS[:num_scales])
    return weights / weights.sum()


def _halve(images: np.ndarray) -> np.ndarray:
    """Means of 2×2 pixels, after repeating the last line of an odd side."""
    odd = [(0, images.shape[axis] % 2) for axis in (1, 2)]
    images = np.pad(images, [(0, 0), *odd, (0, 0)], mode="edge")
    number, height, width, channels = images.shape
    return images.reshape(number, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def _comparisons(
    first: np.ndarray, second: np.ndarray, window: np.ndarray, width: float
) -> tuple[np.ndarray, np.ndarray]:
    """Luminance and contrast–structure of each window."""
    luminance_constant = (LUMINANCE_SHARE * width) ** 2
    contrast_constant = (CONTRAST_SHARE * width) ** 2
    first_mean, second_mean = _smooth(first, window), _smooth(second, window)
    product = 2.0 * first_mean * second_mean
    squares = first_mean**2 + second_mean**2
    covariance = 2.0 * _smooth(first * second, window) - product
    variance = _smooth(first**2 + second**2, window) - squares
    return (
        (product + luminance_constant) / (squares + luminance_constant),
        (covariance + contrast_constant) / (variance + contrast_constant),
    )


def _smooth(images: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Weighted means at all places where the window fits."""
    with needs_extra("metrics"):
        from scipy.ndimage import correlate1d

    # Which border rule is used does not matter, as the border is cut off.
    for axis in (1, 2):
        images = correlate1d(images, window, axis=axis, mode="constant")
    edge = len(window) // 2
    return images[:, edge : images.shape[1] - edge, edge : images.shape[2] - edge]
