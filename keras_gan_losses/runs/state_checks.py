"""Whether a state that was read is one at all, before anything is taken from it."""

import random
import types
from collections.abc import Mapping

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.game.state import StateForm
from keras_gan_losses.runs.run_state import VARIABLE, RunState
from keras_gan_losses.types import Metadata

_KINDS: Mapping[str, type | types.UnionType] = {
    "epoch": int,
    "round": int,
    "seed": int,
    "rounds_in_epoch": int | None,
    "epochs": int,
    "is_stopped": bool,
    "first_batches": dict,
    "history": dict,
    "callbacks": list,
    "random": dict,
    "rules": dict,
    "form": dict,
    "networks": dict,
    "data": dict,
    "versions": dict,
}


def check_whole(state: RunState) -> None:
    """Raises unless a state has all that a run needs to go on from it; nothing is changed.

    Its bytes may be those that were written, and yet be nonsense: a file from another hand, or of
    a process whose memory was damaged.

    Raises:
        ValueError: With what is missing or of another kind. What else is wrong is any exception.
    """
    metadata = state.metadata
    for name, kind in _KINDS.items():
        if name not in metadata:
            raise ValueError(f"its {name!r} is missing")
        if not isinstance(metadata[name], kind):
            raise ValueError(f"its {name!r} is {metadata[name]!r}")
    if min(state.epoch, state.round) < 0:
        raise ValueError(f"its place is epoch {state.epoch}, round {state.round}")
    _check_arrays(state)
    _check_random(state)


def _check_arrays(state: RunState) -> None:
    for name, shape in StateForm.from_config(state.metadata["form"]).shapes.items():
        values = state.arrays.get(VARIABLE.format(name))
        if values is None or tuple(values.shape) != shape:
            raise ValueError(f"the array of {name!r} is missing or of another shape")


def _check_random(state: RunState) -> None:
    """Tries the random states, on generators of its own."""
    described: Metadata = dict(state.metadata["random"])
    version, internal, gauss = described["python"]
    random.Random().setstate((version, tuple(internal), gauss))
    rest = dict(described["numpy"])
    key = {"key": state.arrays["random/numpy"], "pos": rest.pop("pos")}
    np.random.RandomState().set_state({"bit_generator": "MT19937", "state": key, **rest})
    name = keras.backend.backend()
    own = backend.random_states()
    saved = [state.arrays[f"random/{name}/{index}"] for index in range(described.get(name, 0))]
    # As many as both have: the run may have had other devices.
    if any(one.shape != other.shape for one, other in zip(saved, own, strict=False)):
        raise ValueError(f"its random state of {name} is of another size")
