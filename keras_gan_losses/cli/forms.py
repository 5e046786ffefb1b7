"""Forms of pictures, numbers and points, and the form that was kept beside a model."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from keras_gan_losses import datasets, plots
from keras_gan_losses.cli.form import Form
from keras_gan_losses.cli.rows import Rows
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Shape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIGNALS_SHOWN = 8


MIXTURES: Mapping[str, Callable[..., datasets.GaussianMixture]] = {
    "grid": datasets.grid,
    "ring": datasets.ring,
}


@dataclasses.dataclass(frozen=True)
class Pictures(Form):
    """Images in [−1, 1], shape `(n, height, width, channels)`."""

    formats: ClassVar[tuple[str, ...]] = ("png", "npy")

    def draw(self, samples: np.ndarray) -> "Figure":
        """All of them in a grid."""
        return plots.sample_grid(samples)

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One file for each, or one array of 8 bits."""
        pixels = (np.clip(np.rint((part + 1.0) * 127.5), 0, 255).astype("uint8") for part in parts)
        if format == "npy":
            _write_array(pixels, count, folder)
            return
        with needs_extra("plots"):
            from PIL import Image

        number = 0
        for part in pixels:
            for picture in part:
                shown = picture[..., 0] if picture.shape[-1] == 1 else picture
                Image.fromarray(shown).save(folder / f"{number:0{len(str(count - 1))}}.png")
                number += 1


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
        """Points in the plane, curves over time, or histograms of the columns."""
        return _curves(self.back(samples)) if samples.ndim == 3 else _points(self.back(samples))

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One array, or one row of text for each sample."""
        _write_numbers(map(self.back, parts), count, folder, format)


@dataclasses.dataclass(frozen=True)
class Points(Form):
    """Points in the plane that imitate a mixture whose modes are known.

    Args:
        name: "ring" or "grid".
    """

    name: str
    formats: ClassVar[tuple[str, ...]] = ("npy", "csv")

    def draw(self, samples: np.ndarray) -> "Figure":
        """The points over real ones and the modes."""
        mixture = look_up(self.name, MIXTURES, "mixture")(20_000)
        return plots.scatter(samples, mixture.samples[: len(samples)], modes=mixture.modes)

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One array, or one row of text for each point."""
        _write_numbers(parts, count, folder, format)


_KINDS: Mapping[str, type[Form]] = {
    each.__name__: each for each in (Pictures, Numbers, Points, Rows)
}


def form_of(path: Path, sample_shape: Shape) -> Form:
    """The form that was kept beside a model, or what its samples' shape tells.

    Raises:
        ValueError: If what was kept cannot be read.
    """
    if not path.exists():
        is_picture = len(sample_shape) == 3 and sample_shape[-1] in (1, 3)
        return Pictures() if is_picture else Numbers()
    try:
        kept = json.loads(path.read_text())
        return look_up(kept.pop("kind"), _KINDS, "form").from_json(kept)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path} does not tell the form of samples: {error}. Remove it to have them as the "
            "generator makes them."
        ) from error


def _write_numbers(parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
    if format == "npy":
        _write_array(parts, count, folder)
        return
    with (folder / "samples.csv").open("w") as file:
        for part in parts:
            np.savetxt(file, part.reshape(len(part), -1), delimiter=",", fmt="%.8g")


def _write_array(parts: Iterable[np.ndarray], count: int, folder: Path) -> None:
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


def _points(samples: np.ndarray) -> "Figure":
    rows = samples.reshape(len(samples), -1)
    if rows.shape[1] == 2:
        return plots.scatter(rows, rows)
    return _curves(rows[:, :, np.newaxis])


def _curves(samples: np.ndarray) -> "Figure":
    with needs_extra("plots"):
        from matplotlib.figure import Figure

    shown = samples[:_SIGNALS_SHOWN]
    figure = Figure(figsize=(8, 1.2 * len(shown)), layout="constrained")
    for axes, signal in zip(
        np.atleast_1d(figure.subplots(len(shown), sharex=True)), shown, strict=True
    ):
        axes.plot(signal, linewidth=0.8)
    return figure
