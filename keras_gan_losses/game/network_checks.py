"""What is wrong with two networks that cannot play against each other, in words."""

import keras

from keras_gan_losses.types import Shape


def declared_inputs(network: keras.Model) -> list[keras.KerasTensor] | None:
    """Inputs of a functional or Sequential model; None where only a call would tell.

    Raises:
        ValueError: If they are a dictionary.
    """
    if isinstance(network, keras.Sequential):
        return list(network.inputs) if network.built else None
    inputs = getattr(network, "inputs", None)
    if inputs is not None and isinstance(network.input, dict):
        raise ValueError(
            f"{network.name!r} takes a dictionary of inputs. Give it a list instead: "
            "[latents, labels] for a generator, [samples, labels] for a discriminator."
        )
    return None if inputs is None else list(inputs)


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


def check_inputs(generator: keras.Model, latent_shape: Shape, *, is_conditional: bool) -> None:
    """Raises unless the generator takes latents of this shape, and labels if it shall.

    Raises:
        ValueError: With both shapes.
    """
    check_number_of_inputs(generator, "generator", "latents", is_conditional=is_conditional)
    inputs = declared_inputs(generator)
    if inputs is None:
        return
    expected = tuple(inputs[0].shape[1:])
    if not _fits(latent_shape, expected):
        wanted = expected[0] if len(expected) == 1 else expected
        raise ValueError(
            f"The generator takes latents of shape {expected}. Received latents of shape "
            f"{latent_shape}. Use latent_dim={wanted}, or change the generator's input."
        )


def check_number_of_inputs(
    network: keras.Model, name: str, first: str, *, is_conditional: bool
) -> None:
    """Raises unless a network takes samples or latents, and labels if it shall.

    Args:
        network: The network.
        name: "generator" or "discriminator".
        first: What it takes before labels.
        is_conditional: Whether it takes labels.

    Raises:
        ValueError: With the number of inputs.
    """
    inputs = declared_inputs(network)
    if inputs is None or len(inputs) == 1 + is_conditional:
        return
    wanted = f"[{first}, labels]" if is_conditional else f"{first} alone"
    advice = "A conditional GAN needs labels in both networks, an unconditional one in neither."
    if len(inputs) > 2:
        wanted = f"{first} alone or [{first}, labels]"
        advice = (
            "There is one label for each sample: join several conditions to one vector, "
            "np.concatenate([…], axis=-1), which the networks take apart again."
        )
    raise ValueError(
        f"The {name} must take {wanted}. Received a network of {len(inputs)} inputs. {advice}"
    )


def one_tensor(samples: object) -> keras.KerasTensor:
    """What the generator gives, if it is one tensor.

    Raises:
        ValueError: With what it is instead.
    """
    if isinstance(samples, keras.KerasTensor):
        return samples
    raise ValueError(
        f"The generator must give one tensor of samples. Received: {_described(samples)}. Let it "
        "return the samples themselves, and join several outputs to one: "
        "keras.layers.Concatenate()([…])."
    )


def output_names(outputs: object) -> tuple[str, ...]:
    """Names of what the discriminator gives; of one tensor, that it is the scores.

    Raises:
        ValueError: If there are no scores, or something is no tensor.
    """
    if isinstance(outputs, keras.KerasTensor):
        return ("scores",)
    named = outputs if isinstance(outputs, dict) else {}
    if "scores" in named and all(isinstance(e, keras.KerasTensor) for e in named.values()):
        return tuple(named)
    raise ValueError(
        "The discriminator must give one tensor of scores, or a dictionary that has "
        '"scores" and further outputs, one tensor each. Received: '
        f"{_described(outputs)}. Join several scores or features to one tensor: "
        "keras.layers.Concatenate()([…]), after Flatten where their shapes differ."
    )


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
    return _fits(tuple(given[0].shape[1:]), tuple(taken[0].shape[1:]))


def _fits(shape: Shape, expected: Shape) -> bool:
    return len(shape) == len(expected) and all(
        None in (wanted, size) or wanted == size
        for wanted, size in zip(expected, shape, strict=True)
    )
