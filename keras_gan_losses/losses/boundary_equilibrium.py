"""Both players of the boundary equilibrium GAN."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
    scores_by_sample,
)
from keras_gan_losses.losses.batch_statistics import batch_mean
from keras_gan_losses.losses.energy_scores import EnergyScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class BoundaryEquilibriumDiscriminatorLoss(EnergyScores, SeparableDiscriminatorLoss):
    """Lowers the energy of real samples and lifts that of generated ones, as hard as needed.

    Choose it where the discriminator is an autoencoder and one player keeps winning: a weight k
    of the generated samples, which starts at 0, holds the ratio of both energies. The output is
    the reconstruction error, an energy, lower for real samples.

    Formula, per sample: real_energy − k · fake_energy. After each of the discriminator's
    updates `update_state` sets k ← clip(k + gain · (diversity_ratio · E real_energy −
    E fake_energy), 0, 1). The paper takes the last energy from the generator's own batch, here
    it is from the discriminator's: samples of the same generator.

    k is state: it is in `variables`, saved with a GAN, and left alone by calls.

    Args:
        diversity_ratio: γ, the ratio of fake to real energy to hold, from 0 to 1. Lower values
            give better but more uniform samples; the paper shows 0.3, 0.5 and 0.7.
        gain: λ, how fast k follows, above 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `diversity_ratio` is outside [0, 1], or `gain` is not positive.

    Example:
    >>> loss = BoundaryEquilibriumDiscriminatorLoss(diversity_ratio=0.5, gain=0.25)
    >>> float(loss([[4.0]], [[1.0]]))  # k is 0
    4.0
    >>> loss.update_state(BatchScores([[4.0]], [[1.0]]))  # k is 0.25 (0.5 · 4 − 1)
    >>> float(loss([[4.0]], [[1.0]]))
    3.75

    Reference:
        Berthelot et al., 2017, arXiv:1703.10717, section 3.4.
    """

    def __init__(self, *, diversity_ratio: float = 0.5, gain: float = 0.001, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 0.5, or a value from 0.3 (better samples) to 0.7 (more diverse ones)."
        check_number("diversity_ratio", diversity_ratio, minimum=0.0, maximum=1.0, advice=advice)
        check_number("gain", gain, minimum=1e-12, advice="The paper's gain is 0.001.")
        self.diversity_ratio = diversity_ratio
        self.gain = gain
        self.fake_weight = keras.Variable(
            0.0, trainable=False, dtype="float32", aggregation="mean", name="fake_weight"
        )

    def real_losses(self, real_scores: Scores) -> Tensor:
        """The energy."""
        return real_scores

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The negative energy, weighted by k."""
        return -ops.cast(self.fake_weight, fake_scores.dtype) * fake_scores

    def update_state(self, batch: BatchScores) -> None:
        """Moves k after an update of the discriminator.

        Args:
            batch: The energies in that update.
        """
        _, imbalance = self._energies(batch.real_scores, batch.fake_scores)
        moved = self.fake_weight + self.gain * imbalance
        self.fake_weight.assign(ops.clip(moved, 0.0, 1.0))

    def measures(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """What tells the state of training, for the logs.

        Args:
            real_scores: Energies of real samples, as in a call.
            fake_scores: Energies of generated samples.

        Returns:
            Scalars: `convergence`, E real_energy + |diversity_ratio · E real_energy −
            E fake_energy|, which falls as training goes well; and `fake_weight`, k.
        """
        real_energy, imbalance = self._energies(real_scores, fake_scores)
        return {
            "convergence": real_energy + ops.abs(imbalance),
            "fake_weight": ops.convert_to_tensor(self.fake_weight),
        }

    def _energies(self, *scores: Scores) -> tuple[Tensor, Tensor]:
        real_energy, fake_energy = (
            ops.stop_gradient(batch_mean(scores_by_sample(ops.convert_to_tensor(s, "float32"))))
            for s in scores
        )
        return real_energy, self.diversity_ratio * real_energy - fake_energy


@register
class BoundaryEquilibriumGeneratorLoss(EnergyScores, FakeScoreGeneratorLoss):
    """Lowers the energy of generated samples.

    Choose it with `BoundaryEquilibriumDiscriminatorLoss`.

    Formula, per sample: fake_energy.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = BoundaryEquilibriumGeneratorLoss()
    >>> float(loss([[0.0]], [[1.5]]))
    1.5

    Reference:
        Berthelot et al., 2017, arXiv:1703.10717, section 3.4.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The energy."""
        return fake_scores
