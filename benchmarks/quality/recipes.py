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
    """What did best on mixtures, and two gradient penalties lighter than their papers'."""
    made: Mapping[str, tuple[Callable[[], Objective], float]] = {
        "r1, gamma=0.1, 0.01": (functools.partial(objectives.r1, gamma=0.1), 1e-2),
        "r3gan, gamma=0.1, 0.005": (functools.partial(objectives.r3gan, gamma=0.1), 5e-3),
        "non_saturating, 0.003": (objectives.non_saturating, 3e-3),
        "hinge, 0.01": (objectives.hinge, 1e-2),
        "lsgan, 0.01": (objectives.lsgan, 1e-2),
    }
    return {
        name: functools.partial(recipe, make, num_updates, rate=rate)
        for name, (make, rate) in made.items()
    }
