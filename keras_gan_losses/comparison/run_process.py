"""The process of one run, or of one run after another: what starts it, and what happens in it."""

import os
import pickle
import pickletools
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import IO, cast

import numpy as np

from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.comparison.files import RunFiles

_LENGTH = struct.Struct("<Q")


def run_in_process(
    experiment: np.ndarray, key: RunKey, directory: str, environment: Mapping[str, str]
) -> RunKey:
    """Plays a run in a process of its own, and leaves its result or the failure on the disk.

    Args:
        experiment: The pickled `Experiment`, as bytes.
        key: Which run.
        directory: Of the whole comparison.
        environment: What the process's environment has besides this one's.

    Returns:
        The key.
    """
    files = RunFiles(Path(directory), key)
    if files.result() is not None:
        return key
    files.begin()
    # Safe, so that no file of the working folder stands for a module of the same name.
    command = [sys.executable, "-P", "-c", f"from {__name__} import main; main()"]
    with files.log.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(_paths(experiment))},
        )
        pipe = cast("IO[bytes]", process.stdin)
        try:
            _send(pipe, pickle.dumps((key, directory)), experiment.tobytes())
            status = process.wait()
        finally:
            process.kill()
            process.wait()
            pipe.close()
    if files.result() is None and files.failure() is None:
        files.write_failure(_reason(status, files.log))
    return key


def run_here(
    experiment: np.ndarray, key: RunKey, directory: str, environment: Mapping[str, str]
) -> RunKey:
    """Plays a run in this process, which goes on to the next.

    Args:
        experiment: The pickled `Experiment`, as bytes.
        key: Which run.
        directory: Of the whole comparison.
        environment: What this process must have been started with.

    Returns:
        The key.
    """
    import keras

    files = RunFiles(Path(directory), key)
    if files.result() is None:
        files.begin()
        _is_played(experiment.tobytes(), key, files)
        # Else each run's networks and samples would stay in memory: they refer to one another,
        # and what has lived as long as a run Python looks for only now and then by itself.
        keras.backend.clear_session(free_memory=True)
    return key


def main() -> None:
    """Plays the run that standard input names, and ends the process whatever is left in it."""
    status = 1
    try:
        status = _play()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Python itself would wait for threads that the user's code has left.
        os._exit(status)


def _play() -> int:
    key, directory = pickle.loads(_receive())
    experiment = _receive()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return 0 if _is_played(experiment, key, RunFiles(Path(directory), key)) else 1


def _is_played(experiment: bytes, key: RunKey, files: RunFiles) -> bool:
    """Plays a run, and tells whether it came to its end."""
    try:
        from keras_gan_losses.comparison.run import play

        play(pickle.loads(experiment), key, files)
    except Exception as error:
        traceback.print_exc()
        # Before it is tried again, what raised the error will be changed, and with it the run. A
        # full disk or another run in the folder changes nothing.
        if not isinstance(error, OSError):
            files.forget_checkpoints()
        files.write_failure(f"{type(error).__name__}: {error}")
        return False
    return True


def _paths(experiment: np.ndarray) -> list[str]:
    """Where the run finds modules: where this process does.

    The working folder, which an interactive Python looks through first, comes last, and only if
    the experiment needs a module that was found there.
    """
    paths = [path for path in sys.path if path]
    if "" not in sys.path:
        return paths
    here = Path.cwd()
    named = {text for _, text, _ in pickletools.genops(experiment.tobytes()) if type(text) is str}
    needed = (_folder(sys.modules[name]) for name in named & sys.modules.keys())
    return [*paths, str(here)] if here in needed else paths


def _folder(module: ModuleType) -> Path | None:
    """Where a module was found, or None if it is built in or the program itself."""
    spec = module.__spec__
    if spec is None or spec.origin is None or not spec.has_location:
        return None
    depth = spec.name.count(".") + (spec.submodule_search_locations is not None)
    return Path(spec.origin).absolute().parents[depth]


def _send(pipe: IO[bytes], *messages: bytes) -> None:
    try:
        for message in messages:
            pipe.write(_LENGTH.pack(len(message)) + message)
        # It stays open: its end tells the run that nobody waits for it any more.
        pipe.flush()
    except BrokenPipeError:
        # The process has ended before it read all; its status says how.
        return


def _receive() -> bytes:
    (length,) = _LENGTH.unpack(_exactly(_LENGTH.size))
    return _exactly(length)


def _exactly(count: int) -> bytes:
    # Unbuffered, so that the thread that waits for the end holds no lock at the interpreter's end.
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            raise EOFError("The process that compares has ended.")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _end_with_parent() -> None:
    if not os.read(0, 1):
        os._exit(1)


def _reason(status: int, log: Path) -> str:
    if status < 0:
        return (
            f"The process was killed by signal {-status} ({signal.Signals(-status).name}); "
            "the system does so when memory runs out."
        )
    last = log.read_text(errors="replace").strip().splitlines()[-1:]
    return f"The process ended with status {status}. {''.join(last)}".strip()
