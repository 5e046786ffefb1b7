"""Several rounds in one call of JAX's compiled function."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax

from keras_gan_losses.types import Tree

State = Sequence[Sequence[jax.Array]]
"""Values of groups of variables."""

Played = tuple[dict[str, jax.Array], State]
"""Logs, and the new state."""

Step = Callable[[State, Tree], Played]


def many_rounds(train_step: Step, num_rounds: int) -> Callable[[State, Iterator[Tree]], Played]:
    """Function that plays rounds of the iterator's next batches, where Keras would call each."""
    play_one = jax.jit(train_step, donate_argnums=0)
    loops_well: list[bool] = []

    def play_all(state: State, batches: Sequence[Tree]) -> Played:
        def play(state: State, batch: Tree) -> tuple[State, dict[str, jax.Array]]:
            logs, state = train_step(state, batch)
            return tuple(map(list, state)), logs

        stacked = jax.tree.map(lambda *parts: jax.numpy.stack(parts), *batches)
        state, logs = jax.lax.scan(play, tuple(map(list, state)), stacked)
        return {name: values[-1] for name, values in logs.items()}, state

    play_all = jax.jit(play_all, donate_argnums=0)

    def play(state: State, iterator: Iterator[Tree]) -> Played:
        batches = [next(iterator), *itertools.islice(iterator, num_rounds - 1)]
        shapes = {tuple(leaf.shape for leaf in jax.tree.leaves(batch)) for batch in batches}
        if len(batches) == num_rounds and len(shapes) == 1:
            if not loops_well:
                loops_well.append(_loops_well(play_all, state, batches))
            if loops_well[0]:
                return play_all(state, batches)
        # The rest of an epoch, for which another compilation would not pay.
        for batch in batches:
            logs, state = play_one(state, batch)
        return logs, state

    return play


def _loops_well(play: jax.stages.Wrapped, *arguments: Any) -> bool:
    """Whether compiled rounds are as fast in a compiled loop as outside of one."""
    if jax.default_backend() != "cpu":
        return True
    # There XLA computes convolutions in loops on one core, several times more slowly.
    return "conv_general_dilated" not in str(play.trace(*arguments).jaxpr)
