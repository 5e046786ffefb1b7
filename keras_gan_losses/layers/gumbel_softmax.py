"""Draws of categories through which gradients flow."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Shape, Tensor
from keras_gan_losses.validation import check_flag, check_number

# Below it the logarithm of a logarithm is not finite in float32.
_LEAST_UNIFORM = 1e-7


@register
class GumbelSoftmax(keras.layers.Layer):
    """Draws one of several categories, nearly one-hot, in a way that lets gradients through.

    Choose it as the last layer of a generator's head for categories: columns of a table, letters,
    kinds of atoms. A softmax alone gives shares of all categories, by which the discriminator tells
    generated samples from one-hot ones at once.

    Formula, along the last axis: softmax((logits + g) / temperature), g = −log(−log(u)) for
    u uniform in (0, 1). The greatest entry is a draw from softmax(logits), whatever the
    temperature. It draws in inference too.

    Args:
        temperature: At least 0.01. Smaller ones come nearer to one-hot, with gradients that vary
            more. Defaults to 0.2, CTGAN's.
        is_hard: Whether to give exact one-hot vectors with the gradient of the soft ones, the
            straight-through estimator. Defaults to False.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: Logits, of shape `(…, categories)`.

    Returns:
        Shares of the same shape, which add up to 1.

    Raises:
        ValueError: If `temperature` is too small, or `is_hard` is no bool.

    Example:
    >>> drawn = GumbelSoftmax(is_hard=True)(ops.array([[0.0, 90.0, 0.0]]))
    >>> ops.convert_to_numpy(drawn).round(3).tolist()
    [[0.0, 1.0, 0.0]]

    Reference:
        Jang et al., Categorical Reparameterization with Gumbel-Softmax, arXiv:1611.01144.
        Maddison et al., The Concrete Distribution, arXiv:1611.00712.
    """

    def __init__(self, temperature: float = 0.2, *, is_hard: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("temperature", temperature, minimum=0.01, advice="CTGAN has 0.2.")
        check_flag("is_hard", is_hard)
        self.temperature = temperature
        self.is_hard = is_hard
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: Tensor) -> Tensor:
        """Drawn categories."""
        # In half precision the rarest draws would not exist.
        uniform = keras.random.uniform(
            ops.shape(inputs), _LEAST_UNIFORM, 1.0, dtype="float32", seed=self.seed_generator
        )
        noisy = ops.cast(inputs, "float32") - ops.log(-ops.log(uniform))
        soft = ops.softmax(noisy / self.temperature)
        if self.is_hard:
            drawn = ops.one_hot(ops.argmax(soft, axis=-1), soft.shape[-1], dtype="float32")
            soft = soft + ops.stop_gradient(drawn - soft)
        return ops.cast(soft, self.compute_dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """That of the logits."""
        return input_shape

    def get_config(self) -> Config:
        """Constructor arguments."""
        return {**super().get_config(), "temperature": self.temperature, "is_hard": self.is_hard}
