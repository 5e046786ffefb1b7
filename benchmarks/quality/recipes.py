"""Whole configurations: losses with penalties, momenta and averages of one's own choice."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import keras

from benchmarks.quality.protocol import Recipe
from keras_gan_losses import GeneratorAverage, objectives
from keras_gan_losses.objectives import Objective


def recipe(
    make: Callable[[], Objective],
    num_updates: int,
    *,
    rate: float,
    decays: bool = True,
    averages: bool = True,
) -> Mapping[str, object]:
    """Adam with a little momentum, a learning rate that falls to 0, and averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, num_updates)
    return {
        "loss": make(),
        "optimizer": keras.optimizers.Adam(schedule if decays else rate, 0.5, 0.99),
        "average": GeneratorAverage() if averages else None,
    }


def mixture_recipes(num_updates: int) -> Mapping[str, Recipe]:
    """What might do best on mixtures, and each without one of its parts."""

    def made(make: Callable[[], Objective], **options: Any) -> Recipe:
        return functools.partial(recipe, make, num_updates, **options)

    def r3gan(gamma: float) -> Callable[[], Objective]:
        return functools.partial(objectives.r3gan, gamma=gamma)

    def r1(gamma: float) -> Callable[[], Objective]:
        return functools.partial(objectives.r1, gamma=gamma)

    return {
        **{
            f"r3gan, gamma={gamma:g}, {rate:g}": made(r3gan(gamma), rate=rate)
            for gamma in (0.1, 1.0)
            for rate in (3e-3, 1e-2)
        },
        "r1, gamma=0.1, 0.003": made(r1(0.1), rate=3e-3),
        "non_saturating, 0.003": made(objectives.non_saturating, rate=3e-3),
        "r3gan, gamma=0.1, 0.003, no decay": made(r3gan(0.1), rate=3e-3, decays=False),
        "r3gan, gamma=0.1, 0.003, no average": made(r3gan(0.1), rate=3e-3, averages=False),
    }
