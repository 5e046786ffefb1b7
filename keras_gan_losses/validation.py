"""Checks of arguments whose messages say what came, what was expected and how to mend it."""

import math
import numbers
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def check_number(
    name: str,
    value: float,
    *,
    minimum: float = -math.inf,
    maximum: float = math.inf,
    advice: str,
) -> None:
    """Raises unless `value` is a finite number in [`minimum`, `maximum`].

    Args:
        name: Name of the argument, as the user wrote it.
        value: What came.
        minimum: Least valid value.
        maximum: Greatest valid value.
        advice: A sentence that tells which value to use instead.
    """
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and minimum <= value <= maximum:
        return
    bounds = [
        f"at least {minimum:g}" if minimum > -math.inf else "",
        f"at most {maximum:g}" if maximum < math.inf else "",
    ]
    expected = " and ".join(["a finite number", *(bound for bound in bounds if bound)])
    raise ValueError(f"`{name}` must be {expected}. Received: {name}={value!r}. {advice}")


def check_range(name: str, value: tuple[float, float], *, advice: str) -> None:
    """Raises unless `value` is a pair of finite numbers, the first below the second.

    Args:
        name: Name of the argument, as the user wrote it.
        value: What came.
        advice: A sentence that tells which value to use instead.
    """
    is_pair = isinstance(value, Sequence) and len(value) == 2
    for end in value if is_pair else ():
        check_number(name, end, advice=advice)
    if is_pair and value[0] < value[1]:
        return
    raise ValueError(
        f"`{name}` must be (lowest, highest), the first below the second. Received: "
        f"{name}={value!r}. {advice}"
    )


def check_count(name: str, value: int, *, minimum: int = 1, advice: str) -> None:
    """Raises unless `value` is a whole number of at least `minimum`."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= minimum:
        return
    raise ValueError(
        f"`{name}` must be a whole number of at least {minimum}. Received: {name}={value!r}. "
        f"{advice}"
    )


def check_flag(name: str, value: bool) -> None:
    """Raises unless `value` is True or False: "no" would count as True.

    Args:
        name: Name of the argument, as the user wrote it.
        value: What came.
    """
    if not isinstance(value, bool):
        raise ValueError(f"`{name}` must be True or False. Received: {name}={value!r}.")


def listed(name: str, values: Sequence[Item] | None) -> tuple[Item, ...]:
    """The values of a list or tuple; none of None.

    Args:
        name: Name of the argument, as the user wrote it.
        values: What came.

    Raises:
        ValueError: If it is one value alone, or a text, which would be read by its letters.

    Example:
    >>> listed("penalties", ["r1"])
    ('r1',)
    """
    if values is None or isinstance(values, list | tuple):
        return tuple(values or ())
    raise ValueError(
        f"`{name}` must be a list. Received: {name}={values!r}. Write {name}=[…], for one too."
    )


def check_numbers(name: str, values: Sequence[float], *, minimum: float, advice: str) -> None:
    """Raises unless `values` are one or more finite numbers of at least `minimum`, in a list.

    Args:
        name: Name of the argument, as the user wrote it.
        values: What came.
        minimum: Least valid value.
        advice: A sentence that tells which values to use instead.
    """
    numbers_given = listed(name, values)
    if not numbers_given:
        raise ValueError(f"`{name}` must hold at least one number. Received: none. {advice}")
    for value in numbers_given:
        check_number(name, value, minimum=minimum, advice=advice)


def check_seed(name: str, value: int) -> int:
    """The seed as a number of Python.

    Args:
        name: Name of the argument, as the user wrote it.
        value: What came.

    Raises:
        ValueError: Unless it is a whole number of 32 bits: backends cut longer ones, so that two
            seeds would give the same numbers.

    Example:
    >>> check_seed("seed", 7)
    7
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if is_whole and 0 <= value < 2**32:
        return int(value)
    raise ValueError(
        f"`{name}` must be a whole number from 0 to 2**32 - 1. Received: {name}={value!r}. "
        "Use 0 for example."
    )
