"""What the two networks take and give, and whether they fit each other."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import keras

from keras_gan_losses.game.classes import num_classes
from keras_gan_losses.game.network_checks import (
    check_inputs,
    check_number_of_inputs,
    check_order,
    check_unshared,
    declared_inputs,
    one_tensor,
    output_names,
)
from keras_gan_losses.game.reach import Reach
from keras_gan_losses.latents import LatentSampler, NormalLatents
from keras_gan_losses.types import Shape


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
    label = _label_specification(generator, label_shape)
    is_conditional = label is not None
    check_inputs(generator, latent_shape, is_conditional=is_conditional)
    latents = keras.KerasTensor((None, *latent_shape), dtype="float32")
    labels = None if label is None else keras.KerasTensor((None, *label.shape), label.dtype)
    samples = one_tensor(_symbolic(generator, latents, labels, "generator", "latents"))
    samples = keras.KerasTensor(samples.shape, dtype="float32")
    inputs = declared_inputs(discriminator)
    # An auxiliary classifier guesses the labels, so that it must not see them.
    is_auxiliary = label is not None and inputs is not None and len(inputs) == 1
    scored_labels = None if is_auxiliary else labels
    if not is_auxiliary:
        check_number_of_inputs(
            discriminator, "discriminator", "samples", is_conditional=is_conditional
        )
    outputs = _symbolic(discriminator, samples, scored_labels, "discriminator", "generated samples")
    names = output_names(outputs)
    if is_auxiliary and "class_logits" not in names:
        check_number_of_inputs(
            discriminator, "discriminator", "samples", is_conditional=is_conditional
        )
    if label is not None:
        logits = outputs.get("class_logits") if isinstance(outputs, dict) else None
        count = num_classes([generator, discriminator], logits)
        label = dataclasses.replace(label, num_classes=count)
    check_unshared(generator, discriminator)
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
    inputs = declared_inputs(generator) if isinstance(generator, keras.Model) else None
    shape = "that its first layer takes" if inputs is None else tuple(inputs[0].shape[1:])
    raise ValueError(
        f"Give either `latent_dim` or `latent_sampler`. Received: {received}. "
        f"The generator's latents have the shape {shape}."
    )


def _label_specification(
    generator: keras.Model, label_shape: Shape | None
) -> LabelSpecification | None:
    inputs = declared_inputs(generator)
    if inputs is not None and len(inputs) == 2:
        labels = inputs[1]
        return LabelSpecification(tuple(labels.shape[1:]), labels.dtype)
    return None if label_shape is None else LabelSpecification(tuple(label_shape), "int32")


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
