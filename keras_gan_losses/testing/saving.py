"""Whether something can be saved by Keras and loaded again, without loss."""

import inspect
import json
from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

import keras

from keras_gan_losses.registration import constructor_arguments
from keras_gan_losses.testing.settings import Arguments
from keras_gan_losses.types import Config


class Configured(Protocol):
    """What Keras saves as the arguments that make it anew."""

    def get_config(self) -> Config:
        """Those arguments, serialized."""


Saved = TypeVar("Saved", bound=Configured)


def check_round_trip(
    make: Callable[..., Saved],
    arguments: Arguments,
    *,
    common: Arguments,
    unsaved: Collection[str] = (),
) -> tuple[Saved, Saved]:
    """Saves and loads an object as a `.keras` file would, and compares every argument.

    Args:
        make: Its class.
        arguments: A value other than the default for each constructor argument.
        common: The same for arguments that its whole family has; those it lacks are left out.
        unsaved: Constructor arguments that need not be saved.

    Returns:
        The object and its copy.

    Raises:
        AssertionError: If an argument is lost, or the object cannot be saved or loaded.
        ValueError: If an argument is left out here, or has its default value.
    """
    cls = make if isinstance(make, type) else type(make(**arguments))
    names = [name for name in dict.fromkeys(constructor_arguments(cls)) if name not in unsaved]
    given = {**{name: common[name] for name in names if name in common}, **arguments}
    defaults = _defaults(cls)
    _check_given(names, given, defaults)
    original = make(**given)
    _check_config(original, given, defaults)
    copy = _saved_and_loaded(original)
    if type(copy) is not cls or _text(copy.get_config()) != _text(original.get_config()):
        raise AssertionError(
            f"{cls.__name__} changes when it is saved and loaded. Saved: "
            f"{original.get_config()}. Loaded: {type(copy).__name__} {copy.get_config()}."
        )
    return original, copy


def _defaults(cls: type) -> dict[str, object]:
    constructors = [
        base.__dict__["__init__"] for base in cls.__mro__ if "__init__" in base.__dict__
    ]
    defaults: dict[str, object] = {}
    for constructor in reversed(constructors):
        parameters = inspect.signature(constructor).parameters
        defaults.update({name: parameter.default for name, parameter in parameters.items()})
    return defaults


def _check_given(names: list[str], given: Arguments, defaults: Arguments) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(
            "The check of saving needs a value other than the default for every constructor "
            f"argument. Missing: {missing}. Give them in `arguments`, or in `saved_arguments` "
            "if the formula does not take them."
        )
    same = [name for name in names if _is_same(given[name], defaults[name])]
    if same:
        raise ValueError(
            f"{same} have their default values here, so that the check of saving would not "
            "notice their loss. Give other values."
        )


def _check_config(original: Configured, given: Arguments, defaults: Arguments) -> None:
    name, config = type(original).__name__, original.get_config()
    forgotten = [argument for argument in given if argument not in config]
    if forgotten:
        raise AssertionError(
            f"`get_config` of {name} forgets {forgotten}: after loading they would have their "
            "default values. Return every constructor argument."
        )
    for argument, value in given.items():
        if _is_same(config[argument], defaults[argument]):
            raise AssertionError(
                f"`get_config` of {name} returns the default of {argument!r}, "
                f"{config[argument]!r}, though it was made with {value!r}."
            )


def _saved_and_loaded(original: Saved) -> Saved:
    try:
        text = json.dumps(keras.saving.serialize_keras_object(original))
        return keras.saving.deserialize_keras_object(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AssertionError(
            f"{type(original).__name__} cannot be saved and loaded: {error} Decorate its class "
            "with keras.saving.register_keras_serializable(), and let `__init__` take "
            "everything that `get_config` returns."
        ) from error


def _is_same(value: object, default: object) -> bool:
    return default is not inspect.Parameter.empty and _text(value) == _text(default)


def _text(value: object) -> str:
    return json.dumps(keras.saving.serialize_keras_object(value), sort_keys=True)
