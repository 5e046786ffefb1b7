"""What a program waits for before the first round: imports, each in a process of its own."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable

from benchmarks.tables import table

_TURNS = 5
_PROGRAM = """
import time
start = time.perf_counter()
import keras
middle = time.perf_counter()
import keras_gan_losses
print(middle - start, time.perf_counter() - middle)
"""


def startup_table(backends: Iterable[str]) -> str:
    """Median seconds of importing Keras, and of importing this package after it."""
    rows = []
    for backend in backends:
        times = zip(*(_seconds_of_imports(backend) for _ in range(_TURNS)), strict=True)
        rows.append([backend, *(f"{statistics.median(each):.2f}" for each in times)])
    return table(["backend", "import keras, s", "import keras_gan_losses after it, s"], rows)


def _seconds_of_imports(backend: str) -> list[float]:
    printed = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        # Compiled files are kept, as they are where the package is installed.
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        check=True,
        text=True,
    )
    return [float(each) for each in printed.stdout.split()[-2:]]
