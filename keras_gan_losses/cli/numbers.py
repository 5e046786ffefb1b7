"""The form of vectors and signals."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from keras_gan_losses import plots
from keras_gan_losses.cli.form import Form
from keras_gan_losses.extras import needs_extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIGNALS_SHOWN = 8


@dataclasses.dataclass(frozen=True)
class Numbers(Form):
    """Vectors or signals, which are learned with mean 0 and standard deviation 1.

    Args:
        mean: What was subtracted from each column or channel.
        scale: By what it was divided then.
    """

    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)
    formats: ClassVar[tuple[str, ...]] = ("npy", "csv")

    @classmethod
    def of(cls, samples: np.ndarray) -> Self:
        """Form that brings these samples to mean 0 and standard deviation 1."""
        axes = tuple(range(samples.ndim - 1))
        deviation = samples.std(axis=axes, dtype="float64")
        # A column of one value stays at it.
        scale = np.where(deviation > 0.0, deviation, 1.0)
        return cls(tuple(samples.mean(axis=axes, dtype="float64").tolist()), tuple(scale.tolist()))

    def forth(self, samples: np.ndarray) -> np.ndarray:
        """Samples as they are learned."""
        return ((samples - np.array(self.mean)) / np.array(self.scale)).astype("float32")

    def back(self, samples: np.ndarray) -> np.ndarray:
        """Samples in the data's own units."""
        return (samples * np.array(self.scale) + np.array(self.mean)).astype("float32")

    def draw(self, samples: np.ndarray) -> "Figure":
        """Points in the plane, curves of the columns, or signals beside their spectrograms."""
        back = self.back(samples)
        return plots.signals(back[:SIGNALS_SHOWN]) if samples.ndim == 3 else _points(back)

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One array, or one row of text for each sample."""
        write_numbers(map(self.back, parts), count, folder, format)


def write_numbers(parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
    """Writes parts as one array, or one row of text for each sample."""
    if format == "npy":
        write_array(parts, count, folder)
        return
    with (folder / "samples.csv").open("w") as file:
        for part in parts:
            np.savetxt(file, part.reshape(len(part), -1), delimiter=",", fmt="%.8g")


def write_array(parts: Iterable[np.ndarray], count: int, folder: Path) -> None:
    """Writes parts behind each other, so that only one is in memory."""
    written, start = None, 0
    for part in parts:
        if written is None:
            shape = (count, *part.shape[1:])
            written = np.lib.format.open_memmap(
                folder / "samples.npy", mode="w+", dtype=part.dtype, shape=shape
            )
        written[start : start + len(part)] = part
        start += len(part)
    if written is not None:
        written.flush()


def _points(rows: np.ndarray) -> "Figure":
    if rows.shape[1] == 2:
        return plots.scatter(rows, rows)
    with needs_extra("plots"):
        from matplotlib.figure import Figure

    shown = rows[:SIGNALS_SHOWN]
    figure = Figure(figsize=(8, 1.2 * len(shown)), layout="constrained")
    axes = np.atleast_1d(figure.subplots(len(shown), sharex=True))
    for each, row in zip(axes, shown, strict=True):
        each.plot(row, linewidth=0.8)
    return figure
