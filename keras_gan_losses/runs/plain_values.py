"""Plain Python and NumPy values as JSON and arrays have them, and back, of the same types."""

import collections
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from keras_gan_losses.types import Json

Plain: TypeAlias = Any
"""A value of Python or NumPy that is asked what it is."""

_SCALARS = (bool, int, float, str)


def _ordered(values: Iterable[Plain]) -> list[Plain]:
    # So that the same set is the same text.
    return sorted(values, key=repr)


def _items(values: Mapping[Plain, Plain]) -> list[Plain]:
    return [list(item) for item in values.items()]


# What becomes a list, and the way back.
_CONTAINERS: Mapping[
    type, tuple[Callable[[Plain], list[Plain]], Callable[[list[Plain]], Plain]]
] = {
    bytes: (list, bytes),
    tuple: (list, tuple),
    set: (_ordered, set),
    frozenset: (_ordered, frozenset),
    collections.deque: (lambda it: [list(it), it.maxlen], lambda it: collections.deque(*it)),
    dict: (_items, dict),
    collections.OrderedDict: (_items, collections.OrderedDict),
    collections.Counter: (_items, lambda items: collections.Counter(dict(items))),
}
_MAKERS = {kind.__name__: make for kind, (_, make) in _CONTAINERS.items()}


def encoded(value: Plain, arrays: dict[str, np.ndarray], key: str) -> Json:
    """A value as JSON has it; arrays are put beside.

    Args:
        value: None, a number, a text, bytes, an array, or a list, tuple, set, deque or dictionary
            of such.
        arrays: Where arrays are put.
        key: Begin of their names.

    Raises:
        TypeError: If it is, or holds, anything else.

    Example:
    >>> decoded(encoded({1: (2, {3})}, {}, ""), {})
    {1: (2, {3})}
    """
    if value is None or type(value) in _SCALARS:
        return value
    if isinstance(value, list):
        return [encoded(each, arrays, f"{key}/{index}") for index, each in enumerate(value)]
    if type(value) in _CONTAINERS:
        as_list, _ = _CONTAINERS[type(value)]
        return {type(value).__name__: encoded(as_list(value), arrays, key)}
    if isinstance(value, np.generic) and type(value.item()) in _SCALARS:
        return {"number": [value.dtype.str, value.item()]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        arrays[key] = value
        return {"array": key}
    # Members of an enumeration, for example, by their values.
    kind = next((kind for kind in _SCALARS if isinstance(value, kind)), None)
    if kind is None:
        raise TypeError(f"{type(value).__name__} is no plain value.")
    return kind(value)


def decoded(value: Plain, arrays: Mapping[str, np.ndarray]) -> Plain:
    """The value that `encoded` was given.

    Args:
        value: What `encoded` gave.
        arrays: The arrays put beside.
    """
    if isinstance(value, list):
        return [decoded(each, arrays) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "array":
        return arrays[content]
    if kind == "number":
        return np.dtype(content[0]).type(content[1])
    return _MAKERS[kind](decoded(content, arrays))
