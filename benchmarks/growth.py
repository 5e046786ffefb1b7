"""How the cost of a round grows: with batch, resolution, width and number of penalties."""

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.tables import table
from benchmarks.timing import seconds
from keras_gan_losses import GAN, architectures

_STANDARD = {"batch_size": 32, "side": 16, "width": 32}
_PENALTIES = ("r1", "r2", "gradient_penalty")
# What is changed, and to which values, while the rest keeps its standard.
_CHANGES: dict[str, Sequence[Any]] = {
    "batch_size": (16, 32, 64, 128),
    "side": (8, 16, 32, 64),
    "width": (16, 32, 64, 128),
    "penalties": tuple(_PENALTIES[:number] for number in range(len(_PENALTIES) + 1)),
}
_ROUNDS, _TURNS = 5, 3


def growth_table() -> str:
    """Milliseconds of a round of DCGAN on this backend, and how often those of the first."""
    rows = []
    for name, values in _CHANGES.items():
        times = [seconds_of_a_round(**{**_STANDARD, name: value}) for value in values]
        for value, time in zip(values, times, strict=True):
            shown = "none" if value == () else value if name != "penalties" else ", ".join(value)
            rows.append([name, str(shown), f"{1000 * time:.1f}", f"{time / times[0]:.2f}"])
    return table(["changed", "to", "ms a round", "× the first"], rows)


def seconds_of_a_round(
    *, batch_size: int, side: int, width: int, penalties: Sequence[str] = ()
) -> float:
    """Median seconds of a round of DCGAN."""
    networks = architectures.dcgan((side, side, 1), 64, width=width)
    gan = GAN(*networks, latent_dim=64)
    gan.compile(loss="non_saturating", penalties=penalties)
    shape = (_ROUNDS * batch_size, side, side, 1)
    images = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")

    def play() -> None:
        gan.fit(images, batch_size=batch_size, verbose=0)

    play()
    return statistics.median(seconds(play) for _ in range(_TURNS)) / _ROUNDS
