"""What a run was begun with beside its rules: the networks' layers and the data."""

import json
import sys
import warnings
from pathlib import Path

import keras

from keras_gan_losses.feeding.source import CONTENT, Source
from keras_gan_losses.fingerprint import config_of_layer, digest
from keras_gan_losses.runs.run_state import RunState
from keras_gan_losses.types import Json, Metadata
from keras_gan_losses.version import versions

# Of no account once weights are there, or dependent on who called the network first.
_LEFT_OUT = ("seed", "build_config", "compile_config")
_REMEDY = "as in the interrupted run, or begin a new run in another directory."


def described(gan: keras.Model, source: Source, *, shuffle: bool) -> Metadata:
    """Networks and data, as JSON has them, equal for what a run may go on with.

    Args:
        gan: What is trained.
        source: What it is trained on.
        shuffle: As in `fit`.
    """
    return {
        "networks": {
            **{name: _network(network) for name, network in gan.networks.items()},
            # Instructions of lambdas are its own.
            "python": list(sys.version_info[:2]),
        },
        "data": json.loads(json.dumps(source.description(shuffle=shuffle))),
    }


def check_networks(state: RunState, now: Metadata) -> None:
    """Raises if a network has other layers, activations or precision than when a run began.

    Other versions may describe the same network otherwise: then nothing is compared.

    Args:
        state: Of the run.
        now: What `described` gives.

    Raises:
        ValueError: With the network.
    """
    before, after = state.metadata["networks"], now["networks"]
    if state.metadata["versions"] != versions() or before.get("python") != after["python"]:
        return
    for name in after.keys() - {"python"}:
        then, here = (each.get(name, {}) for each in (before, after))
        if then == here:
            continue
        what = "layers, activations or other settings of layers differ"
        policies = [each.get("dtype_policy") for each in (then, here)]
        if policies[0] != policies[1]:
            what = f"its precision was {policies[0]}, and is {policies[1]} here"
        raise ValueError(
            f"The run was begun with another {name}, though its weights have the same shapes: "
            f"{what}. Build it {_REMEDY}"
        )


def check_data(state: RunState, now: Metadata, directory: Path, *, can_seek: bool) -> None:
    """Raises if a run's place in its data would be another one; warns of other values.

    Args:
        state: Of the run.
        now: What `described` gives.
        directory: Where the run is kept.
        can_seek: Whether it goes on from within a pass.

    Raises:
        ValueError: With what differs.
    """
    then, here = state.metadata["data"], now["data"]
    changed = [name for name in {**then, **here} if then.get(name) != here.get(name)]
    if not changed:
        return
    place = [name for name in changed if name != CONTENT]
    words = ", ".join(f"{n} was {then.get(n)!r}, and is {here.get(n)!r} here" for n in place)
    if place and can_seek:
        raise ValueError(
            f"The run in {str(directory)!r} would lose its place in the data: {words}. Call `fit` "
            f"{_REMEDY}"
        )
    warnings.warn(
        f"The run in {str(directory)!r} was begun on other data"
        f"{f': {words}' if words else ', as their first values tell'}. It goes on with the new "
        "ones, and not as if it had never stopped; for a run of its own use another directory.",
        stacklevel=2,
    )


def _network(network: keras.Model) -> dict[str, Json]:
    config = _bare(config_of_layer(network))
    return {
        "layers": digest(json.dumps(config, sort_keys=True)),
        "dtype_policy": network.dtype_policy.name,
    }


def _bare(config: Json) -> Json:
    if isinstance(config, dict):
        return {key: _bare(value) for key, value in config.items() if key not in _LEFT_OUT}
    return [_bare(each) for each in config] if isinstance(config, list) else config
