"""The constraint of the first Wasserstein GAN."""

import keras
from keras import ops

from keras_gan_losses.registration import Configurable, register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class ClippedWeights(Configurable, keras.constraints.Constraint):
    """Clips weights to [−limit, limit].

    Args:
        limit: Greatest absolute weight, above 0; 0.01 in the paper.

    Raises:
        ValueError: If `limit` is not positive.

    Reference:
        Arjovsky et al., 2017, arXiv:1701.07875, algorithm 1.
    """

    def __init__(self, limit: float) -> None:
        advice = "The paper's limit is 0.01."
        check_number("weight_limit", limit, minimum=1e-12, advice=advice)
        self.limit = limit

    def __call__(self, weights: Tensor) -> Tensor:
        """The weights, each at most `limit` from 0."""
        return ops.clip(weights, -self.limit, self.limit)
