"""Whole configurations: losses with penalties, momenta and averages of one's own choice."""

import functools
from collections.abc import Callable, Mapping

import keras

from benchmarks.quality.protocol import Recipe
from keras_gan_losses import GeneratorAverage, objectives
from keras_gan_losses.objectives import Objective


def recipe(
    make: Callable[[], Objective],
    num_updates: int,
    *,
    rate: float,
    momenta: tuple[float, float] = (0.5, 0.99),
) -> Mapping[str, object]:
    """Adam with a little momentum, a learning rate that falls to 0, and averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, num_updates)
    return {
        "loss": make(),
        "optimizer": keras.optimizers.Adam(schedule, *momenta),
        "average": GeneratorAverage(),
    }


_MAKERS: Mapping[str, Callable[..., Mapping[str, object]]] = {
    "r1, gamma=0.1": functools.partial(recipe, functools.partial(objectives.r1, gamma=0.1)),
    "r3gan, gamma=0.1": functools.partial(recipe, functools.partial(objectives.r3gan, gamma=0.1)),
    # With its paper's momenta.
    "r3gan": functools.partial(recipe, objectives.r3gan, momenta=(0.0, 0.9)),
    "non_saturating": functools.partial(recipe, objectives.non_saturating),
    "hinge": functools.partial(recipe, objectives.hinge),
}


def mixture_recipes(num_updates: int, rates: Mapping[str, float]) -> Mapping[str, Recipe]:
    """Recipes of these losses, each with its learning rate."""
    return {
        f"{name}, {rate:g}": functools.partial(_MAKERS[name], num_updates, rate=rate)
        for name, rate in rates.items()
    }
