"""Losses of both players, as `keras.losses.Loss`: real scores, fake scores → one value."""

from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.losses.adversarial_loss import (
    AdversarialLoss,
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.alpha import AlphaDiscriminatorLoss, AlphaGeneratorLoss
from keras_gan_losses.losses.boundary_equilibrium import (
    BoundaryEquilibriumDiscriminatorLoss,
    BoundaryEquilibriumGeneratorLoss,
)
from keras_gan_losses.losses.dual_contrastive import (
    DualContrastiveDiscriminatorLoss,
    DualContrastiveGeneratorLoss,
)
from keras_gan_losses.losses.energy_based import (
    EnergyBasedDiscriminatorLoss,
    EnergyBasedGeneratorLoss,
)
from keras_gan_losses.losses.energy_scores import EnergyScores
from keras_gan_losses.losses.equal_batches import EqualBatchesLoss
from keras_gan_losses.losses.f_divergence import (
    FDivergenceDiscriminatorLoss,
    FDivergenceGeneratorLoss,
)
from keras_gan_losses.losses.hinge import HingeDiscriminatorLoss, HingeGeneratorLoss
from keras_gan_losses.losses.kl_wasserstein import (
    KLWassersteinDiscriminatorLoss,
    KLWassersteinGeneratorLoss,
)
from keras_gan_losses.losses.least_squares import (
    LeastSquaresDiscriminatorLoss,
    LeastSquaresGeneratorLoss,
)
from keras_gan_losses.losses.minimax import MinimaxDiscriminatorLoss, MinimaxGeneratorLoss
from keras_gan_losses.losses.non_saturating import (
    NonSaturatingDiscriminatorLoss,
    NonSaturatingGeneratorLoss,
)
from keras_gan_losses.losses.relativistic import (
    RelativisticDiscriminatorLoss,
    RelativisticGeneratorLoss,
)
from keras_gan_losses.losses.top_k import TopKGeneratorLoss
from keras_gan_losses.losses.wasserstein import (
    WassersteinDiscriminatorLoss,
    WassersteinGeneratorLoss,
)

__all__ = [
    "AdversarialLoss",
    "AlphaDiscriminatorLoss",
    "AlphaGeneratorLoss",
    "BatchScores",
    "BoundaryEquilibriumDiscriminatorLoss",
    "BoundaryEquilibriumGeneratorLoss",
    "DualContrastiveDiscriminatorLoss",
    "DualContrastiveGeneratorLoss",
    "EnergyBasedDiscriminatorLoss",
    "EnergyBasedGeneratorLoss",
    "EnergyScores",
    "EqualBatchesLoss",
    "FDivergenceDiscriminatorLoss",
    "FDivergenceGeneratorLoss",
    "FakeScoreGeneratorLoss",
    "HingeDiscriminatorLoss",
    "HingeGeneratorLoss",
    "KLWassersteinDiscriminatorLoss",
    "KLWassersteinGeneratorLoss",
    "LeastSquaresDiscriminatorLoss",
    "LeastSquaresGeneratorLoss",
    "MinimaxDiscriminatorLoss",
    "MinimaxGeneratorLoss",
    "NonSaturatingDiscriminatorLoss",
    "NonSaturatingGeneratorLoss",
    "RelativisticDiscriminatorLoss",
    "RelativisticGeneratorLoss",
    "SeparableDiscriminatorLoss",
    "TopKGeneratorLoss",
    "WassersteinDiscriminatorLoss",
    "WassersteinGeneratorLoss",
]
