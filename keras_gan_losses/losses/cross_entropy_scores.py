"""What the losses of the cross-entropy family share: scores that may be probabilities."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.losses.adversarial_loss import AdversarialLoss
from keras_gan_losses.losses.precision import at_least_float32
from keras_gan_losses.types import Scores, Tensor

# The least of which both it and its difference from 1 are numbers of float32.
_EPSILON = 2.0**-23


class CrossEntropyScores(AdversarialLoss):
    """Takes raw scores, or probabilities of being real where `from_logits` is False.

    Args:
        from_logits: False for a discriminator that ends in a sigmoid, whose probabilities count
            as at least 2⁻²³ (or Keras's epsilon, if it is larger) from 0 and from 1: the
            logarithms of both are at most 15.94. Raw scores, the default, keep their gradient
            where a sigmoid in float32 has long been 0 or 1.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.
    """

    def __init__(self, *, from_logits: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.from_logits: bool = from_logits

    def call(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        if not self.from_logits:
            real_scores, fake_scores = _logits(real_scores), _logits(fake_scores)
        return super().call(real_scores, fake_scores)


def _logits(probabilities: Tensor) -> Tensor:
    # In half precision 1 − epsilon is 1, whose logit is infinite.
    wide = at_least_float32(probabilities)
    epsilon = max(keras.config.epsilon(), _EPSILON)
    clipped = ops.clip(wide, epsilon, 1.0 - epsilon)
    return ops.cast(ops.log(clipped) - ops.log1p(-clipped), probabilities.dtype)
