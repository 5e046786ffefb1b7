"""How the two networks take their inputs: in an order, or by names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import keras

from keras_gan_losses.types import Condition, Shape, Tree

CONDITION = "condition"
"""Name of a condition that no network names."""


@dataclass(frozen=True)
class NetworkInputs:
    """What one network takes, and in which structure.

    Args:
        first: What it takes before the condition, "latents" or "sample"; None for nothing.
        parts: Names of the parts of the condition that it takes.
        are_named: Whether it takes a dictionary, else a list, or one tensor alone.

    Example:
    >>> NetworkInputs("latents", ("label",))("z", "c"), NetworkInputs("sample")("x", "c")
    (['z', 'c'], 'x')
    >>> NetworkInputs("latents", ("mask",), are_named=True)("z", {"mask": "m", "label": "c"})
    {'latents': 'z', 'mask': 'm'}
    """

    first: str | None
    parts: tuple[str, ...] = ()
    are_named: bool = False

    def __call__(self, first: Tree | None, condition: Condition | None) -> Tree:
        """What the network is called with."""
        taken: dict[str, Tree] = {}
        if self.first is not None and first is not None:
            taken[self.first] = first
        if condition is not None:
            taken |= {name: part_of(condition, name) for name in self.parts}
        if self.are_named:
            return taken
        values = list(taken.values())
        return values[0] if len(values) == 1 else values

    @property
    def description(self) -> str:
        """What the network takes, in words."""
        names = [*([] if self.first is None else [self.first]), *self.parts]
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
        first: Input of latents or samples; None where there is none or it is not known.
        parts: Shape and dtype of the condition's parts, by name.
        are_named: Whether it takes a dictionary.
        has_own_names: Whether the names are the network's own.
    """

    first: keras.KerasTensor | None
    parts: dict[str, keras.KerasTensor] = field(default_factory=dict)
    are_named: bool = False
    has_own_names: bool = True

    @classmethod
    def of(cls, network: keras.Model, what: str, first: str | None) -> "Declared | None":
        """What a functional or Sequential model declares; None for others.

        Args:
            network: The network.
            what: "generator" or "discriminator".
            first: What it takes before the condition, "latents" or "sample"; None for nothing.

        Raises:
            ValueError: If there is no such input.
        """
        inputs = declared_inputs(network)
        if inputs is None:
            return None
        if isinstance(inputs, dict):
            return cls._of_names(inputs, what, first)
        before = [] if first is None else inputs[:1]
        rest = inputs[len(before) :]
        names = [CONDITION] if len(rest) == 1 else [each.name for each in rest]
        return cls(
            before[0] if before else None,
            dict(zip(names, rest, strict=True)),
            has_own_names=len(rest) != 1,
        )

    @classmethod
    def _of_names(
        cls, inputs: dict[str, keras.KerasTensor], what: str, first: str | None
    ) -> "Declared":
        rest = dict(inputs)
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
        head = None if first is None else rest.pop(first)
        return cls(head, rest, are_named=True)

    def agreeing(self, other: "Declared | None") -> "Declared":
        """The same, its one input without a name of its own called as the other network does."""
        if self.has_own_names or other is None or not (other.has_own_names and other.parts):
            return self
        ((_, only),) = self.parts.items()
        own = only.name if only.name in other.parts else None
        alone = next(iter(other.parts)) if len(other.parts) == 1 else CONDITION
        return Declared(self.first, {own or alone: only}, self.are_named)

    def inputs(self, first: str | None) -> NetworkInputs:
        """How the network is called."""
        return NetworkInputs(first, tuple(self.parts), self.are_named)


def told(condition_shape: Shape | Mapping[str, Shape] | None) -> Declared:
    """What is said of networks that do not tell their inputs themselves.

    Args:
        condition_shape: Shape of one condition without the batch, or of each of its parts.
    """
    if condition_shape is None:
        return Declared(None)
    if isinstance(condition_shape, Mapping):
        parts = {name: _told(shape) for name, shape in condition_shape.items()}
        return Declared(None, parts, are_named=True)
    return Declared(None, {CONDITION: _told(condition_shape)}, has_own_names=False)


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
