"""Packing: a discriminator that judges several samples at once."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Tensor
from keras_gan_losses.validation import check_count


@register
class Packing(keras.layers.Layer):
    """Joins neighbouring samples of the batch, so that the discriminator judges them together.

    Choose it against mode collapse: samples that are too much alike are seen to be so, if the
    discriminator looks at several. Put it first in the discriminator, which for the rest stays
    as it is; scores are then per pack, and so are the losses.

        (batch, …, channels) → (batch / num_samples, …, num_samples · channels)

    Samples i · num_samples to (i + 1) · num_samples − 1 make pack i, one after the other along
    the last axis. A rest that does not fill a pack is left out; a batch smaller than one pack
    fills it by repeating its samples. The authors' code keeps the number
    of packs: give `fit` `num_samples` times the `batch_size`.

    In a conditional discriminator, pack the labels' embedding too. Penalties on gradients look at
    single samples, at the gradient of its pack's score by each: R1's mean is that over packs
    divided by `num_samples`, and samples left out have the gradient 0.
    `GradientPenalty(num_packed=num_samples)` takes the norm over a pack.

    Args:
        num_samples: Samples in a pack, at least 1; 2 to 4 in the paper.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: Samples, of shape `(batch, …, channels)`.

    Returns:
        Packs, of shape `(batch / num_samples, …, num_samples · channels)`.

    Raises:
        ValueError: If `num_samples` is not a positive whole number, or the inputs have no axis
            beside the batch's.

    Example:
    >>> discriminator = keras.Sequential(
    ...     [
    ...         keras.Input((28, 28, 1)),
    ...         Packing(2),
    ...         keras.layers.Conv2D(8, 5, strides=2, activation="leaky_relu"),
    ...         keras.layers.Flatten(),
    ...         keras.layers.Dense(1),
    ...     ]
    ... )
    >>> tuple(discriminator(ops.zeros((6, 28, 28, 1))).shape)
    (3, 1)

    Reference:
        Lin et al., 2017, arXiv:1712.04086.
    """

    def __init__(self, num_samples: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("num_samples", num_samples, advice="Use 2 for the smallest packs of the paper.")
        self.num_samples = num_samples

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Checks that there is an axis to join samples along."""
        if len(input_shape) < 2:
            raise ValueError(
                "Packing joins samples along their last axis, so inputs must have one beside the "
                f"batch's. Received inputs of shape {tuple(input_shape)}. Add an axis of size 1."
            )

    def call(self, inputs: Tensor) -> Tensor:
        """Packs."""
        samples = self._filled(inputs)
        shape = ops.shape(samples)
        num_packs = shape[0] // self.num_samples
        whole = samples[: num_packs * self.num_samples]
        apart = ops.reshape(whole, (num_packs, self.num_samples, *shape[1:]))
        joined = (*shape[1:-1], self.num_samples * shape[-1])
        return ops.reshape(ops.moveaxis(apart, 1, -2), (num_packs, *joined))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Shape of the packs."""
        size, *between, channels = input_shape
        num_packs = None if size is None else max(size // self.num_samples, 1)
        joined = None if channels is None else self.num_samples * channels
        return (num_packs, *between, joined)

    def get_config(self) -> Config:
        """Constructor arguments."""
        return {**super().get_config(), "num_samples": self.num_samples}

    def _filled(self, samples: Tensor) -> Tensor:
        """The samples, with repetitions after them if they are fewer than one pack takes."""
        size = ops.shape(samples)[0]
        missing = self.num_samples - size
        if isinstance(size, int) and missing <= 0:
            return samples
        if not isinstance(size, int):  # known to the graph of TensorFlow only when it runs
            missing = ops.maximum(missing, 0)
        repeated = ops.concatenate([samples[: self.num_samples]] * self.num_samples, axis=0)
        return ops.concatenate([samples, repeated[:missing]], axis=0)
