"""Runs the suite on every backend: `python -m tests`, with pytest's arguments if any."""

import importlib.util
import os
import subprocess
import sys

BACKENDS = ("tensorflow", "jax", "torch")

# Two workers share two cores: more threads would only wait for each other.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
# Most tests compile more than they compute; so XLA takes half as long to make their code.
LESS_COMPILATION = "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false"


def of_backend(backend: str) -> dict[str, str]:
    """Environment of the backend's tests, as far as the installed release knows it."""
    variables = {"XLA_FLAGS": LESS_COMPILATION}
    # XLA ends a process that names a flag which it lacks.
    trial = [sys.executable, "-c", "import jax; jax.numpy.zeros(1)"]
    if backend != "jax" or subprocess.run(trial, env={**os.environ, **variables}).returncode:
        return {}
    return variables


def main() -> int:
    """Exit status of the first backend that fails, or 0."""
    missing = [backend for backend in BACKENDS if importlib.util.find_spec(backend) is None]
    if missing:
        print(f"Not installed: {', '.join(missing)}. Install with: pip install '.[test]'")
        return 1
    statuses = []
    for backend in BACKENDS:
        print(f"\nTests on {backend}", flush=True)
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *sys.argv[1:]]
        environment = {**of_backend(backend), **os.environ, **ONE_THREAD, "KERAS_BACKEND": backend}
        statuses.append(subprocess.run(command, env=environment).returncode)
    for backend, status in zip(BACKENDS, statuses, strict=True):
        print(f"{backend}: {'passed' if status == 0 else f'failed (exit status {status})'}")
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main())
