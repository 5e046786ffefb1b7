"""Whether the gradients of losses and penalties arrive in the networks, and arrive right."""

import warnings
from collections.abc import Callable, Iterable, Sequence

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.game.inspection import all_layers
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.objectives import Objective
from keras_gan_losses.penalties import AdversarialBatch, Penalty
from keras_gan_losses.trees import named_shapes, of_shapes
from keras_gan_losses.types import Tensor

Maker = Callable[[bool, Sequence[keras.Variable]], AdversarialBatch]

_RESIZING_LAYERS = (keras.layers.Resizing, keras.layers.UpSampling2D)


def check_gradients(
    objective: Objective,
    penalties: Sequence[Penalty],
    generator: keras.Model,
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> None:
    """Tries the generator's loss and each penalty, where possible without running the networks.

    Raises:
        ValueError: If the generator could not learn, a penalty has no gradient in the network that
            it is for, or a wrong one, or holds a network that cannot be saved with it, or the
            backend fails with a layer.
    """
    _refuse_failing_layers(discriminator)
    for network in (generator, discriminator):
        _refuse_float16(network)
    for penalty in penalties:
        _refuse_players(penalty, [*generator.variables, *discriminator.variables])
    trained_by = {
        penalty: generator if penalty.player == "generator" else discriminator
        for penalty in penalties
    }
    # Each network once, however many penalties differentiate it twice.
    for network in dict.fromkeys(trained_by[p] for p in penalties if p.uses_gradient):
        _warn_of_inexact_layers(network)
    if any(None in shape for shape in named_shapes(specification.sample_shape).values()):
        return
    make_batch = _batch_maker(generator, discriminator, specification, seed_generator)
    for penalty, trained in trained_by.items():
        if trained.trainable_variables:
            _check_penalty(penalty, trained, make_batch)
    if generator.trainable_variables:
        own = [penalty for penalty in penalties if penalty.player == "generator"]
        _check_generator(objective, own, generator, make_batch)


def _refuse_players(penalty: Penalty, of_players: Sequence[keras.Variable]) -> None:
    if {id(variable) for variable in of_players} & {id(each) for each in penalty.variables}:
        raise ValueError(
            f"The penalty {penalty.name!r} has a network of the GAN in an attribute, where a file "
            "would keep a copy that does not train. Call the networks through the batch, as "
            "batch.score and batch.generate, or give the penalty a copy: "
            "keras.models.clone_model(network)."
        )


def _check_generator(
    objective: Objective, penalties: Sequence[Penalty], generator: keras.Model, make_batch: Maker
) -> None:
    loss = objective.generator_loss
    state = [*objective.variables, *(v for penalty in penalties for v in penalty.variables)]

    def value() -> tuple[Tensor, None]:
        batch = make_batch(False, state)
        real_heads = batch.real_heads if loss.uses_real_scores else batch.fake_heads
        terms = [loss(*pair) for pair in zip(real_heads, batch.fake_heads, strict=True)]
        terms += [each(batch) for each in penalties]
        return sum(ops.mean(term) for term in terms), None

    variables = generator.trainable_variables
    if not any(backend.reaches(value, variables, make_batch(False, state).state)):
        raise ValueError(
            f"The gradient of the loss {loss.name!r} reaches none of the variables of "
            f"{generator.name!r}: it could not learn. Look for an operation without a gradient "
            "between its weights and the scores, such as argmax, round or an Embedding of "
            "indices, and replace it: let the generator end in a softmax, and the discriminator "
            "begin with a Dense layer."
        )


def _batch_maker(
    generator: keras.Model,
    discriminator: keras.Model,
    specification: NetworkSpecification,
    seed_generator: keras.random.SeedGenerator,
) -> Maker:
    """Function that makes a batch of two samples, given or still to be generated."""
    samples = of_shapes(lambda shape: ops.ones((2, *shape)), specification.sample_shape)
    latents = specification.latents(lambda shape, dtype: ops.ones((2, *shape), dtype))
    condition = specification.condition(lambda shape, dtype: ops.zeros((2, *shape), dtype))
    own = [*generator.variables, *discriminator.variables, seed_generator.state]

    def make(is_fake_given: bool, variables: Sequence[keras.Variable]) -> AdversarialBatch:
        return AdversarialBatch(
            discriminator,
            samples,
            keras.tree.map_structure(ops.negative, samples) if is_fake_given else None,
            generator=generator,
            latents=latents,
            condition=specification.by_name(condition),
            seed_generator=seed_generator,
            state=[*own, *variables],
            generator_inputs=specification.generator_inputs,
            discriminator_inputs=specification.discriminator_inputs,
        )

    return make


def _check_penalty(
    penalty: Penalty,
    trained: keras.Model,
    make_batch: Maker,
) -> None:
    is_fake_given = penalty.player == "discriminator"

    def value() -> tuple[Tensor, None]:
        return ops.mean(penalty(make_batch(is_fake_given, penalty.variables))), None

    known = penalty.variables
    state = make_batch(is_fake_given, known).state
    try:
        reached = backend.reaches(value, trained.trainable_variables, state)
    except LookupError as error:
        raise ValueError(
            f"The gradient of the penalty {penalty.name!r} cannot be computed right in "
            f"{trained.name!r}: {error}. {_advice(trained)}"
        ) from error
    if len(penalty.variables) > len(known):
        raise ValueError(
            f"The penalty {penalty.name!r} has a network or layer whose variables are made in its "
            "first call. Build it before: network.build(shape), or begin it with keras.Input."
        )
    if not any(reached):
        raise ValueError(
            f"The gradient of the penalty {penalty.name!r} reaches none of the variables of "
            f"{trained.name!r}: it would have no effect. {_advice(trained)}"
        )


def _advice(trained: keras.Model) -> str:
    found = _class_names(layer for layer in all_layers(trained) if _resizes(layer))
    if found:
        return (
            f"TensorFlow cannot differentiate {found} twice: replace it by nearest-neighbour "
            "UpSampling2D, AveragePooling2D or a strided convolution, or take "
            "R1Penalty(step=0.01), which asks for no second derivative."
        )
    return (
        "Look for an operation in the networks or the penalty that stops gradients or "
        "cannot be differentiated twice, and replace it."
    )


def _resizes(layer: keras.layers.Layer) -> bool:
    # Keras repeats values where UpSampling2D takes the nearest ones, which is exact.
    repeats = isinstance(layer, keras.layers.UpSampling2D) and layer.interpolation == "nearest"
    return isinstance(layer, _RESIZING_LAYERS) and not repeats


def _refuse_failing_layers(network: keras.Model) -> None:
    kinds = backend.FAILING_LAYERS
    found = _class_names(layer for layer in all_layers(network) if isinstance(layer, kinds))
    if found:
        raise ValueError(
            f"{network.name!r} has a keras.layers.{found}, which fails on this backend where an "
            f"update calls a network twice. Use keras_gan_losses.layers.{found}."
        )


def _refuse_float16(network: keras.Model) -> None:
    found = [layer.name for layer in all_layers(network) if backend.fails_in_float16(layer)]
    if found:
        raise ValueError(
            f"torch cannot compute the gradient of the convolution {found[0]!r} of {network.name!r}"
            " in float16 on a CPU. Give the layer dtype='float32', take the policy "
            "'mixed_bfloat16', or a GPU."
        )


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
