"""Both players of the energy-based GAN."""

from typing import Any

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.energy_scores import EnergyScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class EnergyBasedDiscriminatorLoss(EnergyScores, SeparableDiscriminatorLoss):
    """Lowers the energy of real samples, and lifts that of generated ones up to a margin.

    Choose it where the discriminator is an autoencoder: its output is the reconstruction error,
    an energy, lower for real samples.

    Formula, per sample: real_energy + relu(margin − fake_energy). vegans applies the relu to the
    batch's mean, which lets samples far beyond the margin pay for others below it.

    Args:
        margin: Energy from which generated samples are let be, above 0, in the units of the
            reconstruction error; 10 in the paper's search on MNIST, 20 to 80 for larger images.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `margin` is not a positive number.

    Example:
    >>> loss = EnergyBasedDiscriminatorLoss(margin=10.0)
    >>> float(loss([[0.5]], [[8.0]]))
    2.5

    Reference:
        Zhao et al., 2016, arXiv:1609.03126, equation 1.
    """

    def __init__(self, *, margin: float = 10.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 10.0 for the setting of the paper on MNIST."
        check_number("margin", margin, minimum=1e-12, advice=advice)
        self.margin = margin

    def real_losses(self, real_scores: Scores) -> Tensor:
        """The energy."""
        return real_scores

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """How far the energy falls short of the margin."""
        return ops.relu(self.margin - fake_scores)


@register
class EnergyBasedGeneratorLoss(EnergyScores, FakeScoreGeneratorLoss):
    """Lowers the energy of generated samples.

    Choose it with `EnergyBasedDiscriminatorLoss`. The paper's form with the pulling-away term
    adds `penalties.PullingAwayPenalty`.

    Formula, per sample: fake_energy.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = EnergyBasedGeneratorLoss()
    >>> float(loss([[0.0]], [[1.5]]))
    1.5

    Reference:
        Zhao et al., 2016, arXiv:1609.03126, equation 2.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The energy."""
        return fake_scores
