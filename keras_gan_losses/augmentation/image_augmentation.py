"""What augmentations of images share."""

import abc

import keras
from keras import ops

from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.backend import global_batch
from keras_gan_losses.types import Drawn, Shape, Size, Tensor

_AXES = {"channels_last": (1, 2, 3), "channels_first": (2, 3, 1)}


class ImageAugmentation(Augmentation, abc.ABC):
    """Changes images, each by some uniform random numbers of its own.

    Args:
        data_format: "channels_last" for images `(height, width, channels)`, "channels_first" for
            `(channels, height, width)`; None is Keras's setting.
    """

    num_random: int = 1
    """How many numbers between 0 and 1 each image needs."""

    def __init__(self, *, data_format: str | None = None) -> None:
        self.data_format = data_format or keras.config.image_data_format()
        if self.data_format not in _AXES:
            raise ValueError(
                f"`data_format` must be one of {list(_AXES)} or None. Received: "
                f"data_format={data_format!r}."
            )

    def check(self, shape: Shape) -> None:
        """Raises unless samples of a shape are images of known size.

        Raises:
            ValueError: With the shape.
        """
        if len(shape) != 3 or None in shape:
            raise ValueError(
                f"{self.name} augments images (height, width, channels) of known size. "
                f"Received samples of shape {shape}. augmentation.InstanceNoise takes any."
            )

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """Numbers between 0 and 1, shape `(batch, num_random)`."""
        numbers = (shape[0], self.num_random)
        return global_batch.draw(keras.random.uniform, numbers, seed=seed_generator)

    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The images, changed as the random numbers say."""
        return self.change(samples, *ops.unstack(drawn, self.num_random, axis=1))

    @abc.abstractmethod
    def change(self, images: Tensor, *numbers: Tensor) -> Tensor:
        """The images, changed as numbers between 0 and 1 say.

        Args:
            images: Shape `(batch, …)`, with channels as `data_format` says.
            *numbers: `num_random` tensors of shape `(batch,)`.
        """

    @property
    def height_axis(self) -> int:
        """Which axis of a batch of images is their height."""
        return _AXES[self.data_format][0]

    @property
    def width_axis(self) -> int:
        """Which axis of a batch of images is their width."""
        return _AXES[self.data_format][1]

    @property
    def channel_axis(self) -> int:
        """Which axis of a batch of images is that of channels."""
        return _AXES[self.data_format][2]

    def size(self, shape: Shape) -> tuple[int, int]:
        """Height and width of an image of a shape, without the batch."""
        height, width = (shape[axis - 1] for axis in (self.height_axis, self.width_axis))
        return int(height or 0), int(width or 0)


def by_image(numbers: Tensor) -> Tensor:
    """A number of each image, to be combined with a batch of images.

    Args:
        numbers: Shape `(batch,)`.

    Returns:
        Shape `(batch, 1, 1, 1)`.
    """
    return ops.reshape(numbers, (-1, 1, 1, 1))
