"""All that a run consists of at one moment, as plain values and arrays, and as one archive."""

import datetime
import io
import json
import random
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.game.state import MEANS, StateForm
from keras_gan_losses.runs.callback_state import CallbackStates
from keras_gan_losses.types import Metadata
from keras_gan_losses.version import versions

FORMAT = 2
"""Format of a checkpoint: 1 had its variables by position."""

_METADATA = "metadata.json"
VARIABLE = "variables/{}"
_BACKEND_RANDOM = "random/{}/{}"
_NUMPY_RANDOM = "random/numpy"


@dataclass(frozen=True)
class RunState:
    """What a checkpoint holds.

    Args:
        metadata: Position, history and descriptions: what JSON can hold.
        arrays: Values of variables and random generators, by name.
    """

    metadata: Metadata
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
    def not_finite(self) -> str | None:
        """Name of the first weight or optimizer slot that is NaN or infinite, if there is one."""
        for key, values in self.arrays.items():
            is_float = np.issubdtype(values.dtype, np.floating)
            if is_weight(key) and is_float and not np.isfinite(values).all():
                return key.removeprefix(VARIABLE.format(""))
        return None


def is_weight(key: str) -> bool:
    """Whether an array is of a weight or slot, and not of a mean or a random generator."""
    return key.startswith(VARIABLE.format("")) and not key.startswith(VARIABLE.format(MEANS))


def capture(
    gan: keras.Model, callbacks: CallbackStates, position: tuple[int, int], **metadata: Any
) -> RunState:
    """State of a run.

    Args:
        gan: A compiled GAN.
        callbacks: Those whose state belongs to the run.
        position: Epoch, and rounds of it that have been played.
        **metadata: What else is to be kept, as JSON has it.
    """
    arrays = {
        VARIABLE.format(name): _storable(keras.ops.convert_to_numpy(variable))
        for name, variable in gan.state().items()
    }
    described = {
        "format": FORMAT,
        "saved_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "epoch": position[0],
        "round": position[1],
        "num_processes": backend.process(gan)[1],
        "versions": versions(),
        "rules": gan.rules.description,
        "form": _form(gan).get_config(),
        "callbacks": callbacks.capture(arrays),
        "random": _random_states(arrays),
        **metadata,
    }
    return RunState(described, arrays)


def check_fits(state: RunState, gan: keras.Model) -> None:
    """Raises unless the state is that of such a GAN; nothing is changed.

    Raises:
        ValueError: With the first thing that does not fit.
    """
    difference = StateForm.from_config(state.metadata["form"]).difference(_form(gan))
    if difference is not None:
        raise ValueError(
            f"The checkpoint is of another GAN: {difference}. Build and compile the GAN as in the "
            "interrupted run, or begin a new run in another directory."
        )


def changed_rules(state: RunState, gan: keras.Model) -> list[str]:
    """Names of the rules that are others than when the state was kept."""
    then, now = state.metadata["rules"], gan.rules.description
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def check_processes(state: RunState, gan: keras.Model) -> None:
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


def restore_model(state: RunState, gan: keras.Model) -> None:
    """Gives variables and random generators the values of a state that fits."""
    for name, variable in gan.state().items():
        variable.assign(state.arrays[VARIABLE.format(name)])
    gan.refresh()
    _restore_random_states(state)


def write_archive(file: Any, state: RunState) -> None:
    """Writes a state, with a member `metadata.json`.

    Args:
        file: What has `write` and `flush`.
        state: What is written.
    """
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_METADATA, json.dumps(state.metadata, indent=1))
        for name, values in state.arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(values), allow_pickle=False)


def read_archive(file: BinaryIO) -> RunState:
    """The state that `write_archive` wrote.

    Raises:
        ValueError: If something in it would have to be unpickled.
        zipfile.BadZipFile: If it is no archive.
    """
    with zipfile.ZipFile(file) as archive:
        return RunState(json.loads(archive.read(_METADATA)), dict(_archived(archive)))


def to_bytes(state: RunState) -> bytes:
    """The archive as one message."""
    file = io.BytesIO()
    write_archive(file, state)
    return file.getvalue()


def from_bytes(message: bytes) -> RunState:
    """The state in a message."""
    return read_archive(io.BytesIO(message))


def _form(gan: keras.Model) -> StateForm:
    return StateForm.of(gan.state(), gan.rules.optimizer_classes)


def _storable(values: np.ndarray) -> np.ndarray:
    """The values in a type that NumPy's own file format knows; bfloat16 fits into float32."""
    return values if values.dtype.kind in "biufc" else values.astype("float32")


def _random_states(arrays: dict[str, np.ndarray]) -> Metadata:
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


def _archived(archive: zipfile.ZipFile) -> Iterator[tuple[str, np.ndarray]]:
    for name in archive.namelist():
        if name.endswith(".npy"):
            with archive.open(name) as member:
                # Never a pickle: a checkpoint may come from anywhere.
                values = np.lib.format.read_array(member, allow_pickle=False)
            yield name.removesuffix(".npy"), values
