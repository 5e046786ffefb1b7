"""A new branch of a network that is blended in while it trains."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Shape, Tensor
from keras_gan_losses.validation import check_count


@register
class FadeIn(keras.layers.Layer):
    """Blends a new branch into an old one, more with each update of its player.

    Choose it where a network grows: beside the old path to the image, enlarged, stands the new one
    of twice the resolution, whose weights are still random. So the game goes on from where it was.

        y = (1 − a) · old + a · new,   a = min(1, updates / num_updates)

    `GAN` calls `before_update` once before each update of the player that has the layer. In your
    own loop call it yourself. The count of updates is saved with the weights.

    Args:
        num_updates: Updates until the new branch stands alone, at least 1.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: The old branch and the new one, a list of two tensors of one shape.

    Returns:
        A tensor of their shape.

    Raises:
        ValueError: If `num_updates` is no count, or the branches differ in shape.

    Example:
    >>> layer = FadeIn(4)
    >>> old, new = ops.zeros((1, 1)), ops.ones((1, 1))
    >>> float(layer([old, new])[0, 0])
    0.0
    >>> layer.before_update()
    >>> float(layer([old, new])[0, 0])
    0.25

    Reference:
        Karras et al., Progressive Growing of GANs, arXiv:1710.10196, figure 2.
    """

    def __init__(self, num_updates: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("num_updates", num_updates, advice="An epoch or two of rounds are usual.")
        self.num_updates = num_updates

    def build(self, input_shape: Sequence[Shape]) -> None:
        """Makes the count of updates.

        Raises:
            ValueError: If the branches differ in shape.
        """
        is_list = all(isinstance(shape, tuple | list) for shape in input_shape)
        shapes = [tuple(shape) for shape in input_shape] if is_list else [tuple(input_shape)]
        if len(shapes) != 2 or shapes[0][1:] != shapes[1][1:]:
            raise ValueError(
                "FadeIn takes the old branch and the new one, of one shape: FadeIn(…)([old, new]). "
                f"Received shapes {shapes}. Enlarge the old one first, by UpSampling2D for one."
            )
        self.updates = self.add_weight(
            name="updates",
            shape=(),
            initializer="zeros",
            dtype="float32",
            trainable=False,
            autocast=False,
            aggregation="only_first_replica",
        )

    def before_update(self) -> None:
        """Counts an update of the player that has the layer."""
        self.updates.assign(self.updates + 1.0)

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """Both branches, blended."""
        old, new = inputs
        # A copy, since torch refuses to differentiate after `before_update` changed the original.
        share = ops.minimum(ops.copy(self.updates) / self.num_updates, 1.0)
        share = ops.cast(share, new.dtype)
        return (1.0 - share) * old + share * new

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        """That of a branch."""
        return tuple(input_shape[0])
