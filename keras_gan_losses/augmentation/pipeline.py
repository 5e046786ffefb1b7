"""Several augmentations, one after another."""

from collections.abc import Sequence
from typing import cast

import keras

from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.augmentation.colour import Brightness, Contrast, Saturation
from keras_gan_losses.augmentation.geometry import Cutout, Translation
from keras_gan_losses.augmentation.wrapped import AugmentationLike, Change, Wrapped
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Drawn, Shape, Size, Tensor
from keras_gan_losses.validation import listed


@register
class Pipeline(Augmentation):
    """Augments samples in several ways, one after another: what a list in `compile` becomes.

    Args:
        augmentations: Augmentations, layers of Keras, functions, or lists of them, in the order
            in which they act.

    Raises:
        TypeError: If one is something else.
        ValueError: If they are no list, or two would log one name, as two `Adaptive` do.

    Example:
    >>> from keras_gan_losses.augmentation import Cutout, Flip
    >>> augmentation = Pipeline([Flip(), Cutout()])
    >>> images = keras.ops.ones((2, 4, 4, 1))
    >>> tuple(augmentation(images, keras.random.SeedGenerator(0)).shape)
    (2, 4, 4, 1)
    """

    def __init__(self, augmentations: Sequence[AugmentationLike]) -> None:
        self.augmentations = [
            as_augmentation(each) for each in listed("augmentations", augmentations)
        ]
        self.moves_pixels = any(each.moves_pixels for each in self.augmentations)
        self.needs_origin = any(each.needs_origin for each in self.augmentations)
        logged = [name for each in self.augmentations for name in each.measures()]
        if len(set(logged)) < len(logged):
            raise ValueError(
                f"Two of the augmentations {[each.name for each in self.augmentations]} would log "
                f"one name: {logged}. Join what they do in one: Adaptive([…])."
            )

    def check(self, shape: Shape) -> None:
        """Raises unless each can augment samples of a shape."""
        for each in self.augmentations:
            each.check(shape)

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """Random numbers of each."""
        return [each.draw(shape, seed_generator) for each in self.augmentations]

    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The samples, changed by each in turn."""
        for each, numbers in zip(self.augmentations, drawn, strict=True):
            samples = each.call(samples, numbers)
        return samples

    def update_state(self, batch: BatchScores) -> None:
        """Lets each take in an update."""
        for each in self.augmentations:
            each.update_state(batch)

    def measures(self) -> dict[str, Tensor]:
        """What each tells."""
        told = [each.measures() for each in self.augmentations]
        return {name: value for measures in told for name, value in measures.items()}


def as_augmentation(value: AugmentationLike) -> Augmentation:
    """An augmentation as it is; a layer or a function wrapped, and a list joined.

    Raises:
        TypeError: If it is something else.
    """
    if isinstance(value, Augmentation):
        return value
    if isinstance(value, list | tuple):
        return Pipeline(value)
    return Wrapped(cast("Change", value))


def diff_augment(*, data_format: str | None = None) -> Pipeline:
    """Colour, translation and cutout in each update: `"diff_augment"`.

    Choose it for some hundred to some thousand images, where its one strength suits: unlike
    `Adaptive` it needs no run to find it. With a list of your own,
    `[Translation(), Cutout()]`, leave out what your data cannot bear.

    Args:
        data_format: As for every augmentation of images.

    Example:
    >>> [type(each).__name__ for each in diff_augment().augmentations]
    ['Brightness', 'Saturation', 'Contrast', 'Translation', 'Cutout']

    Reference:
        Zhao et al., 2020, arXiv:2006.10738.
    """
    kinds = (Brightness, Saturation, Contrast, Translation, Cutout)
    return Pipeline([kind(data_format=data_format) for kind in kinds])
