"""The form of signals that come from files of sound."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from keras_gan_losses import plots
from keras_gan_losses.cli.numbers import SIGNALS_SHOWN, Numbers
from keras_gan_losses.datasets.signal_files import import_soundfile

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclasses.dataclass(frozen=True)
class Waves(Numbers):
    """Signals that are learned with mean 0 and standard deviation 1, and written at a rate.

    Args:
        mean: What was subtracted from each channel.
        scale: By what it was divided then.
        rate: Steps in a second.
        length: Steps in a signal.
    """

    rate: int = 1
    length: int = 1
    formats: ClassVar[tuple[str, ...]] = ("wav", "npy", "csv")

    def draw(self, samples: np.ndarray) -> "Figure":
        """Some signals beside their spectrograms."""
        return plots.signals(self.back(samples[:SIGNALS_SHOWN]), rate=float(self.rate))

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One file of 16 bits for each, or as other numbers."""
        if format != "wav":
            super().write(parts, count, folder, format)
            return
        soundfile = import_soundfile()
        number = 0
        for part in parts:
            for signal in np.clip(self.back(part), -1.0, 1.0):
                path = folder / f"{number:0{len(str(count - 1))}}.wav"
                soundfile.write(path, signal, self.rate, subtype="PCM_16")
                number += 1
