"""Compares distances with the usual ways to compute them, in speed and in memory.

Run `python -m benchmarks.distances` (or `--quick`, with smaller sizes). Both ways are measured in
turn, several times, and what is reported is the ratio of each pair's times, theirs ÷ ours:
absolute times differ from machine to machine and from minute to minute.
"""

import argparse
import contextlib
import io
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import prdc
import scipy.linalg

from benchmarks.timing import side_by_side
from keras_gan_losses.metrics import frechet_distance, precision_recall

MEASURE_PEAK = """
import resource
import numpy as np
from keras_gan_losses.metrics import precision_recall
generator = np.random.default_rng(0)
precision_recall(*generator.normal(size=(2, 100, 64)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
precision_recall(*generator.normal(size=(2, {size}, 64)))
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
# Linux counts in KiB, macOS in bytes.
BYTES = 1 if sys.platform == "darwin" else 1024
MIB = 2**20


@dataclass(frozen=True)
class Comparison:
    """Two ways to the same value."""

    name: str
    ours: Callable[[], float]
    theirs: Callable[[], float]


def samples(size: int, num_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of correlated features, one a little narrower than the other."""
    generator = np.random.default_rng(0)
    mix = generator.normal(size=(num_features, num_features)) / np.sqrt(num_features)
    real, fake = generator.normal(size=(2, size, num_features)) @ mix
    return real, 0.9 * fake


def by_matrix_square_root(real: np.ndarray, fake: np.ndarray) -> float:
    """The Fréchet distance as it is usually computed."""
    first, second = (np.cov(side, rowvar=False) for side in (real, fake))
    difference = real.mean(axis=0) - fake.mean(axis=0)
    root = scipy.linalg.sqrtm(first @ second).real
    return difference @ difference + np.trace(first + second) - 2.0 * np.trace(root)


def by_whole_matrices(real: np.ndarray, fake: np.ndarray) -> float:
    """Density by the package prdc, which prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return prdc.compute_prdc(real, fake, nearest_k=5)["density"]


def comparisons(is_quick: bool) -> list[Comparison]:
    """What is measured."""
    num_features, size = (512, 3_000) if is_quick else (2048, 10_000)
    features, neighbors = samples(2 * num_features, num_features), samples(size, 64)
    return [
        Comparison(
            f"Fréchet, {num_features} features, against sqrtm",
            lambda: frechet_distance(*features),
            lambda: by_matrix_square_root(*features),
        ),
        Comparison(
            f"precision and recall, {size:,} samples, against prdc",
            lambda: precision_recall(*neighbors).density,
            lambda: by_whole_matrices(*neighbors),
        ),
    ]


def peak_memory(size: int) -> tuple[float, float]:
    """Peak of a process of its own, before and after precision and recall, in MiB."""
    command = [sys.executable, "-c", MEASURE_PEAK.format(size=size)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    before, after = (int(text) * BYTES / MIB for text in result.stdout.split())
    return before, after


def main() -> None:
    """Prints the peak of memory, then a row for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    is_quick = parser.parse_args().quick
    # Before this process grows, since on Linux a new one inherits its parent's peak.
    size = 5_000 if is_quick else 50_000
    before, after = peak_memory(size)
    print(
        f"precision and recall, {size:,} × {size:,} × 64: peak {after:,.0f} MiB, of which "
        f"{before:,.0f} MiB are those of a process that has done nothing yet\n"
    )
    print(f"{'':52} {'s (ours)':>9} {'ratio: median':>14} {'least':>7} {'most':>7}")
    for comparison in comparisons(is_quick):
        difference = abs(comparison.ours() / comparison.theirs() - 1.0)
        if difference > 1e-6:
            raise SystemExit(f"{comparison.name}: values differ by {difference:.1e} of theirs.")
        pairs = side_by_side(comparison.ours, comparison.theirs, 3)
        ratios = sorted(theirs / ours for ours, theirs in pairs)
        time = statistics.median(ours for ours, _ in pairs)
        print(
            f"{comparison.name:52} {time:9.2f} {statistics.median(ratios):14.2f} "
            f"{ratios[0]:7.2f} {ratios[-1]:7.2f}"
        )


if __name__ == "__main__":
    main()
