"""How the two networks take their inputs: in an order, or by names."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import keras

from keras_gan_losses.trees import LeafName, checked_shapes, named_leaves
from keras_gan_losses.types import Condition, Data, Shape, Tree

CONDITION = "condition"
"""Name of a condition that no network names."""


@dataclass(frozen=True)
class NetworkInputs:
    """What one network takes, and in which structure.

    Args:
        first: What it takes before the condition, "latents" or "sample"; None for nothing.
        parts: Names of the parts of the condition that it takes.
        are_named: Whether it takes a dictionary, else a list, or one tensor alone.
        leaves: Names of the leaves of what comes first, where each is an input of its own.

    Example:
    >>> NetworkInputs("latents", ("label",))("z", "c"), NetworkInputs("sample")("x", "c")
    (['z', 'c'], 'x')
    >>> NetworkInputs("latents", ("mask",), are_named=True)("z", {"mask": "m", "label": "c"})
    {'latents': 'z', 'mask': 'm'}
    >>> NetworkInputs("sample", ("condition",), leaves=(0, 1))(("a", "f"), "c")
    ['a', 'f', 'c']
    """

    first: str | None
    parts: tuple[str, ...] = ()
    are_named: bool = False
    leaves: tuple[LeafName, ...] = ()

    def __call__(self, first: Tree | None, condition: Condition | None) -> Tree:
        """What the network is called with."""
        taken: Data = {}
        if self.first is not None and first is not None:
            taken |= named_leaves(first) if self.leaves else {self.first: first}
        if condition is not None:
            taken |= {name: part_of(condition, name) for name in self.parts}
        if self.are_named:
            return taken
        values = list(taken.values())
        return values[0] if len(values) == 1 else values

    @property
    def description(self) -> str:
        """What the network takes, in words."""
        first = [] if self.first is None else self.leaves or [self.first]
        names = [str(name) for name in (*first, *self.parts)]
        if self.are_named:
            return f"{{{', '.join(map(repr, names))}}}"
        return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def part_of(condition: Condition, name: str) -> Tree:
    """A part of a condition, of which one that is no dictionary is the only one."""
    return condition[name] if isinstance(condition, Mapping) else condition


def tensors_of(condition: Condition | None) -> Condition | None:
    """The parts of a condition as tensors."""
    if condition is None:
        return None
    return keras.tree.map_structure(keras.ops.convert_to_tensor, condition)


@dataclass
class Declared:
    """What a network says of its inputs, or is said of one that says nothing.

    Args:
        first: Inputs of latents or samples, by the names of their leaves; none where there are
            none or they are not known.
        parts: Shape and dtype of the condition's parts, by name.
        are_named: Whether it takes a dictionary.
        has_own_names: Whether the names are the network's own.
        leaves: Names of the leaves of what comes first, where each is an input of its own.
    """

    first: dict[LeafName, keras.KerasTensor] = field(default_factory=dict)
    parts: dict[str, keras.KerasTensor] = field(default_factory=dict)
    are_named: bool = False
    has_own_names: bool = True
    leaves: tuple[LeafName, ...] = ()

    @classmethod
    def of(
        cls,
        network: keras.Model,
        what: str,
        first: str | None,
        leaves: tuple[LeafName, ...] = (None,),
    ) -> "Declared | None":
        """What a functional or Sequential model declares; None for others.

        Args:
            network: The network.
            what: "generator" or "discriminator".
            first: What it takes before the condition, "latents" or "sample"; None for nothing.
            leaves: Names of the leaves of what comes first.

        Raises:
            ValueError: If there is no such input, or others are within inputs.
        """
        inputs = declared_inputs(network)
        if inputs is None:
            return None
        own = () if leaves == (None,) else leaves
        if own and first is not None:
            _check_leaves(inputs, own, what, first)
        if isinstance(inputs, dict):
            return cls._of_names(inputs, what, first, own)
        before = [] if first is None else inputs[: len(leaves)]
        rest = inputs[len(before) :]
        names = [CONDITION] if len(rest) == 1 else [each.name for each in rest]
        return cls(
            dict(zip(leaves, before, strict=True)) if before else {},
            dict(zip(names, rest, strict=True)),
            has_own_names=len(rest) != 1,
            leaves=own,
        )

    @classmethod
    def _of_names(
        cls,
        inputs: dict[str, keras.KerasTensor],
        what: str,
        first: str | None,
        leaves: tuple[LeafName, ...],
    ) -> "Declared":
        rest = dict(inputs)
        if leaves:
            return cls({name: rest.pop(str(name)) for name in leaves}, rest, True, leaves=leaves)
        if first is not None and first not in rest:
            raise ValueError(
                f"The {what} takes a dictionary, so one of its inputs must be called {first!r}. "
                f"Received inputs called {sorted(rest)}. Rename the key: keras.Model({{{first!r}: "
                "…}, …)."
            )
        if first is None and "latents" in rest:
            raise ValueError(
                "The generator has an input called 'latents', but the GAN has none. Give their "
                f"size: latent_dim={rest['latents'].shape[-1]}."
            )
        if first is None:
            return cls({}, rest, are_named=True)
        return cls({None: rest.pop(first)}, rest, are_named=True)

    def agreeing(self, other: "Declared | None") -> "Declared":
        """The same, its one input without a name of its own called as the other network does."""
        if self.has_own_names or other is None or not (other.has_own_names and other.parts):
            return self
        ((_, only),) = self.parts.items()
        own = only.name if only.name in other.parts else None
        alone = next(iter(other.parts)) if len(other.parts) == 1 else CONDITION
        return dataclasses.replace(self, parts={own or alone: only}, has_own_names=True)

    def taking(self, leaves: tuple[LeafName, ...]) -> "Declared":
        """The same of a network that takes leaves, by their names, before the condition."""
        if leaves == (None,):
            return self
        return dataclasses.replace(self, leaves=leaves, are_named=True)

    def inputs(self, first: str | None) -> NetworkInputs:
        """How the network is called."""
        return NetworkInputs(first, tuple(self.parts), self.are_named, self.leaves)


def told(condition_shape: Shape | Mapping[str, Shape] | None) -> Declared:
    """What is said of networks that do not tell their inputs themselves.

    Args:
        condition_shape: Shape of one condition without the batch, or of each of its parts.
    """
    if condition_shape is None:
        return Declared()
    checked_shapes("condition_shape", condition_shape)
    if isinstance(condition_shape, Mapping):
        parts = {name: _told(shape) for name, shape in condition_shape.items()}
        return Declared(parts=parts, are_named=True)
    return Declared(parts={CONDITION: _told(condition_shape)}, has_own_names=False)


def _told(shape: Sequence[int | None]) -> keras.KerasTensor:
    # Class labels, whether indices or one-hot, are small; images and sequences are not.
    return keras.KerasTensor((None, *shape), "int32" if len(shape) <= 1 else "float32")


def declared_inputs(
    network: keras.Model,
) -> list[keras.KerasTensor] | dict[str, keras.KerasTensor] | None:
    """Inputs of a functional or Sequential model; None where only a call would tell.

    Raises:
        ValueError: If they are nested.
    """
    if isinstance(network, keras.Sequential):
        return list(network.inputs) if network.built else None
    if getattr(network, "inputs", None) is None:
        return None
    inputs = network.input
    values = _values(inputs)
    if any(not isinstance(each, keras.KerasTensor) for each in values):
        raise ValueError(
            f"{network.name!r} takes inputs within inputs. Give it a list or one dictionary: "
            "[latents, condition], or {'latents': …, 'mask': …, 'label': …}."
        )
    return dict(inputs) if isinstance(inputs, dict) else list(values)


def _values(inputs: Tree) -> Iterable[Tree]:
    if isinstance(inputs, dict):
        return inputs.values()
    return inputs if isinstance(inputs, list | tuple) else [inputs]


def _check_leaves(
    inputs: list[keras.KerasTensor] | dict[str, keras.KerasTensor],
    leaves: tuple[LeafName, ...],
    what: str,
    given: str,
) -> None:
    """Raises unless a network takes each leaf by its name or in its place."""
    if isinstance(inputs, dict):
        are_taken = set(leaves) <= set(inputs)
    else:
        are_taken = 0 in leaves and len(inputs) >= len(leaves)
    if not are_taken:
        raise ValueError(
            f"What is called {given!r} has {len(leaves)} leaves, "
            f"{', '.join(map(repr, leaves))}. The {what} must take them by the same names, or in "
            f"the same order. Received one that takes {_shapes(inputs)}. Of samples of which one "
            'alone is to be judged, let the generator call it so: {"sample": …, …}.'
        )


def _shapes(tensors: Tree) -> Tree:
    return keras.tree.map_structure(lambda each: tuple(each.shape), tensors)
