"""What the discriminator's scores tell of the distance that an objective minimises."""

import math
from typing import Any

import keras

from keras_gan_losses.losses import (
    FDivergenceDiscriminatorLoss,
    MinimaxDiscriminatorLoss,
    NonSaturatingDiscriminatorLoss,
    WassersteinDiscriminatorLoss,
)


def _negative_loss(loss: Any, real_scores: Any, fake_scores: Any) -> float:
    return -float(loss(real_scores, fake_scores))


def _jensen_shannon(loss: Any, real_scores: Any, fake_scores: Any) -> float:
    # Smoothed labels change what is minimised, but not what the scores tell.
    unsmoothed = MinimaxDiscriminatorLoss(from_logits=loss.from_logits)
    return math.log(2.0) - 0.5 * float(unsmoothed(real_scores, fake_scores))


_ESTIMATES = {
    MinimaxDiscriminatorLoss: ("jensen_shannon_estimate", _jensen_shannon),
    NonSaturatingDiscriminatorLoss: ("jensen_shannon_estimate", _jensen_shannon),
    WassersteinDiscriminatorLoss: ("wasserstein_estimate", _negative_loss),
    FDivergenceDiscriminatorLoss: ("f_divergence_estimate", _negative_loss),
}


def divergence_estimate(
    loss: keras.losses.Loss, real_scores: Any, fake_scores: Any
) -> dict[str, float]:
    """Estimate of the divergence that a discriminator's loss stands for, by its name in the logs.

    Args:
        loss: The discriminator's.
        real_scores: Scores of real samples.
        fake_scores: Scores of as many generated samples.

    Returns:
        One entry, or none for losses that estimate nothing.

    Example:
    >>> estimate = divergence_estimate(MinimaxDiscriminatorLoss(), [[0.0]], [[0.0]])
    >>> round(abs(estimate["jensen_shannon_estimate"]), 6)  # undecided: no distance seen
    0.0
    """
    if type(loss) not in _ESTIMATES:
        return {}
    name, estimate = _ESTIMATES[type(loss)]
    return {name: estimate(loss, real_scores, fake_scores)}
