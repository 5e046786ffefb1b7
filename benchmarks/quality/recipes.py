"""Whole configurations: losses with penalties, momenta and averages of one's own choice."""

import functools
from collections.abc import Callable, Mapping

import keras

from benchmarks.quality.contestants import with_rate
from benchmarks.quality.protocol import Recipe
from keras_gan_losses import GeneratorAverage, objectives
from keras_gan_losses.objectives import Objective
from keras_gan_losses.penalties import R1Penalty, R2Penalty


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


def falling_r3gan(num_updates: int, *, rate: float) -> Mapping[str, object]:
    """R3GAN with its paper's momenta, whose γ falls from 1, as it does for the authors."""
    make = functools.partial(_with_falling_gamma, num_updates, 0.03)
    return recipe(make, num_updates, rate=rate, momenta=_R3GAN_MOMENTA)


def _with_falling_gamma(num_updates: int, lowest: float) -> Objective:
    whole = objectives.r3gan()
    schedule = keras.optimizers.schedules.CosineDecay(1.0, num_updates, alpha=lowest)
    return Objective(
        generator_loss=whole.generator_loss,
        discriminator_loss=whole.discriminator_loss,
        penalties=[kind(gamma=1.0, schedule=schedule) for kind in (R1Penalty, R2Penalty)],
    )


_R3GAN_MOMENTA = (0.0, 0.9)
_MAKERS: Mapping[str, Callable[..., Mapping[str, object]]] = {
    "r1, gamma=0.1": functools.partial(recipe, functools.partial(objectives.r1, gamma=0.1)),
    "r3gan, gamma=0.1": functools.partial(recipe, functools.partial(objectives.r3gan, gamma=0.1)),
    "r3gan": functools.partial(recipe, objectives.r3gan, momenta=_R3GAN_MOMENTA),
    "r3gan, gamma to 0.03": falling_r3gan,
    "non_saturating": functools.partial(recipe, objectives.non_saturating),
    "hinge": functools.partial(recipe, objectives.hinge),
}


def mixture_recipes(num_updates: int, rates: Mapping[str, float]) -> Mapping[str, Recipe]:
    """Recipes of these losses, each with its learning rate."""
    return {
        with_rate(name, rate): functools.partial(_MAKERS[name], num_updates, rate=rate)
        for name, rate in rates.items()
    }
