"""How many classes the networks know, by the layers that read labels or guess them."""

from collections.abc import Iterator, Sequence

import keras

from keras_gan_losses.game.inspection import all_layers

# Operations that take whole numbers for indices, and where they keep how many there are.
_READERS = {
    "Embedding": "input_dim",
    "CategoryEncoding": "num_tokens",
    "OneHot": "num_classes",
}


def num_classes(
    readers: Sequence[tuple[keras.Model, keras.KerasTensor]],
    class_logits: keras.KerasTensor | None = None,
) -> int | None:
    """Number of classes that every layer knows which takes a condition for indices.

    Args:
        readers: Networks that take the condition, and which of their inputs it is.
        class_logits: What an auxiliary classifier gives.

    Returns:
        The least number of any of them; None if it is no index, or nothing is known.

    Example:
    >>> latents, labels = keras.Input((2,)), keras.Input((), dtype="int32")
    >>> known = keras.layers.Embedding(10, 2)(labels)
    >>> generator = keras.Model([latents, labels], keras.layers.add([latents, known]))
    >>> num_classes([(generator, labels)])
    10
    """
    counts = [count for network, read in readers for count in _counts(network, read)]
    if class_logits is not None and class_logits.shape[-1] is not None:
        counts.append(class_logits.shape[-1])
    return min(counts, default=None)


def _counts(network: keras.Model, read: keras.KerasTensor) -> Iterator[int]:
    if not hasattr(network, "operations"):
        # A subclassed model does not tell what its layers read.
        embeddings = (each for each in all_layers(network) if _is_embedding(each))
        yield from (each.input_dim for each in embeddings)
        return
    for operation in network.operations:
        name = _READERS.get(type(operation).__name__)
        if name is not None and _reads_only(operation, read):
            yield getattr(operation, name)


def _is_embedding(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.Embedding)


def _reads_only(operation: keras.Operation, labels: keras.KerasTensor) -> bool:
    try:
        keras.Function(labels, operation.output)
    except ValueError:  # Something else leads there too, or it stands in several places.
        return False
    return True
