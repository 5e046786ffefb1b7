"""Both players of the non-saturating game: cross-entropy, with a generator that keeps learning."""

from typing import Any

from keras import ops

from keras_gan_losses.losses.adversarial_loss import (
    FakeScoreGeneratorLoss,
    SeparableDiscriminatorLoss,
)
from keras_gan_losses.losses.cross_entropy_scores import CrossEntropyScores
from keras_gan_losses.losses.minimax import MinimaxDiscriminatorLoss
from keras_gan_losses.registration import register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class NonSaturatingDiscriminatorLoss(CrossEntropyScores, SeparableDiscriminatorLoss):
    """Tells real from generated samples by binary cross-entropy, with softened real labels.

    Choose it with `NonSaturatingGeneratorLoss`; smooth the labels when the discriminator grows
    too sure. Without smoothing it is `MinimaxDiscriminatorLoss`.

    Formula, per sample, with sp = softplus and s = label_smoothing:
    (1 − s) sp(−real) + s sp(real) + sp(fake). Only real labels are smoothed: they become 1 − s.
    TF-GAN's argument 0.25 means the label 0.875; here it means 0.75.

    Args:
        label_smoothing: What is taken off the label of real samples, from 0 (the paper) to 0.5.
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `label_smoothing` is outside [0, 0.5].

    Example:
    >>> loss = NonSaturatingDiscriminatorLoss(label_smoothing=0.1)
    >>> round(float(loss([[0.0]], [[0.0]])), 4)
    1.3863

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661; smoothing: Salimans et al., 2016,
        arXiv:1606.03498, section 3.4.
    """

    def __init__(self, *, label_smoothing: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 0.0 for the loss of the paper, or 0.1 to soften real labels."
        check_number("label_smoothing", label_smoothing, minimum=0.0, maximum=0.5, advice=advice)
        self.label_smoothing = label_smoothing

    def real_losses(self, real_scores: Scores) -> Tensor:
        """Cross-entropy with the label 1 − s."""
        losses = ops.softplus(-real_scores)
        # sp(r) = r + sp(−r) folds both terms into one; 0 times an infinite score would be NaN.
        return losses + self.label_smoothing * real_scores if self.label_smoothing else losses

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """Cross-entropy with the label 0."""
        return ops.softplus(fake_scores)

    def divergence_estimates(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """Jensen–Shannon divergence, from below."""
        # Smoothed labels change what is minimised, but not what the scores tell.
        unsmoothed = MinimaxDiscriminatorLoss(from_logits=self.from_logits)
        return unsmoothed.divergence_estimates(real_scores, fake_scores)


@register
class NonSaturatingGeneratorLoss(CrossEntropyScores, FakeScoreGeneratorLoss):
    """Raises the discriminator's certainty that generated samples are real.

    Choose it as the first thing to try: simple, and its gradient is largest where the generator
    is worst.

    Formula, per sample, with sp = softplus: sp(−fake), which is −log D(G(z)). A minus before it,
    as in some tutorials, teaches the generator to be caught. log(sigmoid(fake) + 1e-8), as
    elsewhere, loses its gradient below scores of −18; this form never does.

    Args:
        from_logits: False for a discriminator that ends in a sigmoid.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = NonSaturatingGeneratorLoss()
    >>> round(float(loss([[0.0]], [[0.0]])), 4)
    0.6931

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, section 3.
    """

    def fake_losses(self, fake_scores: Scores) -> Tensor:
        """−log D(G(z))."""
        return ops.softplus(-fake_scores)
