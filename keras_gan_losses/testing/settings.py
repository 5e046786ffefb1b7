"""The settings in which something is checked, and how messages call them."""

import inspect
from collections.abc import Callable, Mapping

Arguments = Mapping[str, object]


def settings(make: Callable[..., object], arguments: Arguments | None) -> list[Arguments]:
    """The defaults, if there are defaults for everything, and the given arguments.

    Example:
    >>> settings(lambda margin=1.0: None, {"margin": 2.0})
    [{}, {'margin': 2.0}]
    >>> settings(lambda margin: None, {"margin": 2.0})
    [{'margin': 2.0}]
    """
    chosen: list[Arguments] = [dict(arguments)] if arguments else []
    return [{}, *chosen] if _has_all_defaults(make) else chosen


def _has_all_defaults(make: Callable[..., object]) -> bool:
    try:
        inspect.signature(make).bind()
    except TypeError:
        return False
    return True


def title(make: Callable[..., object], arguments: Arguments) -> str:
    """Constructor call, as one would write it.

    Example:
    >>> title(dict, {"margin": 2.0})
    'dict(margin=2.0)'
    """
    name = getattr(make, "__name__", repr(make))
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
