"""Which resolutions can be made by doubling a small one."""

from collections.abc import Sequence

from keras_gan_losses.validation import check_count

# The side of DCGAN's smallest feature maps.
_LEAST_START = 4
# From here on the first dense layer would hold most of the weights.
_GREATEST_START = 15


def as_image_shape(
    image_shape: Sequence[int], *, name: str = "image_shape"
) -> tuple[int, int, int]:
    """The shape as a tuple; raises unless it has height, width and channels."""
    if len(image_shape) != 3:
        raise ValueError(
            f"`{name}` must be height, width and channels. Received: "
            f"{name}={tuple(image_shape)}. Use (28, 28, 1) for grey images."
        )
    height, width, channels = image_shape
    return height, width, channels


def as_image_pair(
    image_shape: Sequence[int], condition_shape: Sequence[int] | None
) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Shapes of an image and of the one it is conditioned on, by default of the same shape.

    Raises:
        ValueError: Unless both are height, width and channels, of the same height and width.
    """
    image = as_image_shape(image_shape)
    given = image if condition_shape is None else condition_shape
    condition = as_image_shape(given, name="condition_shape")
    for name, shape in {"image_shape": image, "condition_shape": condition}.items():
        for size in shape:
            check_count(name, size, advice=f"Use {name}=(256, 256, 3) for colour images.")
    if image[:2] != condition[:2]:
        raise ValueError(
            "The image and its condition must have the same height and width. Received: "
            f"image_shape={image} and condition_shape={condition}. Resize the condition, "
            "keras.layers.Resizing, before the networks see it."
        )
    return image, condition


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


def check_halvings(shape: tuple[int, int, int], times: int, *, least: int, advice: str) -> None:
    """Raises unless both sides halve evenly so often, down to at least `least`."""
    factor = 2**times
    if all(side % factor == 0 and side >= least * factor for side in shape[:2]):
        return
    raise ValueError(
        f"Both sides of the images must be multiples of {factor}, at least {least * factor}. "
        f"Received: image_shape={shape}, whose sides are halved {times} times. {advice}"
    )
