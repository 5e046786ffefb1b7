"""Both players of the relativistic games: what counts is the lead over the other kind's scores."""

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

from keras_gan_losses.losses.batch_statistics import batch_mean
from keras_gan_losses.losses.equal_batches import EqualBatchesLoss
from keras_gan_losses.registration import look_up, register
from keras_gan_losses.types import Scores, Tensor
from keras_gan_losses.validation import check_number

Cost = Callable[[Tensor], Tensor]


def cross_entropy_cost(lead: Tensor) -> Tensor:
    """sp(−lead): cross-entropy of the label "the first is more real"."""
    return ops.softplus(-lead)


def least_squares_cost(lead: Tensor) -> Tensor:
    """(lead − 1)²: leads of other sizes than 1 cost, larger ones too."""
    return ops.square(lead - 1.0)


def hinge_cost(lead: Tensor) -> Tensor:
    """relu(1 − lead): leads of more than 1 cost nothing."""
    return ops.relu(1.0 - lead)


COSTS: Mapping[str, Cost] = {
    "cross_entropy": cross_entropy_cost,
    "hinge": hinge_cost,
    "least_squares": least_squares_cost,
}


def paired(cost: Cost, upper: Scores, lower: Scores) -> Tensor:
    """cost(upper − lower): pairs are made by index, patch by patch."""
    return cost(upper - lower)


def average(cost: Cost, upper: Scores, lower: Scores) -> Tensor:
    """cost(upper − E lower) + cost(E upper − lower): each against the other kind's mean."""
    return cost(upper - batch_mean(lower)) + cost(batch_mean(upper) - lower)


COMPARISONS: Mapping[str, Callable[[Cost, Scores, Scores], Tensor]] = {
    "average": average,
    "paired": paired,
}


class RelativisticLoss(EqualBatchesLoss):
    """Compares scores of the one kind with those of the other.

    Args:
        cost: What a lead costs the player who wants it large: `"cross_entropy"`, sp(−lead);
            `"least_squares"`, (lead − 1)², which keeps scores from growing and has no ½, unlike
            `LeastSquaresDiscriminatorLoss`; `"hinge"`, relu(1 − lead), for spectral
            normalisation; or a function of leads, registered with Keras if it is to be saved.
        comparison: `"paired"`, a real sample with the generated one of its index, or
            `"average"`, a sample with the mean of the other kind over the batch and its patches,
            through which the gradient flows: less noise, but a value that depends on which
            samples meet.
        scale: Factor of the whole, at least 0. The author's first code halves the average form
            (0.5); the paper, the author's later code and TF-GAN do not.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.
    """

    def __init__(
        self,
        *,
        cost: str | Cost = "cross_entropy",
        comparison: str = "paired",
        scale: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        advice = "Use 1.0 for the loss of the paper, 0.5 for that of its author's first code."
        check_number("scale", scale, minimum=0.0, advice=advice)
        self._cost = cost if callable(cost) else look_up(cost, COSTS, "cost")
        self._comparison = look_up(comparison, COMPARISONS, "comparison")
        self.cost = cost
        self.comparison = comparison
        self.scale = scale

    def compare(self, upper: Scores, lower: Scores) -> Tensor:
        """What it costs the player who wants `upper` to score higher than `lower`."""
        return self.scale * self._comparison(self._cost, upper, lower)


@register
class RelativisticDiscriminatorLoss(RelativisticLoss):
    """Scores real samples above generated ones, by their lead alone.

    Choose it where generators drop modes: only the lead of real over fake counts, so that a
    generated sample has to beat real ones, wherever the decision boundary is. The default with
    `R1Penalty` and `R2Penalty` is the loss of R3GAN. Some call the paired form RpGAN, the paper
    RSGAN; with averages it is RaSGAN, RaLSGAN and RaHingeGAN.

    Formula, per sample: scale · cost(real − fake), or of averages, E the mean over the batch,
    scale · [cost(real − E fake) + cost(E real − fake)].

    Args:
        cost: What a lead costs: `"cross_entropy"`, sp(−lead); `"least_squares"`, (lead − 1)²;
            `"hinge"`, relu(1 − lead); or a function of leads.
        comparison: `"paired"` by index, or with the other kind's `"average"`.
        scale: Factor of the whole, at least 0; 0.5 in the author's first code of averages.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If there is no cost or comparison of that name, or `scale` is negative or not
            finite; in a call, if there are not as many scores of both kinds.

    Example:
    >>> loss = RelativisticDiscriminatorLoss()
    >>> round(float(loss([[3.0]], [[3.0]])), 4)  # undecided: log 2
    0.6931
    >>> loss = RelativisticDiscriminatorLoss(cost="least_squares", comparison="average")
    >>> float(loss([[1.0]], [[2.0]]))
    8.0

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4, algorithm 2 and appendix; Huang
        et al., 2025, arXiv:2501.05441.
    """

    def batch_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """Cost of the real samples' leads."""
        return self.compare(real_scores, fake_scores)


@register
class RelativisticGeneratorLoss(RelativisticLoss):
    """Has generated samples score above real ones, by their lead alone.

    Choose it with `RelativisticDiscriminatorLoss`, of the same cost and comparison. Real scores
    are needed. Unlike `HingeGeneratorLoss`, the hinge has a margin here.

    Formula, per sample: scale · cost(fake − real), or of averages, E the mean over the batch,
    scale · [cost(fake − E real) + cost(E fake − real)].

    Args:
        cost: What a lead costs: `"cross_entropy"`, sp(−lead); `"least_squares"`, (lead − 1)²;
            `"hinge"`, relu(1 − lead); or a function of leads.
        comparison: `"paired"` by index, or with the other kind's `"average"`.
        scale: Factor of the whole, at least 0; 0.5 in the author's first code of averages.
        **kwargs: `reduction`, `name` and `dtype`, as for every loss.

    Raises:
        ValueError: If there is no cost or comparison of that name, or `scale` is negative or not
            finite; in a call, if there are not as many scores of both kinds.

    Example:
    >>> loss = RelativisticGeneratorLoss(cost="hinge")
    >>> float(loss([[2.0]], [[1.5]]))
    1.5

    Reference:
        Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4, algorithm 2 and appendix.
    """

    def batch_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """Cost of the generated samples' leads."""
        return self.compare(fake_scores, real_scores)
