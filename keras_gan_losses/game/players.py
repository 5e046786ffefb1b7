"""What the two networks take and give, and whether they fit each other."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import keras

from keras_gan_losses.game.classes import num_classes
from keras_gan_losses.game.network_checks import (
    check_latents,
    check_order,
    check_samples_fit,
    check_unshared,
    output_names,
    sample_names,
)
from keras_gan_losses.game.network_inputs import CONDITION, Declared, NetworkInputs, told
from keras_gan_losses.game.reach import Reach
from keras_gan_losses.latents import LatentSampler, NormalLatents
from keras_gan_losses.trees import named_leaves, named_shapes, of_shapes, packed, sample_of
from keras_gan_losses.types import Condition, Shape, Shapes, Tensor, Tree

Made = TypeVar("Made")

_GENERATOR_INPUTS = NetworkInputs("latents")
_DISCRIMINATOR_INPUTS = NetworkInputs("sample")


@dataclass(frozen=True)
class PartSpecification:
    """Shape and dtype of one sample's condition, or of a part of it.

    Args:
        shape: Without the batch.
        dtype: As the networks take it.
        num_classes: How many classes there are, where it is the index of one.
    """

    shape: Shape
    dtype: str
    num_classes: int | None = None


@dataclass(frozen=True)
class NetworkSpecification:
    """What passes between the two networks; shapes are without the batch.

    Args:
        latent_shape: Of named latents the shape of each; None for a generator that takes the
            condition alone.
        sample_shape: What is generated and judged; of a tree the shape of each leaf.
        parts: Of the condition, by name; none for unconditional networks.
        generator_inputs: How the generator is called.
        discriminator_inputs: How the discriminator is called.
        outputs: Names of what the discriminator gives.
        generator_outputs: Names of what the generator gives.
        reach: What the generator can make, where it is known.
    """

    latent_shape: Shapes | None
    sample_shape: Shapes
    parts: Mapping[str, PartSpecification] = field(default_factory=dict)
    generator_inputs: NetworkInputs = _GENERATOR_INPUTS
    discriminator_inputs: NetworkInputs = _DISCRIMINATOR_INPUTS
    outputs: tuple[str, ...] = ("scores",)
    generator_outputs: tuple[str, ...] = ("sample",)
    reach: Reach | None = None

    @property
    def is_conditional(self) -> bool:
        """Whether a network takes a condition."""
        return bool(self.parts)

    @property
    def only_part(self) -> PartSpecification | None:
        """The condition, if it is one tensor."""
        return next(iter(self.parts.values())) if len(self.parts) == 1 else None

    @property
    def of_generator(self) -> "NetworkSpecification":
        """The same of a game in which only the generator's condition is asked for."""
        names = self.generator_inputs.parts
        return dataclasses.replace(self, parts={name: self.parts[name] for name in names})

    def by_name(self, condition: Condition | None) -> Condition | None:
        """The condition, its only part under the name that a network gives it."""
        if condition is None or isinstance(condition, Mapping) or CONDITION in self.parts:
            return condition
        return dict.fromkeys(self.parts, condition)

    def taken_from(self, condition: Condition | None) -> Condition | None:
        """The parts of a condition that the networks take; None where they take none."""
        if not self.parts or not isinstance(condition, Mapping):
            return condition if self.parts else None
        return {name: condition[name] for name in self.parts}

    @property
    def latent_names(self) -> tuple[str, ...]:
        """Names by which penalties may ask for latents."""
        if self.latent_shape is None:
            return ()
        own = self.latent_shape if isinstance(self.latent_shape, Mapping) else ()
        return ("latents", *own)

    def latents(self, make: Callable[[Shape, str], Made]) -> Made | dict[str, Made] | None:
        """What a function makes of the latents' shapes and dtype; None without latents."""
        if self.latent_shape is None:
            return None
        return of_shapes(lambda shape: make(shape, "float32"), self.latent_shape)

    def condition(self, make: Callable[[Shape, str], Made]) -> Made | dict[str, Made] | None:
        """What a function makes of each part's shape and dtype, as the networks' condition."""
        made = {name: make(part.shape, part.dtype) for name, part in self.parts.items()}
        return next(iter(made.values()), None) if len(made) < 2 else made

    def generator_call(self, make: Callable[[Shape, str], Tensor]) -> Tree:
        """What the generator is called with, made of shapes and dtypes."""
        return self.generator_inputs(self.latents(make), self.condition(make))


def connect(
    generator: keras.Model,
    discriminator: keras.Model,
    latent_shape: Shapes | None,
    condition_shape: Shape | Mapping[str, Shape] | None,
) -> NetworkSpecification:
    """Builds both networks by one symbolic pass, and checks that they fit.

    Raises:
        TypeError: If one of them is not a Keras model.
        ValueError: If the shapes do not fit, a network gives something else than tensors, or both
            networks have one weight.
    """
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise TypeError(
                f"`{name}` must be a keras.Model (Sequential, functional or a subclass). "
                f"Received: {network!r}."
            )
    check_order(generator, discriminator)
    first = None if latent_shape is None else "latents"
    latents = (None,) if latent_shape is None else tuple(named_shapes(latent_shape))
    makes = Declared.of(generator, "generator", first, latents)
    if makes is None:
        makes = told(condition_shape).taking(latents)
    check_latents(makes, latent_shape)
    makes_what = _made(generator, makes, latent_shape)
    names = sample_names(makes_what)
    samples = keras.tree.map_structure(
        lambda each: keras.KerasTensor(each.shape, dtype="float32"), sample_of(makes_what)
    )
    leaves = tuple(named_leaves(samples))
    judges = Declared.of(discriminator, "discriminator", "sample", leaves)
    if judges is None:
        judges = dataclasses.replace(makes, first={})
    check_samples_fit(samples, judges)
    makes, judges = makes.agreeing(judges), judges.agreeing(makes)
    # What is told by name and no network takes is for penalties.
    others = told(condition_shape).parts if isinstance(condition_shape, Mapping) else {}
    tensors = {**others, **judges.parts, **makes.parts}
    _check_parts(makes, judges)
    unsampled = NetworkSpecification(
        latent_shape,
        (),
        {
            name: PartSpecification(tuple(each.shape[1:]), each.dtype)
            for name, each in tensors.items()
        },
        makes.inputs(first),
        judges.inputs("sample"),
    )
    judged = unsampled.discriminator_inputs(samples, unsampled.condition(symbolic))
    told_of = unsampled.discriminator_inputs
    outputs = _symbolic(discriminator, "discriminator", judged, told_of)
    logits = outputs.get("class_logits") if isinstance(outputs, dict) else None
    check_unshared(generator, discriminator)
    return dataclasses.replace(
        unsampled,
        sample_shape=packed(
            {name: tuple(leaf.shape[1:]) for name, leaf in named_leaves(samples).items()}
        ),
        parts=_with_classes(unsampled.parts, [(generator, makes), (discriminator, judges)], logits),
        outputs=output_names(outputs),
        generator_outputs=names,
        # Of several outputs nothing tells which activation makes the samples.
        reach=Reach.of(generator) if len(keras.tree.flatten(makes_what)) == 1 else None,
    )


def symbolic(shape: Shape, dtype: str) -> keras.KerasTensor:
    """Tensor of a batch of any size."""
    return keras.KerasTensor((None, *shape), dtype)


def choose_sampler(
    latent_dim: int | Sequence[int] | None, latent_sampler: LatentSampler | None
) -> LatentSampler | None:
    """The sampler given, or normal latents of the shape given, or none.

    Raises:
        ValueError: If both are given.
    """
    if latent_dim is None:
        return latent_sampler
    if latent_sampler is None:
        return NormalLatents(latent_dim)
    raise ValueError(
        "Give either `latent_dim` or `latent_sampler`, or neither, if the generator takes the "
        f"condition alone. Received: latent_dim={latent_dim!r}, latent_sampler={latent_sampler!r}."
    )


def _made(generator: keras.Model, makes: Declared, latent_shape: Shapes | None) -> Tree:
    """What the generator gives, as tensors without values."""
    inputs = makes.inputs(None if latent_shape is None else "latents")
    latents = NetworkSpecification(latent_shape, ()).latents(symbolic)
    condition = {n: symbolic(part.shape[1:], part.dtype) for n, part in makes.parts.items()}
    return _symbolic(generator, "generator", inputs(latents, condition), inputs)


def _check_parts(makes: Declared, judges: Declared) -> None:
    for name in makes.parts.keys() & judges.parts.keys():
        made, judged = (tuple(each.parts[name].shape[1:]) for each in (makes, judges))
        if made != judged:
            raise ValueError(
                f"Both networks take the condition {name!r}, so it must have one shape. Received: "
                f"{made} in the generator, {judged} in the discriminator. Give both inputs one "
                "shape, or names of their own: keras.Model({'sample': …, 'mask': …}, …)."
            )


def _with_classes(
    parts: Mapping[str, PartSpecification],
    networks: Sequence[tuple[keras.Model, Declared]],
    class_logits: keras.KerasTensor | None,
) -> dict[str, PartSpecification]:
    """The parts with the number of classes that layers know of those that are read as indices."""
    counted = {}
    for name, part in parts.items():
        readers = [(network, told.parts.get(name)) for network, told in networks]
        logits = class_logits if len(parts) == 1 else None
        count = num_classes([each for each in readers if each[1] is not None], logits)
        counted[name] = dataclasses.replace(part, num_classes=count)
    return counted


def _symbolic(network: keras.Model, what: str, values: Tree, inputs: NetworkInputs) -> Tree:
    try:
        return network(values)
    except (ValueError, TypeError) as error:
        shapes = keras.tree.map_structure(lambda each: tuple(each.shape), values)
        raise ValueError(
            f"The {what} cannot take {inputs.description} of shape {shapes}. "
            f"Make the shapes of the two networks fit. Keras said: {error}"
        ) from error
