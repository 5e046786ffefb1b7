"""Pictures of samples: of the first seed of objectives, from the best to the worst."""

import io
import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality import results
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.results import Line
from benchmarks.quality.shown import objective_of, ordered, told_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STAGES = ("tuned", "published")
_NUM_SHOWN = 12
_IMAGES_IN_ROW = 16
_NUM_GRAYS = 24
_NUM_COLOURS = 128


def draw(name: str, directory: pathlib.Path, picture: pathlib.Path) -> None:
    """Draws what tuned or published runs have left, of whichever there are more; else nothing.

    Args:
        name: Of the protocol.
        directory: Where its runs were played.
        picture: File that is written.
    """
    from matplotlib.figure import Figure
    from PIL import Image

    samples = _samples(name, directory)
    if samples:
        shape = next(iter(samples.values())).shape
        is_image = len(shape) == 4
        figure = Figure(layout="constrained")
        (_draw_images if is_image else _draw_points)(figure, samples)
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=100)
        # A file with a palette is a third as large.
        palette = _NUM_COLOURS if is_image and shape[-1] == 3 else _NUM_GRAYS
        Image.open(drawn).convert("RGB").quantize(palette).save(picture, optimize=True)


def _samples(name: str, directory: pathlib.Path) -> dict[str, np.ndarray]:
    """Samples of a dozen objectives by name, the best first."""
    lines = results.read(results.DIRECTORY / f"{name}.jsonl")
    of_stages = ([line for line in lines if line["stage"] == stage] for stage in _STAGES)
    ranked = max((_ranked(name, of_stage, directory) for of_stage in of_stages), key=len)
    places = np.linspace(0, len(ranked) - 1, min(_NUM_SHOWN, len(ranked))).astype(int)
    return {
        title: np.load(path, allow_pickle=False)
        for title, path in (ranked[place] for place in places)
    }


def _ranked(
    name: str, lines: Sequence[Line], directory: pathlib.Path
) -> list[tuple[str, pathlib.Path]]:
    return [
        (_title(of_one[0]), path)
        for of_one in ordered(PROTOCOLS[name], lines)
        if (path := _path(directory, of_one[0])).exists()
    ]


def _title(line: Line) -> str:
    return "\n".join(filter(None, [objective_of(line), told_of(line["group"])]))


def _path(directory: pathlib.Path, line: Line) -> pathlib.Path:
    runs = directory / line["stage"] / line["group"] / "runs"
    return runs / line["contestant"] / str(line["seed"]) / "samples.npy"


def _draw_points(figure: "Figure", samples: Mapping[str, np.ndarray]) -> None:
    figure.set_size_inches(8.4, 2.9)
    # One objective that has diverged must not make all others small.
    reach = 1.5 * float(np.median([np.abs(points).max() for points in samples.values()]))
    grid = figure.subplots(2, math.ceil(len(samples) / 2), squeeze=False).flat
    for unused in grid[len(samples) :]:
        unused.set_axis_off()
    for axes, (title, points) in zip(grid, samples.items(), strict=False):
        axes.scatter(*points.T, s=1.0, alpha=0.5, linewidths=0, color="#0072B2")
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=(), yticks=(), aspect="equal")
        axes.set_title(title, fontsize=8)


def _draw_images(figure: "Figure", samples: Mapping[str, np.ndarray]) -> None:
    figure.set_size_inches(6.4, 0.36 * len(samples))
    grid = figure.subplots(len(samples), 1, squeeze=False).flat
    for axes, (title, images) in zip(grid, samples.items(), strict=True):
        row = np.concatenate(list(images[:_IMAGES_IN_ROW]), axis=1)
        axes.imshow(np.clip((row + 1.0) / 2.0, 0.0, 1.0), cmap="gray", vmin=0.0, vmax=1.0)
        axes.set(xticks=(), yticks=())
        axes.set_ylabel(title, rotation=0, ha="right", va="center", fontsize=8)
