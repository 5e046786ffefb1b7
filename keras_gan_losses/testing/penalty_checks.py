"""Checks of penalties, for penalties of your own: with discriminators of known gradient."""

import keras
import numpy as np
from keras import ops

from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.discriminators import (
    BATCH_SIZE,
    NUM_DIMENSIONS,
    linear_discriminator,
    random_direction,
)
from keras_gan_losses.testing.penalty_case import (
    Formula,
    MakePenalty,
    PenaltyCase,
    penalty_cases,
    penalty_gradients,
    penalty_values,
)
from keras_gan_losses.testing.penalty_conventions import (
    check_penalty_serialization,
    check_penalty_uses_gradient,
)
from keras_gan_losses.testing.penalty_gradients import GRADIENT_NORMS, check_penalty_gradients
from keras_gan_losses.testing.settings import Arguments

# With all weights this, the squared gradient exceeds float16, and each weight is exact in it.
_LARGE_WEIGHT = 128.0


def check_penalty(
    make_penalty: MakePenalty,
    formula: Formula,
    *,
    arguments: Arguments | None = None,
    saved_arguments: Arguments | None = None,
) -> None:
    """Checks everything that training relies on in a penalty.

    Choose it to test a penalty of your own in one call; choose a single check to find a fault.

    The formula is the penalty's value for a linear discriminator of score `sample · weights`,
    whose gradient is `weights` at every point. It is called as `formula(real, fake, weights,
    **arguments)` with float64 arrays of shapes `(batch, dimensions)` twice and `(dimensions,)`,
    and gives one value per sample, shape `(batch,)`, or one for all. Its defaults are checked
    against the penalty's.

    Args:
        make_penalty: The penalty's class.
        formula: What each value must be.
        arguments: A value other than the default for each constructor argument that the formula
            takes too. The penalty is checked with them and, if it has defaults, with those.
        saved_arguments: The same for constructor arguments that the formula does not take, save
            `every`, `fraction`, `schedule` and `name`: they are checked in saving only.

    Raises:
        AssertionError: If the penalty is wrong. The message says in what.
        ValueError: If an argument is missing.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> import numpy as np
    >>> def formula(real, fake, weights, gamma=10.0):
    ...     return gamma / 2 * np.sum(weights**2)
    >>> saved = {"step": 0.1}
    >>> check_penalty(R1Penalty, formula, arguments={"gamma": 3.0}, saved_arguments=saved)
    """
    check_penalty_values(make_penalty, formula, arguments=arguments)
    check_penalty_gradients(make_penalty, formula, arguments=arguments)
    check_penalty_zero_gradient(make_penalty, formula, arguments=arguments)
    check_penalty_precision(make_penalty, formula, arguments=arguments)
    check_penalty_uses_gradient(make_penalty, arguments=arguments)
    all_arguments = {**(arguments or {}), **(saved_arguments or {})}
    check_penalty_serialization(make_penalty, arguments=all_arguments)


def check_penalty_values(
    make_penalty: MakePenalty, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Compares a penalty's values per sample with the formula's, for linear discriminators.

    Choose it to find whether a norm is taken over the wrong dimensions or a weight is lost.

    Args:
        make_penalty: The penalty's class.
        formula: What each value must be, as in `check_penalty`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a value is wrong, or there is not one per sample.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> check_penalty_values(R1Penalty, lambda real, fake, weights: 5 * np.sum(weights**2))
    """
    for case in penalty_cases(make_penalty, formula, arguments):
        for norm in GRADIENT_NORMS:
            weights = norm * random_direction(NUM_DIMENSIONS)
            _check_values(case, weights, f"for a gradient of norm {norm}", tolerance=1e-4)


def _check_values(
    case: PenaltyCase, weights: np.ndarray, where: str, *, tolerance: float, dtype: str = "float32"
) -> None:
    values = penalty_values(case.penalty(), linear_discriminator(weights, dtype=dtype))
    expected = case.expected(weights)
    check_close(
        f"Values per sample of {case.title} {where}",
        ops.convert_to_numpy(values),
        expected,
        tolerance=tolerance,
        absolute=tolerance * max(1.0, np.abs(expected).max()),
        suspects={"Is the norm over the whole batch": case.expected(weights * np.sqrt(BATCH_SIZE))},
    )


def check_penalty_zero_gradient(
    make_penalty: MakePenalty, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Checks a penalty where the discriminator is constant: a root's derivative is infinite there.

    Choose it for a penalty with a norm: one step of NaN loses the whole training.

    Args:
        make_penalty: The penalty's class.
        formula: What each value must be, as in `check_penalty`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a value is not finite or wrong by more than one part in a hundred, or
            a gradient is not finite.

    Example:
    >>> from keras_gan_losses.penalties import GradientPenalty
    >>> check_penalty_zero_gradient(GradientPenalty, lambda real, fake, weights: 10.0)
    """
    weights = np.zeros(NUM_DIMENSIONS)
    for case in penalty_cases(make_penalty, formula, arguments):
        _check_values(case, weights, "for a gradient of zero", tolerance=1e-2)
        (gradient,) = penalty_gradients(case.penalty(), linear_discriminator(weights))
        if not np.all(np.isfinite(gradient)):
            raise AssertionError(
                f"{case.title}: must have a finite gradient where the discriminator's gradient "
                f"is zero. Received: {gradient[:, 0]}. Add a small number, 1e-12 for instance, "
                "under the square root."
            )


def check_penalty_precision(
    make_penalty: MakePenalty, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Checks that a penalty is computed in float32, even if the discriminator is not.

    Choose it for training in mixed precision: squares of gradients exceed float16 from 256 on.

    Args:
        make_penalty: The penalty's class.
        formula: What each value must be, as in `check_penalty`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a value is not float32, not finite, or wrong by more than one part in
            a hundred.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> check_penalty_precision(R1Penalty, lambda real, fake, weights: 5 * np.sum(weights**2))
    """
    weights = np.full(NUM_DIMENSIONS, _LARGE_WEIGHT)
    for case in penalty_cases(make_penalty, formula, arguments):
        values = penalty_values(
            case.penalty(), linear_discriminator(weights, dtype="mixed_float16")
        )
        dtype = keras.backend.standardize_dtype(values.dtype)
        if dtype != "float32":
            raise AssertionError(f"{case.title}: values must be float32. Received: {dtype}.")
        where = "for a large gradient of a discriminator in float16"
        _check_values(case, weights, where, tolerance=1e-2, dtype="mixed_float16")
