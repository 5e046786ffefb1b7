"""Layer normalisation that can be differentiated twice on every backend."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Tensor
from keras_gan_losses.validation import check_number


@register
class LayerNormalization(keras.layers.Layer):
    """Gives each sample's features zero mean and unit variance, with exact second derivatives.

    Choose it in a discriminator that is trained with a gradient penalty: batch normalisation
    would let the score of one sample depend on the others. Its values are those of
    `keras.layers.LayerNormalization`, whose second-order gradients are wrong on TensorFlow.

        y = gamma · (x − mean(x)) / sqrt(variance(x) + epsilon) + beta

    Mean and variance are taken per sample over `axis`, in float32 at least; the variance divides
    by the number of features. Give images `axis=(1, 2, 3)`, as Gulrajani et al. do: one mean per
    image. With `axis=-1` each pixel is normalised alone.

    Args:
        axis: The axis or axes to normalise over, without the batch's. `gamma` and `beta` have
            one entry for each feature along them. Defaults to -1.
        epsilon: Added to the variance, at least 0. Defaults to 1e-3, as in Keras.
        center: Whether to add a learned `beta`. Defaults to True.
        scale: Whether to multiply by a learned `gamma`. Defaults to True.
        **kwargs: Arguments of every layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Features, of shape `(batch, ...)`.

    Returns:
        Normalised features, of the shape of the inputs.

    Raises:
        ValueError: If `axis` is not made of distinct axes of the inputs, holds the batch's axis,
            or one of unknown size.

    Example:
    >>> layer = LayerNormalization(epsilon=0.0)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([[1.0, 3.0]]))).round(4).tolist()
    [[-1.0, 1.0]]

    Reference:
        Ba et al., Layer Normalization, arXiv:1607.06450.
        Gulrajani et al., Improved Training of Wasserstein GANs, arXiv:1704.00028.
    """

    def __init__(
        self,
        *,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("epsilon", epsilon, minimum=0.0, advice="Use 1e-3 for the setting of Keras.")
        self.axis = axis if isinstance(axis, int) else tuple(axis)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates `gamma` and `beta` for inputs of this shape."""
        axes = self._axes(len(input_shape))
        shape = [input_shape[axis] for axis in axes]
        if None in shape:
            raise ValueError(
                f"Every axis of `axis` must have a known size. Received: axis={self.axis} and "
                f"inputs of shape {tuple(input_shape)}. Give the model's `Input` a full shape."
            )
        # Without autocast: statistics, scale and shift are float32 under mixed precision.
        common = {"shape": shape, "autocast": False}
        self.gamma = (
            self.add_weight(name="gamma", initializer="ones", **common) if self.scale else None
        )
        self.beta = (
            self.add_weight(name="beta", initializer="zeros", **common) if self.center else None
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Normalised inputs."""
        axes = self._axes(len(inputs.shape))
        features = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        # Not `ops.moments`: on TensorFlow it stops the gradient of the mean.
        centred = features - ops.mean(features, axis=axes, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
        outputs = centred * ops.rsqrt(variance + self.epsilon)
        broadcast = [size if axis in axes else 1 for axis, size in enumerate(inputs.shape)]
        if self.gamma is not None:
            outputs = outputs * ops.reshape(self.gamma, broadcast)
        if self.beta is not None:
            outputs = outputs + ops.reshape(self.beta, broadcast)
        return ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Shape of the inputs."""
        return input_shape

    def get_config(self) -> Config:
        """Constructor arguments."""
        own = {
            "axis": self.axis if isinstance(self.axis, int) else list(self.axis),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
        }
        return {**super().get_config(), **own}

    def _axes(self, rank: int) -> list[int]:
        given = [self.axis] if isinstance(self.axis, int) else list(self.axis)
        axes = sorted(axis % rank if -rank <= axis < rank else 0 for axis in given)
        if not axes or 0 in axes or len(set(axes)) < len(axes):
            raise ValueError(
                f"`axis` must be made of distinct axes of the inputs, without the batch's. "
                f"Received: axis={self.axis} and inputs of rank {rank}. Use -1, or (1, 2, 3) for "
                f"images."
            )
        return axes
