"""Whether the gradient of each penalty arrives in the discriminator, and arrives right."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.game.inspection import all_layers
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.penalties import AdversarialBatch, Penalty

_RESIZING_LAYERS = (keras.layers.Resizing, keras.layers.UpSampling2D)


def check_penalties(
    penalties: Sequence[Penalty],
    generator: keras.Model,
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> None:
    """Tries each penalty once, without running the networks where the backend allows.

    Raises:
        ValueError: If a penalty has no gradient in the network that it is for.
    """
    trained_by = {
        penalty: generator if penalty.player == "generator" else discriminator
        for penalty in penalties
    }
    # Each network once, however many penalties differentiate it twice.
    for network in dict.fromkeys(trained_by[p] for p in penalties if p.uses_gradient):
        _warn_of_inexact_layers(network)
    if None in specification.sample_shape:
        return
    make_batch = _batch_maker(generator, discriminator, specification, seed_generator)
    for penalty, trained in trained_by.items():
        has_variables = bool(trained.trainable_variables)
        if has_variables and not _reaches(penalty, trained, make_batch):
            raise ValueError(
                f"The gradient of the penalty {penalty.name!r} reaches none of the variables of "
                f"{trained.name!r}: it would have no effect. {_advice(trained)}"
            )


def _batch_maker(
    generator: keras.Model,
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> Callable[[bool, Sequence[keras.Variable]], AdversarialBatch]:
    """Function that makes a batch of two samples, given or still to be generated."""
    samples = ops.ones((2, *specification.sample_shape))
    latents = ops.ones((2, *specification.latent_shape))
    label = specification.label
    labels = None if label is None else ops.zeros((2, *label.shape), dtype=label.dtype)
    own = [*generator.variables, *discriminator.variables, seed_generator.state]

    def make(is_fake_given: bool, variables: Sequence[keras.Variable]) -> AdversarialBatch:
        return AdversarialBatch(
            discriminator,
            samples,
            -samples if is_fake_given else None,
            generator=generator,
            latents=latents,
            labels=labels,
            seed_generator=seed_generator,
            state=[*own, *variables],
            is_discriminator_conditional=specification.is_discriminator_conditional,
        )

    return make


def _reaches(
    penalty: Penalty,
    trained: keras.Model,
    make_batch: Callable[[bool, Sequence[keras.Variable]], AdversarialBatch],
) -> bool:
    is_fake_given = penalty.player == "discriminator"

    def value() -> tuple[Any, None]:
        return ops.mean(penalty(make_batch(is_fake_given, penalty.variables))), None

    state = make_batch(is_fake_given, penalty.variables).state
    try:
        return any(backend.reaches(value, trained.trainable_variables, state))
    except LookupError:  # TensorFlow: no gradient is registered for an operation.
        return False


def _advice(trained: keras.Model) -> str:
    found = _class_names(layer for layer in all_layers(trained) if _resizes(layer))
    if found:
        return (
            f"TensorFlow cannot differentiate {found} twice: replace it by nearest-neighbour "
            "UpSampling2D, AveragePooling2D or a strided convolution."
        )
    return (
        "Look for an operation in the networks or the penalty that stops gradients or "
        "cannot be differentiated twice, and replace it."
    )


def _resizes(layer: keras.layers.Layer) -> bool:
    interpolation = getattr(layer, "interpolation", "nearest")
    return isinstance(layer, _RESIZING_LAYERS) and interpolation != "nearest"


def _warn_of_inexact_layers(network: keras.Model) -> None:
    kinds = backend.INEXACT_SECOND_ORDER_LAYERS
    found = _class_names(layer for layer in all_layers(network) if isinstance(layer, kinds))
    if found:
        warnings.warn(
            f"A gradient penalty meets keras.layers.{found} in {network.name!r}, through which "
            "TensorFlow computes second derivatives wrongly. Use "
            "keras_gan_losses.layers.LayerNormalization, which is exact, or no normalisation.",
            stacklevel=4,
        )


def _class_names(layers: Iterable[keras.layers.Layer]) -> str:
    return ", ".join(sorted({type(layer).__name__ for layer in layers}))
