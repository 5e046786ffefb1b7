"""What training changes, by names that depend on the GAN's structure alone."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import keras

from keras_gan_losses.types import Config

Parts = Mapping[str, Sequence[keras.Variable]]

MEANS = "logs/"
"""What the names of the sums behind an epoch's means begin with."""

OPTIMIZERS = "optimizer/"
"""What the names of optimizers' variables begin with."""

AVERAGE = "average"
"""What the names of the averaged generator's variables begin with."""

UNCOMPILED = ("generator", "discriminator", "random", "model")
"""First parts of the names of what a GAN has before `compile`."""


def flat(parts: Parts) -> list[keras.Variable]:
    """All variables of the parts, each once."""
    return list({id(each): each for variables in parts.values() for each in variables}.values())


def named(parts: Parts) -> dict[str, keras.Variable]:
    """The variables as `part/index/name`, each once, by the first part that has it.

    Keras's own names and paths count what was built before in the process: they are shortened to
    what does not, and the index makes them unique.

    Example:
    >>> layer = keras.layers.Dense(2, name="dense_7")
    >>> layer.build((None, 3))
    >>> list(named({"generator": layer.variables}))
    ['generator/0/kernel', 'generator/1/bias']
    """
    prefixes = {each.path.replace("/", "_") for each in flat(parts)}
    found: dict[int, tuple[str, keras.Variable]] = {}
    for part, variables in parts.items():
        for index, each in enumerate(variables):
            found.setdefault(id(each), (f"{part}/{index}/{_stem(each.name, prefixes)}", each))
    return dict(found.values())


def _stem(name: str, prefixes: Collection[str]) -> str:
    """The name without the path of the weight that a slot is for, and without a number."""
    for cut in reversed([match.start() for match in re.finditer("_", name)]):
        if name[:cut] in prefixes:
            return name[cut + 1 :]
    return re.sub(r"_\d+$", "", name)


@dataclass(frozen=True)
class StateForm:
    """What a saved state must have in common with the GAN that takes it.

    Args:
        shapes: Shapes of the variables by name.
        optimizers: Classes of both players' optimizers: slots of two may look alike.
    """

    shapes: Mapping[str, tuple[int, ...]]
    optimizers: Mapping[str, str]

    @classmethod
    def of(cls, variables: Mapping[str, keras.Variable], optimizers: Mapping[str, str]) -> Self:
        """Form of these variables."""
        return cls({name: tuple(each.shape) for name, each in variables.items()}, optimizers)

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Form that `get_config` gave."""
        return cls({n: tuple(shape) for n, shape in config["shapes"].items()}, config["optimizers"])

    def get_config(self) -> Config:
        """The form as JSON has it."""
        shapes = {name: list(shape) for name, shape in self.shapes.items()}
        return {"shapes": shapes, "optimizers": dict(self.optimizers)}

    def of_networks(self) -> Self:
        """The form of what a GAN has before `compile`."""
        shapes = {n: s for n, s in self.shapes.items() if n.split("/")[0] in UNCOMPILED}
        return type(self)(shapes, {})

    def difference(self, own: Self) -> str | None:
        """The first thing that is otherwise in the GAN's own form, in words; None if all fits."""
        for name, kind in own.optimizers.items():
            saved = self.optimizers.get(name, kind)
            if saved != kind:
                return f"{name} was {saved}, and is {kind} here"
        for name, shape in own.shapes.items():
            if name not in self.shapes:
                return f"{name!r} of shape {shape} is missing in it"
            if self.shapes[name] != shape:
                return f"{name!r} has the shape {self.shapes[name]} in it, and {shape} here"
        for name, shape in self.shapes.items():
            if name not in own.shapes:
                return f"{name!r} of shape {shape} is in it, and there is none here"
        return None
