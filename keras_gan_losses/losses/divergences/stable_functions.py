"""Exponentials and logarithms that stay finite, with a gradient, at any score."""

from keras import ops

from keras_gan_losses.types import Scores, Tensor

EXPONENT_LIMIT = 20.0

# Newton's steps that bring log ω to the last digit of float64, from the worst start.
_NUM_NEWTON_STEPS = 6


def number_like(number: float, values: Tensor) -> Tensor:
    """The number in the precision of the values.

    On torch, Keras takes a number for float32 where it does not know better.

    Example:
    >>> number_like(0.5, ops.ones(3, dtype="float16")).dtype == ops.ones(3, dtype="float16").dtype
    True
    """
    return ops.convert_to_tensor(number, dtype=values.dtype)


def at_most(values: Tensor, limit: float) -> Tensor:
    """The values, or the limit where they exceed it.

    Example:
    >>> [float(value) for value in at_most(ops.convert_to_tensor([1.0, 3.0]), 2.0)]
    [1.0, 2.0]
    """
    # On torch, `ops.minimum` of float64 is of float32. Compared so, NaN remains NaN.
    return ops.where(values >= limit, number_like(limit, values), values)


def bounded_exp(exponents: Tensor) -> Tensor:
    """exp, continued by its tangent from `EXPONENT_LIMIT` on.

    Example:
    >>> largest_exact = bounded_exp(ops.convert_to_tensor(20.0))
    >>> round(float(bounded_exp(ops.convert_to_tensor(30.0)) / largest_exact), 3)
    11.0
    """
    excess = ops.relu(exponents - EXPONENT_LIMIT)
    return ops.exp(at_most(exponents, EXPONENT_LIMIT)) * (1.0 + excess)


def log_bounded_exp(exponents: Tensor) -> Tensor:
    """Logarithm of `bounded_exp`, exact where that has underflowed.

    Example:
    >>> float(log_bounded_exp(ops.convert_to_tensor(-1e4)))
    -10000.0
    """
    excess = ops.relu(exponents - EXPONENT_LIMIT)
    return at_most(exponents, EXPONENT_LIMIT) + ops.log1p(excess)


def log_softplus(scores: Scores) -> Tensor:
    """Logarithm of softplus, exact where that has underflowed.

    Example:
    >>> float(log_softplus(ops.convert_to_tensor(-1e4)))
    -10000.0
    """
    # Below −20 softplus is exp to nine digits.
    upper = ops.log(ops.softplus(-at_most(-scores, EXPONENT_LIMIT)))
    return ops.where(scores < -EXPONENT_LIMIT, scores, upper)


def x_log_x(ratios: Tensor) -> Tensor:
    """X log x, 0 at 0.

    Example:
    >>> float(x_log_x(ops.convert_to_tensor(0.0)))
    0.0
    """
    return ratios * ops.log(ops.where(ratios > 0.0, ratios, ops.ones_like(ratios)))


def log_wright_omega(values: Tensor) -> Tensor:
    """Y with exp(y) + y = value: the logarithm of Lambert's W of exp(value).

    Example:
    >>> float(log_wright_omega(ops.convert_to_tensor(1.0)))
    0.0
    """
    start = ops.where(values < 1.0, values, ops.log(-at_most(-values, -1.0)))
    solution = ops.stop_gradient(start)
    for _ in range(_NUM_NEWTON_STEPS):
        power = ops.exp(solution)
        solution = solution - (power + solution - values) / (power + 1.0)
    return solution
