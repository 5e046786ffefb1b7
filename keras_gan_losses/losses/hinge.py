"""Both players of the hinge game."""

from typing import Any

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class HingeDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Separates real from generated samples by a margin, and no further.

    Choose it for large image models with spectral normalisation: samples beyond the margin give
    no gradient, which bounds the discriminator's advantage.

    Formula, per sample, with m = real_margin and n = fake_margin: relu(m − real) + relu(n + fake).
    Only the margins' sum sets a scale, which a penalty on gradients or a spectral norm of 1 is to
    be chosen with; their difference is a bias of the scores.

    Args:
        real_margin: Score from which real samples cost nothing, at least 0; 1 in the papers.
        fake_margin: Minus the score up to which generated samples cost nothing, likewise.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If a margin is negative or not finite, or both are 0.

    Example:
    >>> loss = HingeDiscriminatorLoss()
    >>> float(loss([[1.0]], [[0.5]]))
    1.5

    Reference:
        Lim and Ye, 2017, arXiv:1705.02894; Miyato et al., 2018, arXiv:1802.05957, equation 16.
    """

    def __init__(
        self, *, real_margin: float = 1.0, fake_margin: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, margin in (("real_margin", real_margin), ("fake_margin", fake_margin)):
            check_number(name, margin, minimum=0.0, advice="The papers' margins are 1.0.")
        if real_margin == fake_margin == 0.0:
            raise ValueError(
                "With both margins 0 a discriminator whose scores are all 0 would have nothing to "
                "learn. Give `real_margin` or `fake_margin` a number above 0; the papers' are 1.0."
            )
        self.real_margin = real_margin
        self.fake_margin = fake_margin

    def real_losses(self, real_scores: Scores) -> Tensor:
        """How far the score falls short of the margin."""
        return ops.relu(self.real_margin - real_scores)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """How far the score exceeds minus the margin."""
        return ops.relu(self.fake_margin + fake_scores)


@register
class HingeGeneratorLoss(FakeScoreGeneratorLoss):
    """Raises the mean score of generated samples.

    Choose it with `HingeDiscriminatorLoss`. The generator has no margin: a hinge on its side
    would stop it where it does well.

    Formula, per sample: −fake.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = HingeGeneratorLoss()
    >>> float(loss([[0.0]], [[1.5]]))
    -1.5

    Reference:
        Miyato et al., 2018, arXiv:1802.05957, equation 17.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """The negative score."""
        return -fake_scores
