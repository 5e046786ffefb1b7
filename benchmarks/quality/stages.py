"""The stages of a protocol, and what is played in each.

- published: each objective with the optimizers of its paper,
- search: with each learning rate, on seeds that are used for nothing else,
- tuned: with the best of these,
- recipes: configurations that differ by more.

A searched learning rate falls to 0 along half a cosine; kind and momenta of the optimizer stay the
paper's.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import keras

from benchmarks.quality.contestants import split, with_rate
from benchmarks.quality.protocol import Group, Protocol, Recipe
from benchmarks.quality.results import Line
from keras_gan_losses import objectives

SEARCH_SEEDS = (1_000, 1_001)

Contestants = Mapping[str, Recipe]


def published(protocol: Protocol, group: Group, lines: Sequence[Line]) -> Contestants:
    """Each objective as it is."""
    return {name: _of(protocol, name) for name in group.objectives}


def search(protocol: Protocol, group: Group, lines: Sequence[Line]) -> Contestants:
    """Each objective with each learning rate."""
    return {
        with_rate(name, rate): _of(protocol, name, rate)
        for name in group.objectives
        for rate in protocol.learning_rates
    }


def tuned(protocol: Protocol, group: Group, lines: Sequence[Line]) -> Contestants:
    """Each objective that was searched, with the best learning rate."""
    found = {name: best_rate(protocol, group, name, lines) for name in group.objectives}
    return {
        with_rate(name, rate): _of(protocol, name, rate)
        for name, rate in found.items()
        if rate is not None
    }


def recipes(protocol: Protocol, group: Group, lines: Sequence[Line]) -> Contestants:
    """What the protocol names."""
    return {
        name: functools.partial(_with_rounds, recipe, protocol.rounds_per_call)
        for name, recipe in group.recipes.items()
    }


STAGES: Mapping[str, Callable[[Protocol, Group, Sequence[Line]], Contestants]] = {
    "published": published,
    "search": search,
    "tuned": tuned,
    "recipes": recipes,
}


def num_updates(protocol: Protocol, group: Group, stage: str) -> int:
    """Discriminator updates of a run in a stage."""
    of_stage = protocol.recipe_updates if stage == "recipes" else None
    return group.num_updates or of_stage or protocol.num_updates


def best_rate(protocol: Protocol, group: Group, name: str, lines: Iterable[Line]) -> float | None:
    """The learning rate of the best mean score in the group's search, or None before it."""
    scores: dict[float, list[float]] = {rate: [] for rate in protocol.learning_rates}
    for line in lines:
        objective, rate = split(line["contestant"])
        is_searched = line["stage"] == "search" and protocol.groups[line["group"]] is group
        if is_searched and objective == name and float(rate) in scores:
            scores[float(rate)].append(protocol.score(line["last"]))
    if not all(scores.values()):
        return None
    return max(scores, key=lambda rate: sum(scores[rate]) / len(scores[rate]))


def decayed(
    name: str, rate: float, num_rounds: int, **changed: object
) -> keras.optimizers.Optimizer:
    """An objective's own optimizer, whose learning rate falls from `rate` to 0."""
    own = objectives.get(name).optimizer
    schedule = keras.optimizers.schedules.CosineDecay(rate, num_rounds)
    return type(own).from_config({**own.get_config(), "learning_rate": schedule, **changed})


def _of(protocol: Protocol, name: str, rate: float | None = None) -> Recipe:
    return functools.partial(
        _compilation, name, rate, protocol.num_updates, protocol.rounds_per_call
    )


def _compilation(
    name: str, rate: float | None, num_updates: int, rounds_per_call: int
) -> Mapping[str, object]:
    objective = objectives.get(name)
    steps = objective.discriminator_steps
    arguments: dict[str, object] = {"loss": objective, "steps_per_execution": rounds_per_call}
    if rate is not None:
        # Each player has an optimizer of its own, and they make different numbers of updates.
        rounds = num_updates // steps
        arguments["generator_optimizer"] = decayed(name, rate, rounds)
        arguments["discriminator_optimizer"] = decayed(name, rate, num_updates)
    return arguments


def _with_rounds(recipe: Recipe, rounds_per_call: int) -> Mapping[str, object]:
    return {"steps_per_execution": rounds_per_call, **recipe()}
