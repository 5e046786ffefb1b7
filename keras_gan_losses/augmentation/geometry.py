"""The same elsewhere: flips, quarter turns, shifts and holes."""

from typing import Any

from keras import ops

from keras_gan_losses.augmentation.image_augmentation import ImageAugmentation, by_image
from keras_gan_losses.registration import register
from keras_gan_losses.types import Shape, Tensor
from keras_gan_losses.validation import check_number


@register
class Flip(ImageAugmentation):
    """Mirrors each image or leaves it, one as likely as the other.

    Args:
        is_vertical: Whether to exchange top and bottom rather than left and right.
        **kwargs: `data_format`, as for every augmentation of images.

    Example:
    >>> import keras
    >>> images = Flip()(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> tuple(images.shape)
    (2, 4, 4, 1)

    Reference:
        Karras et al., 2020, arXiv:2006.06676, appendix B.
    """

    def __init__(self, *, is_vertical: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_vertical = is_vertical

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, some of them mirrored."""
        axis = self.height_axis if self.is_vertical else self.width_axis
        return ops.where(by_image(numbers[0] < 0.5), ops.flip(images, axis=axis), images)


@register
class QuarterTurn(ImageAugmentation):
    """Turns each image by 0, 90, 180 or 270 degrees, one as likely as the other.

    Args:
        data_format: As for every augmentation of images.

    Raises:
        ValueError: In `compile`, if images are not square.

    Example:
    >>> import keras
    >>> images = QuarterTurn()(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> tuple(images.shape)
    (2, 4, 4, 1)

    Reference:
        Karras et al., 2020, arXiv:2006.06676, appendix B.
    """

    def check(self, shape: Shape) -> None:
        """Raises unless samples of a shape are square images.

        Raises:
            ValueError: With the shape.
        """
        super().check(shape)
        height, width = self.size(shape)
        if height != width:
            raise ValueError(
                f"QuarterTurn turns square images. Received samples of shape {shape}. Leave it "
                "out, or take augmentation.Flip."
            )

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, turned."""
        axes = (self.height_axis, self.width_axis)
        quarters = ops.floor(4.0 * numbers[0])
        halved = ops.where(by_image(quarters >= 2.0), ops.flip(images, axis=axes), images)
        turned = ops.flip(ops.swapaxes(halved, *axes), axis=axes[0])
        return ops.where(by_image(ops.equal(quarters % 2.0, 1.0)), turned, halved)


@register
class Translation(ImageAugmentation):
    """Shifts each image by whole pixels; what comes in at the edges is 0.

    Formula: x[i + a, j + b], with whole numbers a and b that are uniform up to `ratio` of height
    and width, rounded.

    Args:
        ratio: Greatest shift as a share of the size, above 0 and at most 1; 0.125 in DiffAugment
            and in ADA, where the edges are mirrored instead.
        **kwargs: `data_format`, as for every augmentation of images.

    Raises:
        ValueError: If `ratio` is outside (0, 1]; in `compile`, if it is less than half a pixel.

    Example:
    >>> import keras
    >>> images = Translation()(ops.ones((2, 8, 8, 1)), keras.random.SeedGenerator(0))
    >>> tuple(images.shape)
    (2, 8, 8, 1)

    Reference:
        Zhao et al., 2020, arXiv:2006.10738, and its code.
    """

    num_random = 2

    def __init__(self, *, ratio: float = 0.125, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _check_ratio(ratio, advice="DiffAugment has 0.125.")
        self.ratio = ratio

    def check(self, shape: Shape) -> None:
        """Raises unless samples of a shape are images that the ratio moves.

        Raises:
            ValueError: With the shape.
        """
        super().check(shape)
        _check_pixels("Translation", self.ratio, self.size(shape))

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, shifted."""
        for axis, number in zip((self.height_axis, self.width_axis), numbers, strict=True):
            images = _shifted(images, axis, _pixels(self.ratio, images.shape[axis]), number)
        return images


@register
class Cutout(ImageAugmentation):
    """Sets a rectangle of each image to 0, the middle of [−1, 1].

    Formula: 0 in `ratio` of the height and of the width, rounded, around a pixel that is
    uniform: at the edges a part of it is outside.

    Args:
        ratio: Size of the rectangle as a share of the image's, above 0 and at most 1; 0.5 in
            DiffAugment and in ADA.
        **kwargs: `data_format`, as for every augmentation of images.

    Raises:
        ValueError: If `ratio` is outside (0, 1]; in `compile`, if it is less than half a pixel.

    Example:
    >>> import keras
    >>> images = Cutout()(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> float(ops.min(images)), float(ops.max(images))
    (0.0, 1.0)

    Reference:
        DeVries and Taylor, 2017, arXiv:1708.04552; Zhao et al., 2020, arXiv:2006.10738, and its
        code.
    """

    num_random = 2
    moves_pixels = False

    def __init__(self, *, ratio: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _check_ratio(ratio, advice="DiffAugment has 0.5.")
        self.ratio = ratio

    def check(self, shape: Shape) -> None:
        """Raises unless samples of a shape are images in which the ratio makes a hole.

        Raises:
            ValueError: With the shape.
        """
        super().check(shape)
        _check_pixels("Cutout", self.ratio, self.size(shape))

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, each with a hole."""
        rows, columns = (
            _beside_hole(axis, images.shape[axis], _pixels(self.ratio, images.shape[axis]), number)
            for axis, number in zip((self.height_axis, self.width_axis), numbers, strict=True)
        )
        return images * ops.cast(ops.logical_or(rows, columns), images.dtype)


def _check_ratio(ratio: float, *, advice: str) -> None:
    check_number("ratio", ratio, minimum=1e-6, maximum=1.0, advice=advice)


def _pixels(ratio: float, size: int) -> int:
    return int(ratio * size + 0.5)


def _check_pixels(name: str, ratio: float, sizes: tuple[int, int]) -> None:
    if min(_pixels(ratio, size) for size in sizes) < 1:
        raise ValueError(
            f"{name} with ratio={ratio} is less than half a pixel. Received images of "
            f"{sizes[0]} × {sizes[1]} pixels. Take a ratio of at least {0.5 / min(sizes):.3g}."
        )


def _shifted(images: Tensor, axis: int, most: int, number: Tensor) -> Tensor:
    """Images moved along an axis by −most … most pixels."""
    size = images.shape[axis]
    shifts = ops.cast(ops.floor((2.0 * most + 1.0) * number), "int32") - most
    places = _along(axis, ops.arange(size, dtype="int32")[None] + shifts[:, None])
    is_inside = ops.logical_and(places >= 0, places < size)
    # Each place once, so that no gradient is added up in an order that changes.
    moved = ops.take_along_axis(images, places % size, axis=axis)
    return moved * ops.cast(is_inside, images.dtype)


def _beside_hole(axis: int, size: int, length: int, number: Tensor) -> Tensor:
    """Which places along an axis are not in a hole of that length, whose middle is uniform."""
    middles = ops.cast(ops.floor((size + 1 - length % 2) * number), "int32")
    places = ops.arange(size, dtype="int32")[None] - (middles - length // 2)[:, None]
    return _along(axis, ops.logical_or(places < 0, places >= length))


def _along(axis: int, values: Tensor) -> Tensor:
    """Values `(batch, size)` in the form of images, along one of their axes."""
    shape = [-1, 1, 1, 1]
    shape[axis] = values.shape[1]
    return ops.reshape(values, shape)
