"""Both players of the game of the first GAN paper, as a zero-sum game."""

import math

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.cross_entropy_scores import CrossEntropyScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor


@register
class MinimaxDiscriminatorLoss(CrossEntropyScores, SeparableDiscriminatorLoss):
    """Tells real from generated samples by binary cross-entropy.

    Choose it to study the game as it was first stated. At its optimum the discriminator is
    log(p_data / p_generator), and −loss is 2 JSD(p_data, p_generator) − log 4.

    Formula, per sample, with sp = softplus: sp(−real) + sp(fake). This is the cross-entropy of
    the labels 1 and 0; TF-GAN's value differs by a constant.

    Args:
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = MinimaxDiscriminatorLoss()
    >>> round(float(loss([[0.0]], [[0.0]])), 4)  # undecided: log 4
    1.3863

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, equation 1.
    """

    def real_losses(self, real_scores: Scores) -> Tensor:
        """−log D(x)."""
        return ops.softplus(-real_scores)

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """−log(1 − D(G(z)))."""
        return ops.softplus(fake_scores)

    def divergence_estimates(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """Jensen–Shannon divergence, from below: log 2 − ½ E[sp(−real) + sp(fake)]."""
        mean = ops.mean(self.call(real_scores, fake_scores))
        return {"jensen_shannon_estimate": math.log(2.0) - 0.5 * mean}


@register
class MinimaxGeneratorLoss(CrossEntropyScores, FakeScoreGeneratorLoss):
    """Lowers the discriminator's certainty that generated samples are generated.

    Choose it to show why it is not used: where the discriminator is sure (score −s), its
    gradient is σ(−s) and vanishes, so that the generator learns least when it is worst.
    `NonSaturatingGeneratorLoss` has the same fixed point without this.

    Formula, per sample, with sp = softplus: −sp(fake), which is log(1 − D(G(z))). Some libraries
    call the non-saturating loss "minimax" or "vanilla"; this one is the true minimax loss.

    Args:
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = MinimaxGeneratorLoss()
    >>> round(float(loss([[0.0]], [[0.0]])), 4)
    -0.6931

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, equation 1.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """log(1 − D(G(z)))."""
        return -ops.softplus(fake_scores)
