"""Both players of the relativistic games in which a real sample meets one generated sample."""

from typing import Any

from keras_gan_losses.losses.equal_batches import EqualBatchesLoss
from keras_gan_losses.losses.relativistic_costs import (
    hinge_cost,
    least_squares_cost,
    logistic_cost,
)
from keras_gan_losses.registration import register


@register
class RelativisticPairedDiscriminatorLoss(EqualBatchesLoss):
    """Scores a real sample above the generated sample it is paired with, by cross-entropy.

    Choose it where generators drop modes: only the lead of real over fake counts, so that a
    generated sample has to beat a real one, wherever the decision boundary is. With `R1Penalty`
    and `R2Penalty` it is the loss of R3GAN.

    Formula, per pair, with sp = softplus: sp(−(real − fake)). Pairs are made by index, patch by
    patch. Some call it RpGAN, the paper RSGAN.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedDiscriminatorLoss()
    >>> round(float(loss([[3.0]], [[3.0]])), 4)  # undecided: log 2
    0.6931

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4; Huang et al., 2025,
        arXiv:2501.05441.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real sample's lead."""
        return logistic_cost(real_scores - fake_scores)


@register
class RelativisticPairedGeneratorLoss(EqualBatchesLoss):
    """Has a generated sample score above the real sample it is paired with, by cross-entropy.

    Choose it with `RelativisticPairedDiscriminatorLoss`.

    Formula, per pair, with sp = softplus: sp(−(fake − real)). Real scores are needed.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedGeneratorLoss()
    >>> round(float(loss([[1.0]], [[0.0]])), 4)
    1.3133

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated sample's lead."""
        return logistic_cost(fake_scores - real_scores)


@register
class RelativisticPairedLeastSquaresDiscriminatorLoss(EqualBatchesLoss):
    """Draws the lead of a real sample over its generated partner to 1, by squared distance.

    Choose it over the logistic form to keep leads, and so scores, from growing.

    Formula, per pair: (real − fake − 1)². There is no ½, unlike in
    `LeastSquaresDiscriminatorLoss`; the paper's general form has this term twice.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedLeastSquaresDiscriminatorLoss()
    >>> float(loss([[1.0]], [[2.0]]))
    4.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real sample's lead."""
        return least_squares_cost(real_scores - fake_scores)


@register
class RelativisticPairedLeastSquaresGeneratorLoss(EqualBatchesLoss):
    """Draws the lead of a generated sample over its real partner to 1, by squared distance.

    Choose it with `RelativisticPairedLeastSquaresDiscriminatorLoss`.

    Formula, per pair: (fake − real − 1)². Real scores are needed.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedLeastSquaresGeneratorLoss()
    >>> float(loss([[1.0]], [[2.0]]))
    0.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated sample's lead."""
        return least_squares_cost(fake_scores - real_scores)


@register
class RelativisticPairedHingeDiscriminatorLoss(EqualBatchesLoss):
    """Keeps a real sample ahead of its generated partner by a margin, and no further.

    Choose it with spectral normalisation: pairs that are told apart give no gradient.

    Formula, per pair: relu(1 − (real − fake)).

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedHingeDiscriminatorLoss()
    >>> float(loss([[2.0]], [[1.5]]))
    0.5

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real sample's lead."""
        return hinge_cost(real_scores - fake_scores)


@register
class RelativisticPairedHingeGeneratorLoss(EqualBatchesLoss):
    """Brings a generated sample ahead of its real partner by a margin, and no further.

    Choose it with `RelativisticPairedHingeDiscriminatorLoss`.

    Formula, per pair: relu(1 − (fake − real)). Unlike `HingeGeneratorLoss`, it has a margin, and
    real scores are needed.

    Args:
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Example:
    >>> loss = RelativisticPairedHingeGeneratorLoss()
    >>> float(loss([[2.0]], [[1.5]]))
    1.5

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4.
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated sample's lead."""
        return hinge_cost(fake_scores - real_scores)
