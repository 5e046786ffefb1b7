"""Whether the gradient of each penalty arrives in the discriminator, and arrives right."""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses import backend
from keras_gan_losses.models.networks import NetworkSpecification, all_layers
from keras_gan_losses.penalties import AdversarialBatch, Penalty

_RESIZING_LAYERS = (keras.layers.Resizing, keras.layers.UpSampling2D)


def check_penalties(
    penalties: Sequence[Penalty],
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> None:
    """Tries each penalty once, without running the networks where the backend allows.

    Raises:
        ValueError: If a penalty has no gradient in the discriminator.
    """
    if any(penalty.uses_gradient for penalty in penalties):
        _warn_of_inexact_layers(discriminator)
    if None in specification.sample_shape or not discriminator.trainable_variables:
        return
    for penalty in penalties:
        if not _reaches(penalty, discriminator, specification, seed_generator):
            raise ValueError(
                f"The gradient of the penalty {penalty.name!r} reaches none of the "
                f"discriminator's variables: it would have no effect. {_advice(discriminator)}"
            )


def _reaches(
    penalty: Penalty,
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> bool:
    state = [*discriminator.variables, seed_generator.state, *penalty.variables]
    samples = ops.ones((2, *specification.sample_shape))
    label = specification.label
    labels = None if label is None else ops.zeros((2, *label.shape), dtype=label.dtype)

    def value() -> tuple[Any, Any]:
        batch = AdversarialBatch(
            discriminator,
            samples,
            -samples,
            labels=labels,
            seed_generator=seed_generator,
            state=state,
        )
        return ops.mean(penalty(batch)), None

    try:
        return any(backend.reaches(value, discriminator.trainable_variables, state))
    except LookupError:  # TensorFlow: no gradient is registered for an operation.
        return False


def _advice(discriminator: keras.Model) -> str:
    found = _class_names(layer for layer in all_layers(discriminator) if _resizes(layer))
    if found:
        return (
            f"TensorFlow cannot differentiate {found} twice: replace it by nearest-neighbour "
            "UpSampling2D, AveragePooling2D or a strided convolution."
        )
    return (
        "Look for an operation in the discriminator or the penalty that stops gradients or "
        "cannot be differentiated twice, and replace it."
    )


def _resizes(layer: keras.layers.Layer) -> bool:
    interpolation = getattr(layer, "interpolation", "nearest")
    return isinstance(layer, _RESIZING_LAYERS) and interpolation != "nearest"


def _warn_of_inexact_layers(discriminator: keras.Model) -> None:
    kinds = backend.INEXACT_SECOND_ORDER_LAYERS
    found = _class_names(layer for layer in all_layers(discriminator) if isinstance(layer, kinds))
    if found:
        warnings.warn(
            f"A gradient penalty meets keras.layers.{found} in the discriminator, through which "
            "TensorFlow computes second derivatives wrongly. Use "
            "keras_gan_losses.layers.LayerNormalization, which is exact, or no normalisation.",
            stacklevel=4,
        )


def _class_names(layers: Iterable[keras.layers.Layer]) -> str:
    return ", ".join(sorted({type(layer).__name__ for layer in layers}))
