"""Both players of the relativistic games in which a sample meets the other kind's average."""

from collections.abc import Callable
from typing import Any

from keras_gan_losses.losses.batch_statistics import batch_mean
from keras_gan_losses.losses.equal_batches import EqualBatchesLoss
from keras_gan_losses.losses.relativistic_costs import (
    hinge_cost,
    least_squares_cost,
    logistic_cost,
)
from keras_gan_losses.registration import register
from keras_gan_losses.validation import check_number


class RelativisticAverageLoss(EqualBatchesLoss):
    """Compares each sample with the mean score of the other kind.

    The mean is taken over the batch and, of patch maps, over all patches; the gradient flows
    through it. A loss of batches, then: its value depends on which samples meet.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.
    """

    def __init__(self, *, scale: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 1.0 for the loss of the paper, 0.5 for that of its author's first code."
        check_number("scale", scale, minimum=0.0, advice=advice)
        self.scale = scale

    def compare(self, cost: Callable[[Any], Any], upper: Any, lower: Any) -> Any:
        """Cost of the leads of `upper` over the mean of `lower`, and of its mean over `lower`.

        Args:
            cost: What a lead costs.
            upper: Scores that should be the higher ones.
            lower: Scores that should be the lower ones.
        """
        of_upper, of_lower = cost(upper - batch_mean(lower)), cost(batch_mean(upper) - lower)
        return self.scale * (of_upper + of_lower)


@register
class RelativisticAverageDiscriminatorLoss(RelativisticAverageLoss):
    """Scores real samples above the average generated one, and generated below the average real.

    Choose it over the paired form for less noise from pair to pair, at the price of a mean over
    the batch.

    Formula, per sample, with sp = softplus and E the mean over the batch:
    scale · [sp(−(real − E fake)) + sp(fake − E real)]. The author's first code halves this
    (`scale=0.5`); the paper, the author's later code and TF-GAN do not.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageDiscriminatorLoss()
    >>> round(float(loss([[3.0]], [[3.0]])), 4)  # undecided: 2 log 2
    1.3863

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, algorithm 2 (RaSGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real samples' leads."""
        return self.compare(logistic_cost, real_scores, fake_scores)


@register
class RelativisticAverageGeneratorLoss(RelativisticAverageLoss):
    """Has generated samples score above the average real one, and real below the average fake.

    Choose it with `RelativisticAverageDiscriminatorLoss`.

    Formula, per sample, with sp = softplus and E the mean over the batch:
    scale · [sp(−(fake − E real)) + sp(real − E fake)]. Real scores are needed.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageGeneratorLoss(scale=0.5)
    >>> round(float(loss([[1.0]], [[0.0]])), 4)
    1.3133

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, algorithm 2 (RaSGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated samples' leads."""
        return self.compare(logistic_cost, fake_scores, real_scores)


@register
class RelativisticAverageLeastSquaresDiscriminatorLoss(RelativisticAverageLoss):
    """Draws real samples to 1 above the average generated one, generated to 1 below the real.

    Choose it over the logistic form to keep leads, and so scores, from growing.

    Formula, per sample, with E the mean over the batch:
    scale · [(real − E fake − 1)² + (fake − E real + 1)²].

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageLeastSquaresDiscriminatorLoss()
    >>> float(loss([[1.0]], [[2.0]]))
    8.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, appendix (RaLSGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real samples' leads."""
        return self.compare(least_squares_cost, real_scores, fake_scores)


@register
class RelativisticAverageLeastSquaresGeneratorLoss(RelativisticAverageLoss):
    """Draws generated samples to 1 above the average real one, real to 1 below the generated.

    Choose it with `RelativisticAverageLeastSquaresDiscriminatorLoss`.

    Formula, per sample, with E the mean over the batch:
    scale · [(fake − E real − 1)² + (real − E fake + 1)²]. Real scores are needed.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageLeastSquaresGeneratorLoss()
    >>> float(loss([[1.0]], [[2.0]]))
    0.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, appendix (RaLSGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated samples' leads."""
        return self.compare(least_squares_cost, fake_scores, real_scores)


@register
class RelativisticAverageHingeDiscriminatorLoss(RelativisticAverageLoss):
    """Keeps real samples a margin above the average generated one, and generated below the real.

    Choose it with spectral normalisation: samples beyond the margin give no gradient.

    Formula, per sample, with E the mean over the batch:
    scale · [relu(1 − (real − E fake)) + relu(1 + (fake − E real))]. The author's first code
    halves this.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageHingeDiscriminatorLoss()
    >>> float(loss([[2.0]], [[1.5]]))
    1.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, appendix (RaHingeGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the real samples' leads."""
        return self.compare(hinge_cost, real_scores, fake_scores)


@register
class RelativisticAverageHingeGeneratorLoss(RelativisticAverageLoss):
    """Brings generated samples a margin above the average real one, and real below the generated.

    Choose it with `RelativisticAverageHingeDiscriminatorLoss`.

    Formula, per sample, with E the mean over the batch:
    scale · [relu(1 − (fake − E real)) + relu(1 + (real − E fake))]. Real scores are needed.

    Args:
        scale: Factor of the whole, at least 0.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> loss = RelativisticAverageHingeGeneratorLoss()
    >>> float(loss([[2.0]], [[1.5]]))
    3.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, appendix (RaHingeGAN).
    """

    def batch_losses(self, real_scores: Any, fake_scores: Any) -> Any:
        """Cost of the generated samples' leads."""
        return self.compare(hinge_cost, fake_scores, real_scores)
