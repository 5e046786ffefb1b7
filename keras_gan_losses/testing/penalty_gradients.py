"""Whether a penalty's second derivative arrives in the discriminator, and arrives right."""

from functools import partial

import numpy as np
from keras import ops

from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.differences import central_differences
from keras_gan_losses.testing.discriminators import (
    NUM_DIMENSIONS,
    curved_discriminator,
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
from keras_gan_losses.testing.settings import Arguments

# On both sides of 1, the usual target, and of no round number, where a penalty may have a kink.
GRADIENT_NORMS = (0.43, 3.1)
# Large, because penalties are computed in float32.
_STEP = 2.0**-6


def check_penalty_gradients(
    make_penalty: MakePenalty, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Compares a penalty's gradient by the discriminator's weights with differences of values.

    Choose it for every penalty on a gradient: it alone sees whether the second derivative is
    there. For a linear discriminator the differences are the formula's; for a curved one they
    are the penalty's own, in float32, to one part in a hundred.

    Args:
        make_penalty: The penalty's class.
        formula: What each value must be, as in `check_penalty`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a gradient is wrong or missing.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> check_penalty_gradients(R1Penalty, lambda real, fake, weights: 5 * np.sum(weights**2))
    """
    for case in penalty_cases(make_penalty, formula, arguments):
        for norm in GRADIENT_NORMS:
            _check_linear_gradient(case, norm * random_direction(NUM_DIMENSIONS))
        _check_curved_gradient(case)


def _check_linear_gradient(case: PenaltyCase, weights: np.ndarray) -> None:
    (gradient,) = penalty_gradients(case.penalty(), linear_discriminator(weights))
    _check_gradient(
        f"Gradient of {case.title} with respect to a linear discriminator's weights",
        gradient[:, 0],
        central_differences(lambda point: np.mean(case.expected(point)), weights),
        tolerance=1e-3,
    )


def _check_curved_gradient(case: PenaltyCase) -> None:
    network = curved_discriminator()
    start = [ops.convert_to_numpy(variable.value) for variable in network.trainable_variables]
    sizes = [array.size for array in start]
    gradient = np.concatenate(
        [array.ravel() for array in penalty_gradients(case.penalty(), network)]
    )
    directions = np.stack([random_direction(sum(sizes), seed=seed) for seed in range(3)])

    def value_towards(direction: np.ndarray, distance: np.ndarray) -> np.ndarray:
        parts = np.split(distance * direction, np.cumsum(sizes)[:-1])
        network.set_weights([a + p.reshape(a.shape) for a, p in zip(start, parts, strict=True)])
        return np.mean(
            ops.convert_to_numpy(penalty_values(case.penalty(), network)), dtype="float64"
        )

    slopes = [
        central_differences(partial(value_towards, direction), np.zeros(1), step=_STEP)
        for direction in directions
    ]
    _check_gradient(
        f"Gradient of {case.title} with respect to a curved discriminator's weights, "
        "along three directions",
        directions @ gradient,
        np.concatenate(slopes),
        tolerance=1e-2,
    )


def _check_gradient(
    subject: str, gradient: np.ndarray, expected: np.ndarray, *, tolerance: float
) -> None:
    check_close(
        subject,
        gradient,
        expected,
        tolerance=tolerance,
        absolute=tolerance * max(0.1, np.abs(expected).max()),
        suspects={"Does an operation stop the gradient": np.zeros(expected.shape)},
    )
