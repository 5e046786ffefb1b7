"""Losses of both players, as `keras.losses.Loss`: real scores, fake scores → one value."""

from keras_gan_losses.losses.adversarial_loss import (
    AdversarialLoss,
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.hinge import HingeDiscriminatorLoss, HingeGeneratorLoss
from keras_gan_losses.losses.least_squares import (
    LeastSquaresDiscriminatorLoss,
    LeastSquaresGeneratorLoss,
)
from keras_gan_losses.losses.minimax import MinimaxDiscriminatorLoss, MinimaxGeneratorLoss
from keras_gan_losses.losses.non_saturating import (
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.losses.wasserstein import (
    WassersteinDiscriminatorLoss,
    WassersteinGeneratorLoss,
)

__all__ = [
    "AdversarialLoss",
    "FakeScoreGeneratorLoss",
    "HingeDiscriminatorLoss",
    "HingeGeneratorLoss",
    "LeastSquaresDiscriminatorLoss",
    "LeastSquaresGeneratorLoss",
    "MinimaxDiscriminatorLoss",
    "MinimaxGeneratorLoss",
    "NonSaturatingDiscriminatorLoss",
    "NonSaturatingGeneratorLoss",
    "SeparableDiscriminatorLoss",
    "WassersteinDiscriminatorLoss",
    "WassersteinGeneratorLoss",
]
