"""Samplers of latents that are any number: normal, uniform, truncated."""

import math
from collections.abc import Sequence

import keras

from keras_gan_losses.latents.sampler import LatentSampler
from keras_gan_losses.registration import register
from keras_gan_losses.types import Seed, Size, Tensor
from keras_gan_losses.validation import check_number


@register
class NormalLatents(LatentSampler):
    """Draws latents from the standard normal distribution: the usual choice.

    Args:
        shape: Shape of one sample's latents.

    Example:
    >>> NormalLatents(64)(16, seed=0).shape == (16, 64)
    True
    """

    shape: tuple[int, ...]

    def __call__(self, num_samples: Size, seed: Seed) -> Tensor:
        """Latents of shape `(num_samples, *shape)`, mean 0 and variance 1."""
        return keras.random.normal((num_samples, *self.shape), seed=seed)


@register
class UniformLatents(LatentSampler):
    """Draws latents uniformly from [−1, 1): the choice of the DCGAN paper.

    Args:
        shape: Shape of one sample's latents.

    Example:
    >>> UniformLatents((4, 4))(16, seed=0).shape == (16, 4, 4)
    True

    Reference:
        Radford et al., 2015, arXiv:1511.06434, section 4.
    """

    def __call__(self, num_samples: Size, seed: Seed) -> Tensor:
        """Latents of shape `(num_samples, *shape)` in [−1, 1)."""
        return keras.random.uniform((num_samples, *self.shape), -1.0, 1.0, seed=seed)


@register
class TruncatedNormalLatents(LatentSampler):
    """Draws latents from the normal distribution cut off at ±`threshold`.

    Choose it to trade variety for quality: rare latents give the worst samples.

    Args:
        shape: Shape of one sample's latents.
        threshold: Greatest absolute value, above 0; 2 is the usual truncation.

    Raises:
        ValueError: If `threshold` is not positive.

    Example:
    >>> latents = TruncatedNormalLatents(8, threshold=0.5)(99, seed=0)
    >>> bool(keras.ops.max(keras.ops.abs(latents)) <= 0.5)
    True

    Reference:
        Brock et al., 2018, arXiv:1809.11096, section 3.1.
    """

    def __init__(self, shape: int | Sequence[int], *, threshold: float = 2.0) -> None:
        super().__init__(shape)
        check_number("threshold", threshold, minimum=1e-3, advice="The usual truncation is 2.0.")
        self.threshold = threshold

    def __call__(self, num_samples: Size, seed: Seed) -> Tensor:
        """Latents of shape `(num_samples, *shape)` in [−threshold, threshold]."""
        # By the inverse distribution function, because Keras truncates at 2 only.
        bound = math.erf(self.threshold / math.sqrt(2.0))
        shape = (num_samples, *self.shape)
        uniform = keras.random.uniform(shape, -bound, bound, seed=seed)
        latents = math.sqrt(2.0) * keras.ops.erfinv(uniform)
        return keras.ops.clip(latents, -self.threshold, self.threshold)
