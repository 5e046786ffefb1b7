"""The form of tables."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from keras_gan_losses.cli.form import Form
from keras_gan_losses.datasets.table_encoding import TableEncoding
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Json, Metadata

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_MOST_COLUMNS = 12
_ABREAST = 3


@dataclasses.dataclass(frozen=True)
class Rows(Form):
    """Rows of a table, with the number of its class behind each where it is conditional.

    Args:
        encoding: The columns of the table.
    """

    encoding: TableEncoding
    formats: ClassVar[tuple[str, ...]] = ("csv", "parquet")
    num_drawn: ClassVar[int] = 4096

    def classes(self, count: int, num_classes: int) -> np.ndarray:
        """Classes as frequent as in the table."""
        labels = self.encoding.labels
        if labels is None:
            return super().classes(count, num_classes)
        return np.random.default_rng(0).choice(num_classes, count, p=labels.shares)

    def joined(self, samples: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
        """The samples, and behind each its class."""
        return samples if classes is None else np.column_stack([samples, classes])

    def frame(self, rows: np.ndarray, *, seed: int = 0) -> "pd.DataFrame":
        """The table of what `joined` gave."""
        width = sum(self.encoding.sizes)
        labels = None if self.encoding.labels is None else rows[:, width].astype(int)
        return self.encoding.decode(rows[:, :width], labels, seed=seed)

    def draw(self, samples: np.ndarray) -> "Figure":
        """How frequent values are in each column, beside the table that was learned."""
        from matplotlib.figure import Figure

        frame = self.frame(samples)
        shown = self.encoding.all_columns[:_MOST_COLUMNS]
        num_rows = -(-len(shown) // _ABREAST)
        figure = Figure(figsize=(4 * _ABREAST, 2.4 * num_rows), layout="constrained")
        grid = figure.subplots(num_rows, _ABREAST, squeeze=False).flat
        for axes in grid[len(shown) :]:
            axes.set_axis_off()
        for axes, column in zip(grid, shown, strict=False):
            bars = column.bars(frame[column.name])
            places = np.arange(len(bars.names))
            axes.bar(places - 0.2, bars.real, 0.4, label="real")
            axes.bar(places + 0.2, bars.made, 0.4, label="generated")
            axes.set_title(column.name, fontsize=9)
            axes.set_xticks(places, bars.names, rotation=30, ha="right", fontsize=6)
        grid[0].legend(fontsize=7)
        return figure

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One file of rows."""
        frames = (self.frame(part, seed=number) for number, part in enumerate(parts))
        look_up(format, {"csv": _write_csv, "parquet": _write_parquet}, "format")(frames, folder)

    def to_json(self) -> dict[str, Json]:
        """The columns."""
        return self.encoding.to_json()

    @classmethod
    def from_json(cls, kept: Metadata) -> Self:
        """The form of these columns."""
        encoding = TableEncoding.from_json(kept)
        return cls(encoding, class_names=tuple(encoding.class_names))


def _write_csv(frames: Iterable["pd.DataFrame"], folder: Path) -> None:
    with (folder / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        for number, frame in enumerate(frames):
            frame.to_csv(file, index=False, header=number == 0)


def _write_parquet(frames: Iterable["pd.DataFrame"], folder: Path) -> None:
    import contextlib

    import pyarrow as pa
    from pyarrow import parquet

    with contextlib.ExitStack() as stack:
        writer = None
        for frame in frames:
            rows = pa.Table.from_pandas(frame, preserve_index=False)
            if writer is None:
                opened = parquet.ParquetWriter(folder / "samples.parquet", rows.schema)
                writer = stack.enter_context(opened)
            writer.write_table(rows.cast(writer.schema))
