"""A run's state as one NumPy archive, in which nothing is pickled."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from keras_gan_losses.runs.run_state import RunState

_METADATA = "metadata.json"


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
        return RunState(json.loads(archive.read(_METADATA)), dict(_arrays(archive)))


def to_bytes(state: RunState) -> bytes:
    """The archive as one message."""
    file = io.BytesIO()
    write_archive(file, state)
    return file.getvalue()


def from_bytes(message: bytes) -> RunState:
    """The state in a message."""
    return read_archive(io.BytesIO(message))


def _arrays(archive: zipfile.ZipFile) -> Iterator[tuple[str, np.ndarray]]:
    for name in archive.namelist():
        if name.endswith(".npy"):
            with archive.open(name) as member:
                # Never a pickle: a checkpoint may come from anywhere.
                values = np.lib.format.read_array(member, allow_pickle=False)
            yield name.removesuffix(".npy"), values
