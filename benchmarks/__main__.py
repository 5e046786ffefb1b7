"""Compares `GAN.fit` with loops by hand and with a tutorial's model, side by side in one run.

`python -m benchmarks` measures every workload on every backend; `--quick` takes fewer turns. Each
way to play has a process of its own, and they take turns, so that a busy minute strikes all.
Absolute rates differ from machine to machine and from minute to minute; ratios are what counts.
"""

import argparse
import json
import pathlib
import platform
import sys
from collections.abc import Sequence

from benchmarks.contestants import CONTESTANTS
from benchmarks.growth import growth_table
from benchmarks.startup import startup_table
from benchmarks.tables import cheaper_table, machine_line, rate_table, ratio_table
from benchmarks.throughput import Measured, measure
from benchmarks.workloads import WORKLOADS

TURNS, QUICK_TURNS = 5, 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables, and writes what they are made of."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="three turns, and no growth")
    parser.add_argument("--json", type=pathlib.Path, help="file for everything measured")
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--ways", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    options = parser.parse_args(arguments)
    turns = QUICK_TURNS if options.quick else TURNS
    found: list[Measured] = []
    products: list[float] = []
    for workload in options.workloads:
        ways = [way for way in options.ways if CONTESTANTS[way].plays(WORKLOADS[workload])]
        measured, rates = measure(
            workload, ways, turns, lambda text: print(text, file=sys.stderr, flush=True)
        )
        found += measured
        products += rates
        if options.json:
            # After each workload, so that an interruption loses only one.
            options.json.write_text(_as_json(found, products))
    tables = [machine_line(products), rate_table(found), ratio_table(found, products)]
    print("\n\n".join([*tables, cheaper_table(found)]), flush=True)
    if not options.quick:
        backends = dict.fromkeys(CONTESTANTS[way].backend for way in options.ways)
        print(f"\n{startup_table(backends)}\n\n{growth_table()}")


def _as_json(found: Sequence[Measured], products: Sequence[float]) -> str:
    content = {
        "machine": platform.platform(),
        "matrix_products": list(products),
        "measured": [each.as_json() for each in found],
    }
    return json.dumps(content, indent=1)


if __name__ == "__main__":
    main()
