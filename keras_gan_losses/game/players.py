"""What the two networks take and give, and whether they fit each other."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import keras

from keras_gan_losses.game.classes import num_classes
from keras_gan_losses.game.reach import Reach
from keras_gan_losses.latents import LatentSampler, NormalLatents

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class LabelSpecification:
    """Shape and dtype of one sample's label, and how many classes there are, where it is one."""

    shape: Shape
    dtype: str
    num_classes: int | None = None


@dataclass(frozen=True)
class NetworkSpecification:
    """Shapes, without the batch, of what passes between the two networks."""

    latent_shape: Shape
    sample_shape: Shape
    label: LabelSpecification | None
    is_discriminator_conditional: bool
    outputs: tuple[str, ...]
    reach: Reach | None = None


def connect(
    generator: keras.Model,
    discriminator: keras.Model,
    latent_shape: Shape,
    label_shape: Shape | None,
) -> NetworkSpecification:
    """Builds both networks by one symbolic pass, and checks that they fit.

    Raises:
        TypeError: If one of them is not a Keras model.
        ValueError: If the shapes do not fit.
    """
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise TypeError(
                f"`{name}` must be a keras.Model (Sequential, functional or a subclass). "
                f"Received: {network!r}."
            )
    label = _label_specification(generator, label_shape)
    _check_inputs(generator, latent_shape, label)
    latents = keras.KerasTensor((None, *latent_shape), dtype="float32")
    labels = None if label is None else keras.KerasTensor((None, *label.shape), label.dtype)
    samples = _symbolic(generator, latents, labels, "generator", "latents")
    samples = keras.KerasTensor(samples.shape, dtype="float32")
    inputs = _declared_inputs(discriminator)
    # An auxiliary classifier guesses the labels, so that it must not see them.
    is_auxiliary = label is not None and inputs is not None and len(inputs) == 1
    scored_labels = None if is_auxiliary else labels
    if not is_auxiliary:
        _check_number_of_inputs(discriminator, "discriminator", "samples", label)
    outputs = _symbolic(discriminator, samples, scored_labels, "discriminator", "generated samples")
    names = _output_names(outputs)
    if is_auxiliary and "class_logits" not in names:
        _check_number_of_inputs(discriminator, "discriminator", "samples", label)
    if label is not None:
        logits = outputs.get("class_logits") if isinstance(outputs, dict) else None
        count = num_classes([generator, discriminator], logits)
        label = dataclasses.replace(label, num_classes=count)
    return NetworkSpecification(
        latent_shape,
        tuple(samples.shape[1:]),
        label,
        scored_labels is not None,
        names,
        Reach.of(generator),
    )


def choose_sampler(
    generator: keras.Model,
    latent_dim: int | Sequence[int] | None,
    latent_sampler: LatentSampler | None,
) -> LatentSampler:
    """The sampler given, or normal latents of the shape given.

    Raises:
        ValueError: If both or neither are given; with the shape that the generator takes.
    """
    if latent_dim is None and latent_sampler is not None:
        return latent_sampler
    if latent_dim is not None and latent_sampler is None:
        return NormalLatents(latent_dim)
    received = f"latent_dim={latent_dim!r}, latent_sampler={latent_sampler!r}"
    inputs = _declared_inputs(generator) if isinstance(generator, keras.Model) else None
    shape = "that its first layer takes" if inputs is None else tuple(inputs[0].shape[1:])
    raise ValueError(
        f"Give either `latent_dim` or `latent_sampler`. Received: {received}. "
        f"The generator's latents have the shape {shape}."
    )


def _declared_inputs(network: keras.Model) -> list[keras.KerasTensor] | None:
    """Inputs of a functional or Sequential model; None where only a call would tell."""
    if isinstance(network, keras.Sequential):
        return list(network.inputs) if network.built else None
    inputs = getattr(network, "inputs", None)
    if inputs is not None and isinstance(network.input, dict):
        raise ValueError(
            f"{network.name!r} takes a dictionary of inputs. Give it a list instead: "
            "[latents, labels] for a generator, [samples, labels] for a discriminator."
        )
    return None if inputs is None else list(inputs)


def _output_names(outputs: keras.KerasTensor | dict[str, keras.KerasTensor]) -> tuple[str, ...]:
    if isinstance(outputs, keras.KerasTensor):
        return ("scores",)
    if isinstance(outputs, dict) and "scores" in outputs:
        return tuple(outputs)
    received = sorted(outputs) if isinstance(outputs, dict) else type(outputs).__name__
    raise ValueError(
        "The discriminator must give one tensor of scores, or a dictionary that has "
        f'"scores" and further outputs. Received: {received}.'
    )


def _label_specification(
    generator: keras.Model, label_shape: Shape | None
) -> LabelSpecification | None:
    inputs = _declared_inputs(generator)
    if inputs is not None and len(inputs) == 2:
        labels = inputs[1]
        return LabelSpecification(tuple(labels.shape[1:]), labels.dtype)
    return None if label_shape is None else LabelSpecification(tuple(label_shape), "int32")


def _check_inputs(
    generator: keras.Model, latent_shape: Shape, label: LabelSpecification | None
) -> None:
    _check_number_of_inputs(generator, "generator", "latents", label)
    inputs = _declared_inputs(generator)
    if inputs is None:
        return
    expected = tuple(inputs[0].shape[1:])
    fits = len(expected) == len(latent_shape) and all(
        wanted in (None, size) for wanted, size in zip(expected, latent_shape, strict=True)
    )
    if not fits:
        wanted = expected[0] if len(expected) == 1 else expected
        raise ValueError(
            f"The generator takes latents of shape {expected}. Received latents of shape "
            f"{latent_shape}. Use latent_dim={wanted}, or change the generator's input."
        )


def _check_number_of_inputs(
    network: keras.Model, name: str, first: str, label: LabelSpecification | None
) -> None:
    inputs = _declared_inputs(network)
    expected = 1 if label is None else 2
    if inputs is None or len(inputs) == expected:
        return
    wanted = f"[{first}, labels]" if label is not None else f"{first} alone"
    raise ValueError(
        f"The {name} must take {wanted}. Received a network of {len(inputs)} inputs. A "
        "conditional GAN needs labels in both networks, an unconditional one in neither."
    )


def _symbolic(
    network: keras.Model,
    values: keras.KerasTensor,
    labels: keras.KerasTensor | None,
    name: str,
    what: str,
) -> keras.KerasTensor:
    try:
        return network(values if labels is None else [values, labels])
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} cannot take {what} of shape {tuple(values.shape)}. "
            f"Make the shapes of the two networks fit. Keras said: {error}"
        ) from error
