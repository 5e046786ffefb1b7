"""What all samplers of latents share."""

import abc
from collections.abc import Mapping, Sequence

from keras_gan_losses.registration import Configurable
from keras_gan_losses.types import Latents, Seed, Size
from keras_gan_losses.validation import check_count


class LatentSampler(Configurable, abc.ABC):
    """Draws latents of a fixed shape.

    Subclass it for a distribution of your own: implement `__call__`, and keep each constructor
    argument in an attribute of the same name, so that it is saved.

    Args:
        shape: Shape of one sample's latents: a count of dimensions, or a tuple.

    Raises:
        ValueError: If the shape holds anything but positive whole numbers.
    """

    shape: tuple[int, ...] | Mapping[str, tuple[int, ...]]

    def __init__(self, shape: int | Sequence[int]) -> None:
        self.shape = tuple(shape) if isinstance(shape, Sequence) else (shape,)
        for size in self.shape:
            check_count("latent_dim", size, advice="Use the size of the generator's input.")

    @abc.abstractmethod
    def __call__(self, num_samples: Size, seed: Seed) -> Latents:
        """Latents of shape `(num_samples, *shape)`."""
