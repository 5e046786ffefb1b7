"""How what is played is named: an objective or recipe, and what is changed of it."""


def with_rate(objective: str, rate: float) -> str:
    """An objective with a learning rate of its own.

    Example:
    >>> with_rate("hinge", 0.010)
    'hinge, 0.01'
    """
    return f"{objective}, {rate:g}"


def split(contestant: str) -> tuple[str, str]:
    """The objective or recipe, and what is changed, which may be nothing.

    Example:
    >>> split("hinge, 0.01"), split("hinge")
    (('hinge', '0.01'), ('hinge', ''))
    """
    objective, _, options = contestant.partition(", ")
    return objective, options
