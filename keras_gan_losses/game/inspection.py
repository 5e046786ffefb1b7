"""What the layers of a network tell of it."""

from collections.abc import Iterator

import keras


def all_layers(network: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """Layers of a network, those inside other models and wrappers included."""
    inner = list(getattr(network, "layers", []))
    if isinstance(network, keras.layers.Wrapper):
        inner.append(network.layer)
    for layer in inner:
        yield layer
        yield from all_layers(layer)


def advancing_layers(network: keras.layers.Layer) -> list[keras.layers.Layer]:
    """Layers that advance once an update of their player, such as spectral normalisation."""
    return [layer for layer in all_layers(network) if hasattr(layer, "before_update")]


def ends_in(network: keras.Model, activation: str) -> bool:
    """Whether the network's last operation, reshaping aside, is this activation.

    Example:
    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    >>> ends_in(network, "sigmoid"), ends_in(network, "tanh")
    (True, False)
    """
    last = last_operation(network)
    if last is None:
        return False
    is_operation = type(last).__name__ == activation.capitalize()
    is_activation = getattr(last, "activation", None) is keras.activations.get(activation)
    return is_operation or is_activation


def last_operation(network: keras.Model) -> keras.Operation | None:
    """The network's last operation, reshaping and wrappers aside; of a subclassed one a guess."""
    operations = list(getattr(network, "operations", getattr(network, "layers", [])))
    shaping = (keras.layers.Flatten, keras.layers.Reshape)
    while operations and isinstance(operations[-1], shaping):
        operations.pop()
    if not operations:
        return None
    last = operations[-1]
    if isinstance(last, keras.Model):
        return last_operation(last)
    return last.layer if isinstance(last, keras.layers.Wrapper) else last
