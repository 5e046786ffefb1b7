"""Both players of the (α_D, α_G)-GAN: the tunable α-loss, from exponential to linear."""

import math
from typing import Any

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.cross_entropy_scores import CrossEntropyScores
from keras_gan_losses.losses.divergences.stable_functions import EXPONENT_LIMIT, at_most
from keras_gan_losses.losses.precision import at_least_float32
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number

# Of smaller ones even the loss of an undecided discriminator is beyond e²⁰.
_LEAST_ALPHA = 0.05


class AlphaScores(CrossEntropyScores):
    """Costs by the α-loss of the probability that scores give to what is right.

    Args:
        alpha: α, at least 0.05; 1 is cross-entropy.
        **kwargs: `from_logits`, `reduction`, `name` and `dtype`, as for every loss of the family.
    """

    def __init__(self, *, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 1.0 for cross-entropy, less to weigh mistakes more, 1e6 for the limit ∞."
        check_number("alpha", alpha, minimum=_LEAST_ALPHA, advice=advice)
        self.alpha = alpha

    def _cost(self, scores: Scores) -> Tensor:
        """α-loss of probabilities σ(score): (1 − exp(−a u)) / a, where u = −log σ(score)."""
        surprise = ops.softplus(-at_least_float32(scores))
        power = (self.alpha - 1.0) / self.alpha
        if power == 0.0:
            return ops.cast(surprise, scores.dtype)
        exponent = -power * surprise
        value = ops.expm1(at_most(exponent, EXPONENT_LIMIT))
        excess = ops.relu(exponent - EXPONENT_LIMIT)
        return ops.cast(-(value + math.exp(EXPONENT_LIMIT) * excess) / power, scores.dtype)


@register
class AlphaDiscriminatorLoss(AlphaScores, SeparableDiscriminatorLoss):
    """Tells real from generated samples by a loss that α moves from exponential to linear.

    Choose it with an α below 1 to punish a discriminator's mistakes more than cross-entropy does,
    which flattens it near both kinds of samples; above 1 it forgives outliers. It is no
    f-divergence of a GAN: `FDivergenceDiscriminatorLoss` with `AlphaDivergence` is another loss.

    Formula, per sample, with ℓ(s) = α/(α − 1) · (1 − σ(s)^((α − 1)/α)): ℓ(real) + ℓ(−fake). At
    α = 1, the limit, it is cross-entropy, at ½ it is exp(−real) + exp(fake), and for α → ∞
    2 − σ(real) − σ(−fake). Below 1, where it grows exponentially, it is continued by its tangent
    from where σ^((α − 1)/α) is e²⁰: at α = ½ from scores of 20 on the wrong side.

    Args:
        alpha: α, at least 0.05; the limit ∞ is reached to six digits at 1e6.
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `alpha` is below 0.05 or not finite.

    Example:
    >>> loss = AlphaDiscriminatorLoss(alpha=0.5)
    >>> round(float(loss([[0.0]], [[0.0]])), 4)
    2.0

    Reference:
        Welfert et al., 2023, arXiv:2302.14320; Welfert et al., 2023, arXiv:2310.18291.
    """

    def real_losses(self, real_scores: Scores) -> Tensor:
        """α-loss of the probability to be real."""
        return self._cost(real_scores)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """α-loss of the probability to be generated."""
        return self._cost(-fake_scores)


@register
class AlphaGeneratorLoss(AlphaScores, FakeScoreGeneratorLoss):
    """Raises the discriminator's certainty that generated samples are real, by an α of its own.

    Choose it with `AlphaDiscriminatorLoss`. An α above 1 leaves samples alone that are far from
    passing for real, an α below 1 drives them most.

    Formula, per sample, with ℓ(s) = α/(α − 1) · (1 − σ(s)^((α − 1)/α)): ℓ(fake), which at α = 1 is
    the non-saturating loss. With `is_saturating=True` it is −ℓ(−fake), the dual-objective game of
    the first paper. Both are continued by their tangent as in `AlphaDiscriminatorLoss`.

    Args:
        alpha: α, at least 0.05; 1 is cross-entropy.
        is_saturating: Whether the generator lowers what the discriminator of the same α raises.
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `alpha` is below 0.05 or not finite.

    Example:
    >>> loss = AlphaGeneratorLoss()
    >>> round(float(loss([[0.0]], [[0.0]])), 4)
    0.6931

    Reference:
        Welfert et al., 2023, arXiv:2302.14320; not saturating: Welfert et al., 2023,
        arXiv:2310.18291.
    """

    def __init__(self, *, is_saturating: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_saturating = is_saturating

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """α-loss of the probability to be real, or minus that of being generated."""
        return -self._cost(-fake_scores) if self.is_saturating else self._cost(fake_scores)
