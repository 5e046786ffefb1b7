"""What was measured, as tables in Markdown."""

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence

from benchmarks.contestants import CONTESTANTS
from benchmarks.throughput import Measured, of_backend, ratios

_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "torch"}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines of a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine_line(products: Sequence[float]) -> str:
    """What it was measured on."""
    rate = statistics.median(products) / 1e9
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}; "
        f"float32 matrix products reach {rate:.0f} GFLOP/s."
    )


def rate_table(found: Sequence[Measured]) -> str:
    """Rates, first rounds and memory of everything."""
    header = ["workload", "way", "rounds/s", "least", "most", "first round, s", "peak, MiB"]
    return table(
        header,
        (
            [
                each.workload,
                each.contestant,
                f"{each.rate:.4g}",
                f"{min(each.rates):.4g}",
                f"{max(each.rates):.4g}",
                f"{each.first_round:.1f}",
                f"{each.peak_mib:.0f}",
            ]
            for each in found
        ),
    )


def ratio_table(found: Sequence[Measured], products: Sequence[float]) -> str:
    """`fit` against loops by hand and the tutorial, and the share of the matrix products' rate."""
    header = ["workload", *(f"{name}: fit ÷ by hand" for name in _BACKENDS.values())]
    header += ["best fit ÷ best by hand", "best fit ÷ tutorial", "share of matrix products"]
    product = statistics.median(products)
    rows = []
    for workload in dict.fromkeys(each.workload for each in found):
        here = [each for each in found if each.workload == workload]
        ours, theirs = (
            [each for name in _BACKENDS for each in of_backend(here, name, is_ours=is_ours)]
            for is_ours in (True, False)
        )
        tutorial = [each for each in here if CONTESTANTS[each.contestant].is_tutorial]
        pairs = [
            (of_backend(here, name, is_ours=True), of_backend(here, name, is_ours=False))
            for name in _BACKENDS
        ]
        cells = [_compared(*pair) for pair in [*pairs, (ours, theirs), (ours, tutorial)]]
        share = max(each.rate for each in ours) * _operations(workload) / product
        rows.append([workload, *cells, f"{share:.2f}"])
    return table(header, rows)


def cheaper_table(found: Sequence[Measured]) -> str:
    """Cheaper and less exact rounds, against the best full ones and the best by hand."""
    rows = []
    for workload in dict.fromkeys(each.workload for each in found):
        here = [each for each in found if each.workload == workload]
        plain = [each for each in here if each.contestant == "TensorFlow fit"]
        by_hand = [e for name in _BACKENDS for e in of_backend(here, name, is_ours=False)]
        for each in here:
            if CONTESTANTS[each.contestant].changes_numbers:
                cells = [_compared([each], other) for other in (plain, by_hand)]
                rows.append([workload, each.contestant, *cells])
    header = ["workload", "way (TensorFlow)", "÷ TensorFlow fit", "÷ best float32 by hand"]
    return table(header, rows)


def _compared(ours: Sequence[Measured], theirs: Sequence[Measured]) -> str:
    """Median ratio and its spread, or a dash where one side was not measured."""
    if not ours or not theirs:
        return "–"
    middle, least, most = ratios(ours, theirs)
    return f"{middle:.2f} ({least:.2f}–{most:.2f})"


def _operations(workload: str) -> float:
    """Floating-point operations of a round, counted by JAX's compiler in a process of its own."""
    code = (
        "from benchmarks.hand_written.jax import operations; "
        "from benchmarks.workloads import WORKLOADS; "
        f"print(operations(WORKLOADS[{workload!r}]))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(printed.stdout.split()[-1])
