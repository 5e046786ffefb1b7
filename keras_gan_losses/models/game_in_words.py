"""The settings of a game as a reader of Python would write them."""

from collections.abc import Iterator, Mapping

from keras_gan_losses.game.kept_rules import KeptRules
from keras_gan_losses.types import Json

_OF_OBJECTIVES = (
    "discriminator_loss",
    "generator_loss",
    "penalties",
    "discriminator_constraint",
)
# What classes have in common, and long texts, such as a network's, tell readers nothing.
_UNTOLD = ("name", "reduction", "dtype")
_LONGEST = 160


def settings(rules: KeptRules) -> Iterator[tuple[str, str]]:
    """Each setting of a game that is not off, with its value."""
    optimizers: dict[str, dict[str, Json]] = {}
    for name, value in rules.description.items():
        whose, _, setting = name.partition(".")
        if setting:
            optimizers.setdefault(whose, {})[setting] = value
        else:
            yield from _parts(name, value)
    for whose, own in optimizers.items():
        yield whose, f"{rules.optimizer_classes[whose]}({words(own)})"


def _parts(name: str, value: Json) -> Iterator[tuple[str, str]]:
    """An objective setting by setting, for its own text would be too long."""
    class_name, config = _made_of(value)
    if class_name == "Objective":
        for each in _OF_OBJECTIVES:
            yield from _parts(each, config[each])
    elif value not in (None, False, [], 0):
        yield name, described(value)


def described(value: Json) -> str:
    """A value, or a serialized object as Python would make it.

    Example:
    >>> described({"class_name": "R1Penalty", "config": {"gamma": 10.0, "step": None}})
    'R1Penalty(gamma=10)'
    """
    if isinstance(value, list):
        return ", ".join(map(described, value))
    class_name, config = _made_of(value)
    if class_name:
        own = words(config)
        return f"{class_name}({own if len(own) < _LONGEST else '…'})"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def words(values: Mapping[str, Json]) -> str:
    """Values by name, those left out that are off or that all objects have."""
    told = {
        name: value
        for name, value in values.items()
        if name not in _UNTOLD and value not in (None, False)
    }
    return ", ".join(f"{name}={described(value)}" for name, value in told.items())


def _made_of(value: Json) -> tuple[str | None, dict[str, Json]]:
    """Class and arguments of a serialized object; None for anything else."""
    if isinstance(value, dict) and isinstance(config := value.get("config"), dict):
        return str(value.get("class_name")), config
    return None, {}
