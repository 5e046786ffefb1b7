"""What is wrong with two networks that cannot play against each other, in words."""

import keras

from keras_gan_losses.game.network_inputs import Declared, declared_inputs
from keras_gan_losses.trees import named_leaves, named_shapes, outputs_by_name, sample_of
from keras_gan_losses.types import Data, Samples, Shape, Shapes


def check_order(generator: keras.Model, discriminator: keras.Model) -> None:
    """Raises if the networks fit each other in the other order alone.

    Raises:
        ValueError: With the right order.
    """
    if _feeds(discriminator, generator) and not _feeds(generator, discriminator):
        raise ValueError(
            "The networks are swapped: what the second one gives is what the first one takes. "
            f"Received: generator={generator.name!r}, discriminator={discriminator.name!r}. "
            "The generator, which makes samples from latents, comes first: "
            "GAN(generator, discriminator, …)."
        )


def check_unshared(generator: keras.Model, discriminator: keras.Model) -> None:
    """Raises if both networks have one weight, which both players would move, and no file keeps.

    Raises:
        ValueError: With the layer that has it.
    """
    own = {id(variable) for variable in generator.variables}
    shared = next((each for each in discriminator.variables if id(each) in own), None)
    if shared is not None:
        layer = shared.path.rpartition("/")[0]
        raise ValueError(
            f"Each network must have layers of its own. Received: the layer {layer!r} in both, "
            "whose weights both players would move, and which no file keeps for both. Make one "
            "for each network, such as one Embedding of the labels each."
        )


def check_latents(generator: Declared, latent_shape: Shapes | None) -> None:
    """Raises unless the generator takes latents of this shape.

    Raises:
        ValueError: With both shapes.
    """
    if not generator.first or latent_shape is None:
        return
    for name, shape in named_shapes(latent_shape).items():
        expected = tuple(generator.first[name].shape[1:])
        if _fits(shape, expected):
            continue
        wanted = expected[0] if len(expected) == 1 else expected
        what = "latents" if name is None else f"the latents {name!r}"
        raise ValueError(
            f"The generator takes {what} of shape {expected}. Received latents of shape "
            f"{shape}. Use latent_dim={wanted}, or change the generator's input. A "
            "generator that takes a condition alone has no latents: leave out `latent_dim`."
        )


def check_samples_fit(samples: Samples, discriminator: Declared) -> None:
    """Raises if the discriminator takes a leaf of samples in another size than it is made in.

    Keras does not look at sizes of inputs by name. It adds or removes an axis of one.

    Raises:
        ValueError: With both shapes.
    """
    leaves = named_leaves(samples)
    for name, expected in discriminator.first.items():
        made, taken = tuple(leaves[name].shape), tuple(expected.shape)
        if len(made) == len(taken) and not _fits(made, taken):
            what = "sample" if name is None else f"the leaf {name!r}"
            raise ValueError(
                f"The discriminator cannot take {what} of shape {made}, but of shape {taken}. Make "
                "the shapes of the two networks fit."
            )


def sample_names(outputs: Data) -> tuple[str, ...]:
    """Names of what the generator gives; where none is "sample", all of it is the sample.

    Raises:
        ValueError: If samples are neither a tensor nor a flat tree of several, or something else
            is no tree of tensors.
    """
    leaves = named_leaves(sample_of(outputs))
    is_flat = all(isinstance(leaf, keras.KerasTensor) for leaf in leaves.values())
    are_tensors = all(isinstance(e, keras.KerasTensor) for e in keras.tree.flatten(outputs))
    if is_flat and are_tensors and (None in leaves or len(leaves) > 1):
        return tuple(outputs_by_name(outputs, "sample"))
    raise ValueError(
        "The generator must give one tensor of samples, or, of samples with several leaves, a "
        'tuple or a dictionary of tensors; beside further outputs samples are called "sample". '
        f"Received: {_described(outputs)}. Name its outputs, or give one tensor alone."
    )


def output_names(outputs: object) -> tuple[str, ...]:
    """Names of what the discriminator gives; of one tensor or a list, that they are the scores.

    Raises:
        ValueError: If there are no scores, or something is no tensor.
    """
    named = outputs if isinstance(outputs, dict) else {"scores": outputs}
    leaves = keras.tree.flatten(named)
    if all(isinstance(leaf, keras.KerasTensor) for leaf in leaves) and _has_scores(named):
        return tuple(named)
    raise ValueError(
        "The discriminator must give a tensor of scores, a list of them for several heads, or a "
        'dictionary that has "scores" and further outputs. Received: '
        f'{_described(outputs)}. Return the scores, or {{"scores": …}}.'
    )


def _has_scores(named: dict[str, object]) -> bool:
    return "scores" in named and len(keras.tree.flatten(named["scores"])) > 0


def _described(outputs: object) -> str:
    """Tensors by their shapes, in the structure they are in."""
    if isinstance(outputs, keras.KerasTensor):
        return f"a tensor of shape {tuple(outputs.shape)}"
    if isinstance(outputs, dict):
        return f"{{{', '.join(f'{name!r}: {_described(outputs[name])}' for name in outputs)}}}"
    if isinstance(outputs, list | tuple):
        return f"a {type(outputs).__name__} of [{', '.join(map(_described, outputs))}]"
    return f"{type(outputs).__name__}"


def _feeds(one: keras.Model, other: keras.Model) -> bool:
    """Whether what a network is known to give fits into another's first input."""
    taken = declared_inputs(other)
    if taken is None or declared_inputs(one) is None:
        return False
    given = keras.tree.flatten(one.outputs)
    first = next(iter(taken.values())) if isinstance(taken, dict) else taken[0]
    return _fits(tuple(given[0].shape[1:]), tuple(first.shape[1:]))


def _fits(shape: Shape, expected: Shape) -> bool:
    return len(shape) == len(expected) and all(
        None in (wanted, size) or wanted == size
        for wanted, size in zip(expected, shape, strict=True)
    )
