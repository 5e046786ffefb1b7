"""Checks of adversarial losses, for losses of your own: each against a formula in NumPy."""

from collections.abc import Sequence

from keras_gan_losses.testing.loss_case import (
    SHAPES,
    Formula,
    MakeLoss,
    loss_cases,
    moderate_scores,
    scores_of_magnitude,
)
from keras_gan_losses.testing.loss_conventions import (
    check_loss_reductions,
    check_loss_serialization,
    check_loss_uses_real_scores,
)
from keras_gan_losses.testing.settings import Arguments

# In float32, exp overflows at 89 and a sigmoid is exactly 1 from 17.
_EXTREME_SCORES = (60.0, 1e4)


def check_loss(
    make_loss: MakeLoss,
    formula: Formula,
    *,
    arguments: Arguments | None = None,
    saved_arguments: Arguments | None = None,
    extreme_scores: Sequence[float] = _EXTREME_SCORES,
) -> None:
    """Checks everything that training relies on in a loss.

    Choose it to test a loss of your own in one call; choose a single check to find a fault.

    The formula is the loss written a second time, plainly. It is called as
    `formula(real_scores, fake_scores, **arguments)` with float64 arrays of shape `(batch,
    scores per sample)`, and gives one value per score, in their shape, or one per sample, in the
    shape `(batch,)`. Its defaults are checked against the loss's.

    Args:
        make_loss: The loss's class. Its constructor takes `reduction`, `name` and whatever else
            it needs.
        formula: What each value must be.
        arguments: A value other than the default for each constructor argument that the formula
            takes too. The loss is checked with them and, if it has defaults, with those.
        saved_arguments: The same for constructor arguments that the formula does not take:
            they are checked in saving only.
        extreme_scores: Magnitudes, above 0, at which nothing may overflow. Give smaller ones
            for a loss that truly exceeds float32 there.

    Raises:
        AssertionError: If the loss is wrong. The message says in what.
        ValueError: If the formula gives an array of a wrong shape or overflows itself, or an
            argument is missing.

    Example:
    >>> from keras_gan_losses.losses import LeastSquaresGeneratorLoss
    >>> def formula(real_scores, fake_scores, target=1.0):
    ...     return (fake_scores - target) ** 2 / 2
    >>> check_loss(LeastSquaresGeneratorLoss, formula, arguments={"target": 0.5})
    """
    check_loss_values(make_loss, formula, arguments=arguments)
    check_loss_reductions(make_loss, formula, arguments=arguments)
    check_loss_gradients(make_loss, formula, arguments=arguments)
    check_loss_extremes(make_loss, formula, arguments=arguments, extreme_scores=extreme_scores)
    check_loss_uses_real_scores(make_loss, arguments=arguments)
    all_arguments = {**(arguments or {}), **(saved_arguments or {})}
    check_loss_serialization(make_loss, arguments=all_arguments)


def check_loss_values(
    make_loss: MakeLoss, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Compares a loss's values per sample with the formula's, at each shape that scores may have.

    Choose it to find which of a loss's values is wrong.

    Args:
        make_loss: The loss's class.
        formula: What each value must be, as in `check_loss`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a value is wrong, or there is not one per sample.

    Example:
    >>> from keras_gan_losses.losses import HingeGeneratorLoss
    >>> check_loss_values(HingeGeneratorLoss, lambda real_scores, fake_scores: -fake_scores)
    """
    for case in loss_cases(make_loss, formula, arguments):
        for shape in SHAPES:
            case.check_values(*moderate_scores(shape), f"at scores of shape {shape}")


def check_loss_gradients(
    make_loss: MakeLoss, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Compares a loss's gradients by both players' scores with differences of the formula.

    Choose it to find a gradient that is stopped where it should flow: values do not show it.

    Args:
        make_loss: The loss's class.
        formula: What each value must be, as in `check_loss`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a gradient is wrong or missing.

    Example:
    >>> from keras_gan_losses.losses import HingeGeneratorLoss
    >>> check_loss_gradients(HingeGeneratorLoss, lambda real_scores, fake_scores: -fake_scores)
    """
    for case in loss_cases(make_loss, formula, arguments):
        for shape in SHAPES:
            case.check_gradients(*moderate_scores(shape), f"at scores of shape {shape}")


def check_loss_extremes(
    make_loss: MakeLoss,
    formula: Formula,
    *,
    arguments: Arguments | None = None,
    extreme_scores: Sequence[float] = _EXTREME_SCORES,
) -> None:
    """Compares a loss's values and gradients with the formula's, where float32 may not reach.

    Choose it for a loss with an exponential, a logarithm or a sigmoid.

    Args:
        make_loss: The loss's class.
        formula: What each value must be, as in `check_loss`.
        arguments: Constructor arguments that the formula takes too.
        extreme_scores: Magnitudes, above 0; each is tried with all pairs of signs.

    Raises:
        AssertionError: If a value or a gradient is not finite, or wrong.

    Example:
    >>> from keras_gan_losses.losses import NonSaturatingGeneratorLoss
    >>> import numpy as np
    >>> def formula(real_scores, fake_scores):
    ...     return np.logaddexp(0.0, -fake_scores)
    >>> check_loss_extremes(NonSaturatingGeneratorLoss, formula, extreme_scores=[1e6])
    """
    for case in loss_cases(make_loss, formula, arguments):
        for magnitude in extreme_scores:
            scores, where = scores_of_magnitude(magnitude), f"at scores of ±{magnitude:g}"
            case.check_values(*scores, where)
            case.check_gradients(*scores, where)
