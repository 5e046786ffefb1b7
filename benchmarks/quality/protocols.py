"""All protocols by name."""

from collections.abc import Mapping

from benchmarks.quality import digits, grid, mnist, ring, ring_alpha, stacked_mnist
from benchmarks.quality.protocol import Protocol

PROTOCOLS: Mapping[str, Protocol] = {
    "ring": ring.PROTOCOL,
    "grid": grid.PROTOCOL,
    "ring_alpha": ring_alpha.PROTOCOL,
    "digits": digits.PROTOCOL,
    "stacked_mnist": stacked_mnist.PROTOCOL,
    "mnist": mnist.MNIST,
    "fashion_mnist": mnist.FASHION_MNIST,
}
