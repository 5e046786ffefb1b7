"""Padding that mirrors images at their edges."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Shape, Tensor
from keras_gan_losses.validation import check_count


@register
class ReflectionPadding(keras.layers.Layer):
    """Continues signals and images beyond their edges by mirroring them there.

    Choose it before a convolution of `padding="valid"` where zeros would show at the edges of
    what a generator makes. The edge itself is not repeated: with `size=2`, a, b, c becomes
    c, b, a, b, c, b, a. All axes between the batch's and the channels' are padded. Derivatives
    of every order are exact, so that it may stand in a penalised discriminator too.

    Args:
        size: Elements to add at each end of each axis, at least 1 and fewer than the axis has.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: Signals `(batch, time, channels)` or images `(batch, height, width, channels)`.

    Returns:
        The padded inputs, longer by `2 * size` along each axis.

    Raises:
        ValueError: If `size` is not a positive whole number, the inputs are neither signals nor
            images, or one of their axes is too short.

    Example:
    >>> signal = ops.reshape(ops.array([1.0, 2.0, 3.0]), (1, 3, 1))
    >>> ops.convert_to_numpy(ReflectionPadding(2)(signal)).ravel().tolist()
    [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]

    Reference:
        Johnson et al., Perceptual Losses for Real-Time Style Transfer and Super-Resolution,
        arXiv:1603.08155.
    """

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("size", size, advice="Use 1 for a convolution of width 3.")
        self.size = size

    def build(self, input_shape: Shape) -> None:
        """Checks that every axis is long enough to be mirrored."""
        is_known = len(input_shape) in (3, 4)
        axes = input_shape[1:-1]
        if is_known and all(length is None or length > self.size for length in axes):
            return
        raise ValueError(
            "ReflectionPadding takes signals or images, (batch, axes, channels) with one or two "
            f"axes of more than `size` elements. Received: size={self.size} and inputs of shape "
            f"{tuple(input_shape)}. Pad less, or give larger inputs."
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Padded inputs."""
        axes = [(self.size, self.size)] * (len(inputs.shape) - 2)
        return ops.pad(inputs, [(0, 0), *axes, (0, 0)], mode="reflect")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Shape of the padded inputs."""
        batch, *axes, channels = input_shape
        padded = [None if length is None else length + 2 * self.size for length in axes]
        return (batch, *padded, channels)

    def get_config(self) -> Config:
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size}
