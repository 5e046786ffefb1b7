"""Which resolutions can be made by doubling a small one."""

from collections.abc import Sequence

# The side of DCGAN's smallest feature maps.
_LEAST_START = 4
# From here on the first dense layer would hold most of the weights.
_GREATEST_START = 15


def as_image_shape(image_shape: Sequence[int]) -> tuple[int, int, int]:
    """The shape as a tuple; raises unless it has height, width and channels."""
    if len(image_shape) != 3:
        raise ValueError(
            "`image_shape` must be height, width and channels. Received: "
            f"image_shape={tuple(image_shape)}. Use (28, 28, 1) for grey images."
        )
    height, width, channels = image_shape
    return height, width, channels


def halvings(resolution: tuple[int, int]) -> tuple[tuple[int, int], int]:
    """Resolution of the smallest feature maps, and how often it doubles to the image's.

    Example:
    >>> halvings((28, 28)), halvings((32, 64))
    (((7, 7), 2), ((4, 8), 3))
    """
    (height, width), doublings = resolution, 0
    while height % 2 == 0 and width % 2 == 0:
        # Two convolutions see more than one, even where the smallest feature maps are tiny.
        if min(height, width) // 2 < (_LEAST_START // 2 if doublings < 2 else _LEAST_START):
            break
        height, width, doublings = height // 2, width // 2, doublings + 1
    if doublings == 0 or min(height, width) > _GREATEST_START:
        raise ValueError(
            f"Images of {resolution[0]}×{resolution[1]} cannot be made by doubling small ones. "
            f"Received: image_shape with sides that halve evenly down to {height}×{width}, where "
            f"the smaller side must come to between {_LEAST_START // 2} and {_GREATEST_START} "
            "after at least one halving. Pad, crop or resize the images, for example to 28, 32, "
            "48, 64, 96 or 128 pixels a side."
        )
    return (height, width), doublings
