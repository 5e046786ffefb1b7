"""The last layer of a slicing discriminator: a direction that learns apart from its features."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Shape, Tensor

# Keeps a direction of no length differentiable.
_LEAST_SQUARED_NORM = 1e-12


@register
class SlicingDense(keras.layers.Layer):
    """Scores features by their part along one direction of length 1.

    Choose it as the last layer of a discriminator, with `penalties.SlicingPenalty` in `compile`,
    to turn any objective into its slicing form (SAN): the features learn from the objective's
    loss, the direction from the distance between the projected means alone, so that the
    generator's gradient lowers a distance. The GAN is refused without the penalty, by which alone
    the direction learns.

        scores = ⟨sg ω, h⟩,   direction_scores = ⟨ω, sg h⟩,   ω = w / ‖w‖

    sg stops gradients; both outputs have one value. There is no bias, which the features may have,
    nor a scale, which the authors' code has beside the paper. w is brought back to length 1 after
    each update, which changes no score. Gradient penalties see the scores, and train the features.

    Args:
        kernel_initializer: Of w, a Keras initializer or its name.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: Features `(batch, …, features)`; of a map, those of each place.

    Returns:
        `{"scores": …, "direction_scores": …}`, each of shape `(batch, …, 1)`.

    Raises:
        ValueError: If the inputs have no axis of features, or one of unknown length.

    Example:
    >>> layer = SlicingDense(kernel_initializer="ones")
    >>> outputs = layer(ops.convert_to_tensor([[3.0, 1.0, 0.0, 0.0]]))
    >>> float(outputs["scores"][0, 0])  # (3 + 1) / √4
    2.0

    Reference:
        Takida et al., 2023, arXiv:2301.12811.
    """

    def __init__(
        self,
        *,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: Shape) -> None:
        """Makes the direction."""
        if len(input_shape) < 2 or input_shape[-1] is None:
            raise ValueError(
                "SlicingDense takes features of shape (batch, …, features), with a known number "
                f"of them. Received inputs of shape {tuple(input_shape)}. Put a Flatten or a "
                "pooling before it."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], 1),
            initializer=self.kernel_initializer,
            constraint=keras.constraints.UnitNorm(axis=0),
            # Half precision is too narrow for the square of a short one.
            autocast=False,
        )

    def call(self, inputs: Tensor) -> dict[str, Tensor]:
        """Scores for the features to learn from, and the same for the direction."""
        squared_norm = ops.sum(ops.square(self.kernel))
        direction = self.kernel * ops.rsqrt(ops.maximum(squared_norm, _LEAST_SQUARED_NORM))
        direction = ops.cast(direction, inputs.dtype)
        return {
            "scores": ops.matmul(inputs, ops.stop_gradient(direction)),
            "direction_scores": ops.matmul(ops.stop_gradient(inputs), direction),
        }

    def compute_output_shape(self, input_shape: Shape) -> dict[str, Shape]:
        """Shape of both outputs."""
        return dict.fromkeys(("scores", "direction_scores"), (*input_shape[:-1], 1))

    def get_config(self) -> Config:
        """Constructor arguments."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {**super().get_config(), "kernel_initializer": initializer}
