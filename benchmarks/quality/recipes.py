"""Whole configurations: losses with penalties, momenta and averages of one's own choice."""

import functools
from collections.abc import Callable, Mapping

import keras

from benchmarks.quality.protocol import Recipe
from keras_gan_losses import GeneratorAverage, objectives
from keras_gan_losses.objectives import Objective


def recipe(make: Callable[[], Objective], num_updates: int, *, rate: float) -> Mapping[str, object]:
    """Adam with a little momentum, a learning rate that falls to 0, and averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, num_updates)
    return {
        "loss": make(),
        "optimizer": keras.optimizers.Adam(schedule, 0.5, 0.99),
        "average": GeneratorAverage(),
    }


def mixture_recipes(num_updates: int) -> Mapping[str, Recipe]:
    """What did best on mixtures in single runs with the seeds of the search, and a control."""
    r1 = functools.partial(objectives.r1, gamma=0.1)
    r3gan = functools.partial(objectives.r3gan, gamma=0.1)
    return {
        "r1, gamma=0.1, 0.01": functools.partial(recipe, r1, num_updates, rate=1e-2),
        "r3gan, gamma=0.1, 0.005": functools.partial(recipe, r3gan, num_updates, rate=5e-3),
        "non_saturating, 0.003": functools.partial(
            recipe, objectives.non_saturating, num_updates, rate=3e-3
        ),
    }
