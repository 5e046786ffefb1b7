"""The settings in which something is checked, and how messages call them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

Arguments = Mapping[str, Any]


def settings(make: Callable[..., Any], arguments: Arguments | None) -> list[dict[str, Any]]:
    """The defaults, if there are defaults for everything, and the given arguments.

    Example:
    >>> settings(lambda margin=1.0: None, {"margin": 2.0})
    [{}, {'margin': 2.0}]
    >>> settings(lambda margin: None, {"margin": 2.0})
    [{'margin': 2.0}]
    """
    chosen = [dict(arguments)] if arguments else []
    return [{}, *chosen] if _has_all_defaults(make) else chosen


def _has_all_defaults(make: Callable[..., Any]) -> bool:
    try:
        inspect.signature(make).bind()
    except TypeError:
        return False
    return True


def title(make: Callable[..., Any], arguments: Arguments) -> str:
    """Constructor call, as one would write it.

    Example:
    >>> title(dict, {"margin": 2.0})
    'dict(margin=2.0)'
    """
    name = getattr(make, "__name__", repr(make))
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
