"""Networks with random numbers of their own, drawn from a seed for a while."""

import contextlib
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def fixed_noise(*networks: keras.Model, seed: int) -> Iterator[None]:
    """Context in which noise layers draw from a seed; then they go on as if nothing had been.

    Args:
        *networks: Those that have such layers; others are left alone.
        seed: What is drawn follows from it alone.
    """
    states = [state for network in networks for state in _seed_states(network)]
    before = [keras.ops.convert_to_numpy(state) for state in states]
    try:
        for index, state in enumerate(states):
            # Other numbers for each layer, and others than the latents, which begin at the seed.
            state.assign([(seed + index + 1) % 2**31, 0])
        yield
    finally:
        for state, value in zip(states, before, strict=True):
            state.assign(value)


def _seed_states(network: keras.Model) -> list[keras.Variable]:
    """States of seed generators: Keras counts them among the variables, and not the weights."""
    weights = {id(weight) for weight in network.weights}
    others = [variable for variable in network.variables if id(variable) not in weights]
    return [variable for variable in others if variable.name == "seed_generator_state"]
