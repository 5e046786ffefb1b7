"""Dense networks that protocols share, as each kind of objective needs them."""

import functools
from collections.abc import Callable, Mapping, Sequence

import keras
from keras import ops

from benchmarks.quality.protocol import Group, Players, Recipe
from keras_gan_losses import layers, objectives

# Told apart in the docstring of each: these need another discriminator, or labels.
ENERGY_BASED = ("began", "ebgan")
NORMALIZED = ("sngan",)
CONDITIONAL = ("acgan",)


def dense_groups(
    pair: Callable[[], Players],
    *,
    recipes: Mapping[str, Recipe] | None = None,
    num_packed: Sequence[int] = (),
) -> dict[str, Group]:
    """Every objective, by the discriminator that it needs.

    Args:
        pair: Makes a generator and a discriminator of dense layers.
        recipes: Whole configurations that are played with them.
        num_packed: Samples in the packs of further discriminators.
    """
    others = {*ENERGY_BASED, *NORMALIZED, *CONDITIONAL}

    def build(change: Callable[[keras.Model], keras.Model]) -> Callable[[], Players]:
        return functools.partial(_changed, pair, change)

    return {
        "plain": Group(
            build_networks=build(_unchanged),
            objectives=[name for name in objectives.names() if name not in others],
            recipes=recipes or {},
        ),
        "autoencoder": Group(build_networks=build(autoencoder), objectives=ENERGY_BASED),
        "normalized": Group(build_networks=build(normalized), objectives=NORMALIZED),
        **packed_groups(pair, num_packed),
    }


def packed_groups(pair: Callable[[], Players], num_packed: Sequence[int]) -> dict[str, Group]:
    """The non-saturating loss with discriminators of the same layers that judge packs."""
    return {
        f"packs of {number}": Group(
            build_networks=functools.partial(_changed, pair, functools.partial(packed, number)),
            objectives=("non_saturating",),
            num_packed=number,
        )
        for number in num_packed
    }


def autoencoder(discriminator: keras.Model) -> keras.Model:
    """A discriminator of the same hidden layers that gives its reconstruction's squared error."""
    samples = keras.Input(discriminator.input_shape[1:])
    hidden = flat = keras.layers.Flatten()(samples)
    for layer in discriminator.layers[1:-1]:
        hidden = type(layer).from_config(layer.get_config())(hidden)
    rebuilt = keras.layers.Dense(flat.shape[-1])(hidden)
    error = ops.sum(ops.square(rebuilt - flat), axis=-1, keepdims=True)
    return keras.Model(samples, error)


def normalized(discriminator: keras.Model) -> keras.Model:
    """A discriminator of the same layers, each of spectral norm 1."""

    def clone(layer: keras.layers.Layer) -> keras.layers.Layer:
        copy = type(layer).from_config(layer.get_config())
        is_dense = isinstance(layer, keras.layers.Dense)
        return layers.SpectralNormalization(copy) if is_dense else copy

    return keras.models.clone_model(discriminator, clone_function=clone)


def packed(num_packed: int, discriminator: keras.Model) -> keras.Model:
    """A discriminator of the same layers that judges several samples at once."""
    samples = keras.Input(discriminator.input_shape[1:])
    hidden = layers.Packing(num_packed)(samples)
    for layer in discriminator.layers[1:]:
        hidden = type(layer).from_config(layer.get_config())(hidden)
    return keras.Model(samples, hidden)


def _unchanged(discriminator: keras.Model) -> keras.Model:
    return discriminator


def _changed(pair: Callable[[], Players], change: Callable[[keras.Model], keras.Model]) -> Players:
    generator, discriminator = pair()
    return generator, change(discriminator)
