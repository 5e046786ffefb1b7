"""Where losses and penalties keep what is saved with a GAN: in their attributes."""

from collections.abc import Iterator, Mapping

import keras

from keras_gan_losses.registration import Configurable

_WITH_VARIABLES = (keras.layers.Layer, keras.metrics.Metric)


class HoldsVariables(Configurable):
    """Finds the variables among its attributes, as a Keras layer does.

    They are those of `keras.Variable`, layers and models, seed generators and losses, and of
    lists, tuples and dictionaries of such. What only a function knows is not found.
    """

    @property
    def variables(self) -> list[keras.Variable]:
        """What is saved with a GAN, and no player trains: all variables among the attributes."""
        return _of_attributes(self)


def _of_attributes(holder: object) -> list[keras.Variable]:
    found = [variable for value in vars(holder).values() for variable in _held(value)]
    return list({id(variable): variable for variable in found}.values())


def _held(value: object) -> list[keras.Variable]:
    """Variables of an attribute."""
    if isinstance(value, keras.Variable):
        return [value]
    if isinstance(value, keras.random.SeedGenerator):
        return [value.state]
    if isinstance(value, (*_WITH_VARIABLES, HoldsVariables)):
        return list(value.variables)
    if isinstance(value, keras.losses.Loss):
        return _of_attributes(value)
    if isinstance(value, dict):
        return _held(list(value.values()))
    return [v for one in value for v in _held(one)] if isinstance(value, list | tuple) else []


def holders_among(name: str, value: object) -> Iterator[tuple[str, HoldsVariables]]:
    """Losses and penalties in a value, also in lists and dictionaries of it, by where they are.

    Args:
        name: Of the value.
        value: One of them, or what may hold some.
    """
    if isinstance(value, HoldsVariables):
        yield name, value
    inner = dict(enumerate(value)) if isinstance(value, list | tuple) else value
    for key, each in inner.items() if isinstance(inner, Mapping) else ():
        yield from holders_among(f"{name}/{key}", each)


def refresh_layers(value: object) -> None:
    """Lets layers derive anew what they keep beside their variables, which have new values.

    `keras.layers.Normalization`, for one, computes with copies of its mean and variance, which
    it makes when Keras loads it, and not when its variables are assigned.

    Args:
        value: A layer or model, what holds some in its attributes, or a list or dictionary.
    """
    for layer in _layers(value):
        if type(layer).load_own_variables is not keras.layers.Layer.load_own_variables:
            own: dict[str, keras.Variable] = {}
            layer.save_own_variables(own)
            layer.load_own_variables(own)


def _layers(value: object) -> Iterator[keras.layers.Layer]:
    """All layers of a value but models, whose own layers they are."""
    if isinstance(value, keras.Model):
        yield from _layers(value.layers)
    elif isinstance(value, keras.layers.Layer):
        yield value
    elif isinstance(value, HoldsVariables | keras.losses.Loss):
        yield from _layers(vars(value))
    elif isinstance(value, dict):
        yield from _layers(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _layers(one)
