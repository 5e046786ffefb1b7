"""Both players of the f-GAN: one game for every f-divergence."""

from typing import Any

from keras import ops

from keras_gan_losses.losses import divergences
from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class FDivergenceDiscriminatorLoss(SeparableDiscriminatorLoss):
    """Estimates an f-divergence between data and generated samples.

    Choose it to set by the divergence which error the generator shall avoid: leaving out
    (`"kl"`, `"pearson"`) or making up (`"reverse_kl"`, `"neyman"`). −loss is a lower bound of the
    divergence, tight for the best discriminator.

    Formula, per sample: −T(real) + f*(T(fake)), with T the divergence's activation and f* its
    conjugate. Scores are raw: the activation is part of the loss, not of the network.

    Args:
        divergence: A `Divergence`, or its name: one of `losses.divergences.names()`.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If there is no divergence of that name.

    Example:
    >>> loss = FDivergenceDiscriminatorLoss(divergence="pearson")
    >>> float(loss([[1.0]], [[2.0]]))
    2.0

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709, equation 6.
    """

    def __init__(self, *, divergence: str | divergences.Divergence, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.divergence = divergences.get(divergence)

    def real_losses(self, real_scores: Scores) -> Tensor:
        """−T."""
        return -self.divergence.activation(real_scores)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """f*(T)."""
        return self.divergence.conjugate_of_scores(fake_scores)

    def divergence_estimates(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """The divergence, from below: E[T(real) − f*(T(fake))]."""
        return {"f_divergence_estimate": -ops.mean(self.call(real_scores, fake_scores))}


@register
class FDivergenceGeneratorLoss(FakeScoreGeneratorLoss):
    """Lowers an f-divergence between data and generated samples.

    Choose it with `FDivergenceDiscriminatorLoss`, of the same divergence.

    Formula, per sample: −T(fake), which the paper trains with; as a zero-sum game −f*(T(fake)),
    as its theory has it. For `"gan"` they are the non-saturating and the minimax loss.

    Args:
        divergence: A `Divergence`, or its name: one of `losses.divergences.names()`.
        is_zero_sum: Whether the generator minimises just what the discriminator maximises, with
            the vanishing gradients that this has for most divergences.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If there is no divergence of that name.

    Example:
    >>> float(FDivergenceGeneratorLoss(divergence="pearson")([[0.0]], [[2.0]]))
    -2.0
    >>> float(FDivergenceGeneratorLoss(divergence="pearson", is_zero_sum=True)([[0.0]], [[2.0]]))
    -3.0

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709, section 3.2.
    """

    def __init__(
        self,
        *,
        divergence: str | divergences.Divergence,
        is_zero_sum: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.divergence = divergences.get(divergence)
        self.is_zero_sum = is_zero_sum

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """−T, or −f*(T)."""
        if self.is_zero_sum:
            return -self.divergence.conjugate_of_scores(fake_scores)
        return -self.divergence.activation(fake_scores)
