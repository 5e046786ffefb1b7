"""The range in which pixels are meant to lie, and images of another one."""

import numpy as np

from keras_gan_losses.validation import check_number

# Values so many widths beyond the range are those of another range.
MAX_EXCESS = 10.0
RANGE_ADVICE = "Use (-1, 1), or (0, 255) for 8-bit images."


def range_width(value_range: tuple[float, float]) -> float:
    """Highest minus lowest value, greater than 0.

    Raises:
        ValueError: If the range is empty or not finite.

    Example:
    >>> range_width((-1.0, 1.0))
    2.0
    """
    lowest, highest = value_range
    for end in value_range:
        check_number("value_range", end, advice=RANGE_ADVICE)
    if not lowest < highest:
        raise ValueError(
            "`value_range` must be (lowest, highest), the first below the second. Received: "
            f"value_range={value_range!r}. {RANGE_ADVICE}"
        )
    return float(highest - lowest)


def check_in_range(name: str, images: np.ndarray, value_range: tuple[float, float]) -> None:
    """Raises if images were scaled to another range.

    Values somewhat outside are those of a generator without a last activation.

    Args:
        name: Name of the argument, as the user wrote it.
        images: Of any shape and type of real numbers.
        value_range: Lowest and highest value that a pixel can have.

    Raises:
        ValueError: If values lie far outside the range, or a range with negative values is that
            of a type that has none.

    Example:
    >>> check_in_range("images", np.full((1, 8, 8, 1), 1.5), (-1.0, 1.0))
    """
    if images.size == 0:
        return
    width = range_width(value_range)
    # Not in the images' type, in which differences of bytes are bytes.
    lowest, highest = float(images.min()), float(images.max())
    farthest = max(value_range[0] - lowest, highest - value_range[1])
    lacks_sign = images.dtype.kind in "bu" and value_range[0] < 0.0
    if farthest > MAX_EXCESS * width or lacks_sign:
        raise ValueError(
            f"`{name}` must lie in `value_range`. Received: {images.dtype} in [{lowest:g}, "
            f"{highest:g}], value_range={value_range!r}. {RANGE_ADVICE} Or scale them: "
            "`images / 127.5 - 1` brings 8-bit images to (-1, 1)."
        )
