"""How the package's objects are saved by Keras and found by name."""

import difflib
import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Self, TypeVar

import keras

from keras_gan_losses.types import Config

Class = TypeVar("Class", bound=type)
Entry = TypeVar("Entry")


def register(cls: Class) -> Class:
    """Makes a class loadable from saved Keras files, as `keras_gan_losses>ClassName`."""
    return keras.saving.register_keras_serializable(package="keras_gan_losses")(cls)


def look_up(name: str, table: Mapping[str, Entry], kind: str) -> Entry:
    """Entry of `table` called `name`; an unknown name lists the valid ones.

    Args:
        name: What the user wrote.
        table: Valid names and what they stand for.
        kind: What the entries are, for the error: "objective", "penalty" …

    Raises:
        ValueError: If there is no such name. The nearest valid one is suggested.

    Example:
    >>> look_up("hinge", {"hinge": 1, "lsgan": 2}, "objective")
    1
    """
    if name in table:
        return table[name]
    near = difflib.get_close_matches(str(name), table)
    # Of names equally near, two exchanged letters are the likelier slip.
    near.sort(key=lambda valid_name: sorted(valid_name) != sorted(str(name)))
    suggestion = f" Did you mean {near[0]!r}?" if near else ""
    valid = ", ".join(repr(valid_name) for valid_name in sorted(table))
    raise ValueError(f"Unknown {kind}: {name!r}.{suggestion} Valid names: {valid}.")


def snake_case(class_name: str) -> str:
    """Name of a class as it stands in logs.

    Example:
    >>> snake_case("GradientPenalty"), snake_case("R1Penalty")
    ('gradient_penalty', 'r1_penalty')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def constructor_arguments(cls: type) -> list[str]:
    """Names of the arguments that `cls(...)` takes, those passed on by `**kwargs` included."""
    names: list[str] = []
    for base in cls.__mro__:
        if "__init__" not in base.__dict__ or base is object:
            continue
        parameters = list(inspect.signature(base.__dict__["__init__"]).parameters.values())[1:]
        kinds = {parameter.kind for parameter in parameters}
        names += [p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return names


def serialize_optimizer(optimizer: keras.optimizers.Optimizer) -> Config:
    """Configuration of an optimizer that every backend can load.

    Under torch Keras names the module of a torch-only subclass, which other backends lack.
    """
    config = keras.saving.serialize_keras_object(optimizer)
    name = config["class_name"]
    if config.get("registered_name") in (None, name) and hasattr(keras.optimizers, name):
        config["module"] = "keras.optimizers"
    return config


def configuration(configured: object, names: Sequence[str]) -> Config:
    """Constructor arguments, each kept in an attribute of its name, serialized by Keras.

    Args:
        configured: What was constructed.
        names: The arguments.

    Raises:
        AttributeError: If one was not kept.
    """
    missing = [name for name in names if not hasattr(configured, name)]
    if missing:
        raise AttributeError(
            f"{type(configured).__name__} must keep each constructor argument in an attribute of "
            f"the same name, or override `get_config`. Missing: {missing}."
        )
    return {name: keras.saving.serialize_keras_object(getattr(configured, name)) for name in names}


class Configurable:
    """Saves an object as its constructor's arguments, each kept in an attribute of its name.

    It spares every loss, penalty, objective and sampler a `get_config` that repeats its
    `__init__`, and makes forgetting one impossible.
    """

    def get_config(self) -> Config:
        """Constructor arguments, serialized by Keras."""
        return configuration(self, constructor_arguments(type(self)))

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Object whose constructor arguments are those of `config`."""
        return cls(**keras.saving.deserialize_keras_object(dict(config)))
