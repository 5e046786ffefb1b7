"""A convolution in groups of channels that CPUs can train."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Shape, Tensor
from keras_gan_losses.validation import check_count


@register
class GroupedConvolution(keras.layers.Layer):
    """Convolves groups of an image's channels, each by itself.

    Choose it for `keras.layers.Conv2D(filters, 3, padding="same", groups=num_groups)`, of which it
    has the values and the weights, where a network is trained on a CPU: there TensorFlow and JAX
    take three to seven times as long for the gradients of Keras's. It sums one product of matrices
    for each place of the kernel, and has exact derivatives of every order.

    Args:
        filters: Channels of the output, a multiple of `num_groups`.
        num_groups: Groups of channels, by which those of the input can be divided too.
        kernel_size: Side of the kernel, an odd number. Defaults to 3.
        kernel_initializer: Of the kernel, of shape (side, side, channels of a group, filters).
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: Images `(batch, height, width, channels)`.

    Returns:
        Images `(batch, height, width, filters)`, with zeros beyond their edges.

    Raises:
        ValueError: If a size is no positive whole number, channels cannot be divided into groups,
            or the kernel has no middle.

    Example:
    >>> tuple(GroupedConvolution(8, 2)(ops.ones((1, 5, 5, 4))).shape)
    (1, 5, 5, 8)

    Reference:
        Xie et al., Aggregated Residual Transformations for Deep Neural Networks, arXiv:1611.05431.
    """

    def __init__(
        self,
        filters: int,
        num_groups: int,
        *,
        kernel_size: int = 3,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (("filters", filters), ("num_groups", num_groups)):
            check_count(name, value, advice="32 filters in 2 groups are two groups of 16.")
        check_count("kernel_size", kernel_size, advice="3 is usual.")
        if kernel_size % 2 == 0:
            raise ValueError(f"`kernel_size` must be odd. Received: {kernel_size}. Use 3.")
        _check_divisible("filters", filters, num_groups)
        self.filters, self.num_groups, self.kernel_size = filters, num_groups, kernel_size
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: Shape) -> None:
        """Makes kernel and bias."""
        channels = input_shape[-1]
        if len(input_shape) != 4 or channels is None:
            raise ValueError(
                "GroupedConvolution takes images (batch, height, width, channels) of a known "
                f"number of channels. Received inputs of shape {tuple(input_shape)}."
            )
        _check_divisible("channels", channels, self.num_groups)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*[self.kernel_size] * 2, channels // self.num_groups, self.filters),
            initializer=self.kernel_initializer,
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, inputs: Tensor) -> Tensor:
        """Convolved images."""
        *resolution, channels = inputs.shape[1:]
        height, width = (
            size or ops.shape(inputs)[axis] for axis, size in enumerate(resolution, start=1)
        )
        reach = self.kernel_size // 2
        padded = ops.pad(inputs, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
        grouped = ops.reshape(
            padded, (-1, *ops.shape(padded)[1:3], self.num_groups, channels // self.num_groups)
        )
        kernel = ops.reshape(self.kernel, (*self.kernel.shape[:3], self.num_groups, -1))
        places = [(i, j) for i in range(self.kernel_size) for j in range(self.kernel_size)]
        summed = sum(
            ops.einsum("bhwgc,cgf->bhwgf", grouped[:, i : i + height, j : j + width], kernel[i, j])
            for i, j in places
        )
        return ops.reshape(summed, (-1, height, width, self.filters)) + self.bias

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Shape of the convolved images."""
        return (*input_shape[:-1], self.filters)

    def get_config(self) -> Config:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_groups": self.num_groups,
            "kernel_size": self.kernel_size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


def _check_divisible(name: str, count: int, num_groups: int) -> None:
    if count % num_groups:
        raise ValueError(
            f"The {name} of a grouped convolution must be a multiple of `num_groups`. Received: "
            f"{count} {name} and num_groups={num_groups}."
        )
