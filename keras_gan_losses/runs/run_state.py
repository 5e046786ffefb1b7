"""All that a run consists of at one moment, as plain values and arrays."""

import datetime
import importlib.metadata
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from keras_gan_losses import backend
from keras_gan_losses.runs.callback_state import CallbackStates
from keras_gan_losses.version import __version__

_VARIABLE = "variables/{}"
_BACKEND_RANDOM = "random/{}/{}"
_NUMPY_RANDOM = "random/numpy"


@dataclass(frozen=True)
class RunState:
    """What a checkpoint holds.

    Args:
        metadata: Position, history and descriptions: what JSON can hold.
        arrays: Values of variables and random generators, by name.
    """

    metadata: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]

    @property
    def epoch(self) -> int:
        """Epoch in which the run is; those before it are complete."""
        return self.metadata["epoch"]

    @property
    def round(self) -> int:
        """Rounds of that epoch that have been played."""
        return self.metadata["round"]

    @property
    def mean_arrays(self) -> dict[str, bool]:
        """For each variable's array, whether it is a sum behind the epoch's means."""
        described = enumerate(self.metadata["variables"])
        return {_VARIABLE.format(i): not each["must_be_finite"] for i, each in described}

    @property
    def not_finite(self) -> str | None:
        """Name of the first weight or optimizer slot that is NaN or infinite, if there is one."""
        for index, description in enumerate(self.metadata["variables"]):
            values = self.arrays[_VARIABLE.format(index)]
            is_float = np.issubdtype(values.dtype, np.floating)
            if is_float and description["must_be_finite"] and not np.isfinite(values).all():
                return description["path"]
        return None


def capture(
    gan: Any, callbacks: CallbackStates, position: tuple[int, int], **metadata: Any
) -> RunState:
    """State of a run.

    Args:
        gan: A compiled GAN.
        callbacks: Those whose state belongs to the run.
        position: Epoch, and rounds of it that have been played.
        **metadata: What else is to be kept, as JSON has it.
    """
    variables = _variables(gan)
    metrics = {id(variable) for variable in gan.metrics_variables}
    arrays = {
        _VARIABLE.format(index): _storable(keras.ops.convert_to_numpy(variable))
        for index, variable in enumerate(variables)
    }
    described = {
        "format": 1,
        "saved_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "epoch": position[0],
        "round": position[1],
        "num_processes": backend.process(gan)[1],
        "versions": versions(),
        "optimizers": gan.rules.optimizer_classes,
        "rules": gan.rules.description,
        "variables": [
            {"path": v.path, "shape": list(v.shape), "must_be_finite": id(v) not in metrics}
            for v in variables
        ],
        "callbacks": callbacks.capture(arrays),
        "random": _random_states(arrays),
        **metadata,
    }
    return RunState(described, arrays)


def check_fits(state: RunState, gan: Any) -> None:
    """Raises unless the state is that of such a GAN; nothing is changed.

    Raises:
        ValueError: With the first variable that does not fit.
    """
    saved = [(each["path"], tuple(each["shape"])) for each in state.metadata["variables"]]
    own = [(variable.path, tuple(variable.shape)) for variable in _variables(gan)]
    pairs = zip(saved, own, strict=False)
    different = next((pair for pair in pairs if pair[0][1] != pair[1][1]), None)
    if different is None and len(saved) == len(own):
        _check_optimizers(state.metadata["optimizers"], gan.rules.optimizer_classes)
        return
    detail = f"{len(saved)} variables there, {len(own)} here"
    if different is not None:
        detail = f"{different[0]} there, {different[1]} here"
    raise ValueError(
        "The checkpoint is of another GAN: its networks, penalties or optimizers differ. Found: "
        f"{detail}. Build and compile the GAN as in the interrupted run, or begin a new run in "
        "another directory."
    )


def changed_rules(state: RunState, gan: Any) -> list[str]:
    """Names of the rules that are others than when the state was kept."""
    then, now = state.metadata["rules"], gan.rules.description
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def check_processes(state: RunState, gan: Any) -> None:
    """Raises unless as many processes train the GAN as when the state was kept.

    Raises:
        ValueError: With both numbers.
    """
    then, now = state.metadata.get("num_processes", 1), backend.process(gan)[1]
    if then != now:
        raise ValueError(
            f"The run was played by {then} processes, each with its own random numbers and place "
            f"in the data. Here are {now}. Start as many as before, or begin a new run in another "
            "directory."
        )


def restore_model(state: RunState, gan: Any) -> None:
    """Gives variables and random generators the values of a state that fits."""
    for index, variable in enumerate(_variables(gan)):
        variable.assign(state.arrays[_VARIABLE.format(index)])
    _restore_random_states(state)


def _check_optimizers(saved: Mapping[str, str], own: Mapping[str, str]) -> None:
    for name in own:
        if saved[name] != own[name]:
            raise ValueError(
                f"The {name} was {saved[name]}, and is {own[name]} here, which takes the slots "
                f"of {saved[name]} for something else. Compile with {saved[name]} to go on, or "
                "begin anew with other optimizers."
            )


def versions() -> dict[str, str]:
    """Versions of what the numbers of a run depend on."""
    name = keras.backend.backend()
    found = {"keras_gan_losses": __version__, "keras": keras.__version__, "backend": name}
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:  # Installed under another name.
        found[name] = "unknown"
    return {**found, "numpy": np.__version__}


def _variables(gan: Any) -> Sequence[keras.Variable]:
    found = [*gan.variables, *gan.optimizer.variables, *gan.metrics_variables]
    return list({id(variable): variable for variable in found}.values())


def _storable(values: np.ndarray) -> np.ndarray:
    """The values in a type that NumPy's own file format knows; bfloat16 fits into float32."""
    return values if values.dtype.kind in "biufc" else values.astype("float32")


def _random_states(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    name = keras.backend.backend()
    states = backend.random_states()
    for index, values in enumerate(states):
        arrays[_BACKEND_RANDOM.format(name, index)] = values
    numpy_state = np.random.get_state(legacy=False)
    arrays[_NUMPY_RANDOM] = numpy_state["state"]["key"]
    rest = {name: numpy_state[name] for name in ("has_gauss", "gauss")}
    return {
        name: len(states),
        "numpy": {**rest, "pos": numpy_state["state"]["pos"]},
        # Through JSON, in which tuples are lists.
        "python": json.loads(json.dumps(random.getstate())),
    }


def _restore_random_states(state: RunState) -> None:
    name = keras.backend.backend()
    described = state.metadata["random"]
    count = described.get(name, 0)
    if count:
        backend.set_random_states(
            [state.arrays[_BACKEND_RANDOM.format(name, index)] for index in range(count)]
        )
    saved = dict(described["numpy"])
    key = {"key": state.arrays[_NUMPY_RANDOM], "pos": saved.pop("pos")}
    np.random.set_state({"bit_generator": "MT19937", "state": key, **saved})
    version, internal, gauss = described["python"]
    random.setstate((version, tuple(internal), gauss))
