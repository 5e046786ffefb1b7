"""Layers of Keras, and functions, as augmentations."""

import inspect
from collections.abc import Callable, Sequence
from typing import TypeAlias

import keras
from keras import ops

from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.registration import register
from keras_gan_losses.types import Drawn, Size, Tensor

Change: TypeAlias = Callable[..., Tensor]
"""A layer or a function, from samples to samples."""

AugmentationLike: TypeAlias = Augmentation | Change | Sequence["AugmentationLike"]
"""What is understood as an augmentation."""


@register
class Wrapped(Augmentation):
    """Augments samples by a layer of Keras, in training mode, or by a function.

    `compile` and penalties wrap layers and functions themselves. `docs/augmentation.md` tells
    which layers can be differentiated on which backend; `compile` refuses the others. On several
    devices a layer draws the same numbers on each.

    Args:
        change: The layer, whose random state is saved with the augmentation, or a function from
            samples to samples. To save a function, register it with
            `keras.saving.register_keras_serializable`.

    Raises:
        TypeError: If `change` cannot be called.
        ValueError: In `compile`, if it has no derivatives or wrong ones, changes the shape, or
            takes samples for intensities from 0 to 255.

    Example:
    >>> augmentation = Wrapped(keras.layers.RandomFlip("horizontal"))
    >>> images = augmentation(ops.ones((2, 4, 4, 1)), keras.random.SeedGenerator(0))
    >>> tuple(images.shape)
    (2, 4, 4, 1)
    """

    def __init__(self, change: Change) -> None:
        if not callable(change) or isinstance(change, type):
            raise TypeError(
                "An augmentation must be an object of keras_gan_losses.augmentation, a Keras "
                f"layer, a function from samples to samples, or a list of them. Received: "
                f"{change!r}. Use augmentation.Flip() or keras.layers.RandomFlip('horizontal')."
            )
        self.change = change

    @property
    def name(self) -> str:
        """What messages call it: the layer's class or the function's name."""
        is_function = inspect.isfunction(self.change)
        return self.change.__name__ if is_function else type(self.change).__name__

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """The layer's random state, once for each sample."""
        # Copied, because on torch what is read from a variable changes with it.
        states = (ops.copy(ops.convert_to_tensor(each)) for each in self._seeds)
        return [ops.broadcast_to(each, (shape[0], *each.shape)) for each in states]

    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The samples, changed."""
        for seed, state in zip(self._seeds, drawn, strict=True):
            seed.assign(state[0])
        # Random layers do nothing in inference mode, which is the default of some.
        mode = {"training": True} if isinstance(self.change, keras.layers.Layer) else {}
        return ops.cast(self.change(samples, **mode), "float32")

    @property
    def _seeds(self) -> list[keras.Variable]:
        """States of the layer's random generators, which are whole numbers."""
        return [each for each in self.variables if not each.dtype.startswith(("float", "bfloat"))]
