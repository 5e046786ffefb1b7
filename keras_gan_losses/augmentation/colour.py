"""Other colours: brightness, saturation and contrast."""

from typing import Any

from keras import ops

from keras_gan_losses.augmentation.image_augmentation import ImageAugmentation, by_image
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class Brightness(ImageAugmentation):
    """Makes each image lighter or darker.

    Formula: x + amount · u, with u ~ U(−1, 1) for each image.

    Args:
        amount: Greatest change, at least 0; 0.5 in DiffAugment, for images in [−1, 1].
        **kwargs: `data_format`, as for every augmentation of images.

    Raises:
        ValueError: If `amount` is negative or not finite.

    Example:
    >>> import keras
    >>> images = Brightness(amount=0.0)(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> float(ops.max(images))
    1.0

    Reference:
        Zhao et al., 2020, arXiv:2006.10738, and its code.
    """

    moves_pixels = False

    def __init__(self, *, amount: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("amount", amount, minimum=0.0, advice="DiffAugment has 0.5.")
        self.amount = amount

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, lighter or darker."""
        return images + by_image(_between(-self.amount, self.amount, numbers[0]))


@register
class Saturation(ImageAugmentation):
    """Makes the colours of each image stronger or paler; leaves grey images as they are.

    Formula: m + (x − m) · u, with m the mean over the channels of each pixel and
    u ~ U(1 − amount, 1 + amount) for each image.

    Args:
        amount: Greatest change of the factor, at least 0; 1 in DiffAugment.
        **kwargs: `data_format`, as for every augmentation of images.

    Raises:
        ValueError: If `amount` is negative or not finite.

    Example:
    >>> import keras
    >>> images = Saturation()(ops.ones((2, 4, 4, 3)), keras.random.SeedGenerator(0))
    >>> float(ops.max(images))
    1.0

    Reference:
        Zhao et al., 2020, arXiv:2006.10738, and its code.
    """

    moves_pixels = False

    def __init__(self, *, amount: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("amount", amount, minimum=0.0, advice="DiffAugment has 1.0.")
        self.amount = amount

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, of stronger or paler colours."""
        return _stretched(images, self.channel_axis, self.amount, numbers[0])


@register
class Contrast(ImageAugmentation):
    """Draws the values of each image together or apart.

    Formula: m + (x − m) · u, with m the mean of the image and u ~ U(1 − amount, 1 + amount) for
    each image.

    Args:
        amount: Greatest change of the factor, at least 0; 0.5 in DiffAugment.
        **kwargs: `data_format`, as for every augmentation of images.

    Raises:
        ValueError: If `amount` is negative or not finite.

    Example:
    >>> import keras
    >>> images = Contrast()(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> float(ops.max(images))  # nothing to draw apart
    1.0

    Reference:
        Zhao et al., 2020, arXiv:2006.10738, and its code.
    """

    moves_pixels = False

    def __init__(self, *, amount: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("amount", amount, minimum=0.0, advice="DiffAugment has 0.5.")
        self.amount = amount

    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, of more or less contrast."""
        return _stretched(images, (1, 2, 3), self.amount, numbers[0])


def _between(lowest: float, highest: float, number: Tensor) -> Tensor:
    return lowest + (highest - lowest) * number


def _stretched(
    images: Tensor, axes: int | tuple[int, ...], amount: float, number: Tensor
) -> Tensor:
    """Images whose distance from the mean over some axes is another."""
    mean = ops.mean(images, axis=axes, keepdims=True)
    factor = by_image(_between(1.0 - amount, 1.0 + amount, number))
    return mean + (images - mean) * factor
