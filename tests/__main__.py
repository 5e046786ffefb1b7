"""Runs the short suite on every backend: `python -m tests`; `--all` and more go to pytest."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from typing import IO

from tests.selection import BACKENDS

# The backends share the cores: more threads would only wait for each other.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
# Most tests compile more than they compute; so XLA takes half as long to make their code. At level
# 0 two programs with the same round in them differ in the last bit.
LESS_COMPILATION = "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false"


def of_backend(backend: str) -> dict[str, str]:
    """Environment of the backend's tests, as far as the installed release knows it."""
    variables = {"XLA_FLAGS": LESS_COMPILATION}
    # XLA ends a process that names a flag which it lacks.
    trial = [sys.executable, "-c", "import jax; jax.numpy.zeros(1)"]
    if backend != "jax" or subprocess.run(trial, env={**os.environ, **variables}).returncode:
        return {}
    return variables


def start(backend: str, output: IO | None) -> subprocess.Popen:
    """Begins the backend's tests, which write to the file, or to the screen."""
    # A worker must load its backend and collect, which pays where cores would be idle.
    workers = (os.cpu_count() or 1) // len(BACKENDS)
    distribution = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    command = [sys.executable, "-m", "pytest", *distribution, *sys.argv[1:]]
    environment = {**of_backend(backend), **os.environ, **ONE_THREAD, "KERAS_BACKEND": backend}
    return subprocess.Popen(command, env=environment, stdout=output, stderr=output)


def main() -> int:
    """Exit status of the first backend that fails, or 0."""
    missing = [backend for backend in BACKENDS if importlib.util.find_spec(backend) is None]
    if missing:
        print(f"Not installed: {', '.join(missing)}. Install with: pip install '.[test]'")
        return 1
    with contextlib.ExitStack() as files:
        # The first writes to the screen, where its progress stands for that of all.
        outputs = [None, *(files.enter_context(tempfile.TemporaryFile("w+")) for _ in BACKENDS[1:])]
        processes = [start(*pair) for pair in zip(BACKENDS, outputs, strict=True)]
        for backend, output, process in zip(BACKENDS, outputs, processes, strict=True):
            process.wait()
            if output is not None:
                output.seek(0)
                print(f"\nTests on {backend}\n{output.read()}", flush=True)
    statuses = [process.returncode for process in processes]
    for backend, status in zip(BACKENDS, statuses, strict=True):
        print(f"{backend}: {'passed' if status == 0 else f'failed (exit status {status})'}")
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main())
