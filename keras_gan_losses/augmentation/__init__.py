"""Changes of what the discriminator sees, for few data and for games that are too easy."""

from collections.abc import Callable, Mapping

from keras_gan_losses.augmentation.adaptive import Adaptive
from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.augmentation.colour import Brightness, Contrast, Saturation
from keras_gan_losses.augmentation.geometry import Cutout, Flip, QuarterTurn, Translation
from keras_gan_losses.augmentation.image_augmentation import ImageAugmentation
from keras_gan_losses.augmentation.instance_noise import InstanceNoise
from keras_gan_losses.augmentation.pipeline import Pipeline, as_augmentation, diff_augment
from keras_gan_losses.augmentation.wrapped import AugmentationLike, Wrapped
from keras_gan_losses.registration import look_up

__all__ = [
    "Adaptive",
    "Augmentation",
    "Brightness",
    "Contrast",
    "Cutout",
    "Flip",
    "ImageAugmentation",
    "InstanceNoise",
    "Pipeline",
    "QuarterTurn",
    "Saturation",
    "Translation",
    "Wrapped",
    "diff_augment",
    "get",
    "names",
]

_AUGMENTATIONS: Mapping[str, Callable[[], Augmentation]] = {
    "ada": Adaptive,
    "diff_augment": diff_augment,
    "instance_noise": InstanceNoise,
}


def names() -> list[str]:
    """Names that `GAN.compile` takes as `augmentation`, sorted.

    Example:
    >>> names()
    ['ada', 'diff_augment', 'instance_noise']
    """
    return sorted(_AUGMENTATIONS)


def get(identifier: str | AugmentationLike) -> Augmentation:
    """Augmentation of a name, with its paper's settings, or of whatever is understood as one.

    Args:
        identifier: `"ada"`, `"diff_augment"`, `"instance_noise"`, an `Augmentation`, a Keras
            layer, a function from samples to samples, or a list of them.

    Raises:
        TypeError: If it is something else.
        ValueError: If there is none of that name.

    Example:
    >>> get("ada").target
    0.6
    """
    if isinstance(identifier, str):
        return look_up(identifier, _AUGMENTATIONS, "augmentation")()
    return as_augmentation(identifier)
