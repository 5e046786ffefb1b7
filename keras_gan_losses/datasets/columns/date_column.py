"""Columns of dates."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from keras_gan_losses.datasets.columns.column import Bars, Column
from keras_gan_losses.datasets.columns.number_column import NumberColumn
from keras_gan_losses.types import Json

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True)
class DateColumn(Column):
    """Dates and times, learned as whole numbers of steps.

    The step is the greatest of which all distances are multiples: days stay days, quarters of an
    hour stay such.

    Args:
        name: Its name.
        dtype: Name of its type.
        unit: Unit of pandas: "s", "ms", "us" or "ns".
        timezone: Name of the time zone, or None.
        first: The earliest, in units since 1970 (UTC).
        step: Units in a step.
        steps: The numbers of steps since the earliest.
    """

    unit: str
    timezone: str | None
    first: int
    step: int
    steps: NumberColumn

    @classmethod
    def of(cls, values: "pd.Series") -> Self:
        """The column of these values."""
        counts = values.dropna().astype("int64")
        first = int(counts.min())
        timezone = values.dt.tz
        unsized = cls(
            str(values.name),
            str(values.dtype),
            unit=values.dt.unit,
            timezone=None if timezone is None else str(timezone),
            first=first,
            step=int(np.gcd.reduce((counts - first).to_numpy())),
            steps=NumberColumn(str(values.name), "float64", [], 0, 0, share_missing=0.0),
        )
        return dataclasses.replace(unsized, steps=NumberColumn.of(unsized._steps(values)))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Those of its numbers."""
        return self.steps.sizes

    def encode(self, values: "pd.Series", generator: np.random.Generator) -> np.ndarray:
        """Normal scores of the numbers of steps."""
        return self.steps.encode(self._steps(values), generator)

    def decode(self, rows: np.ndarray, generator: np.random.Generator) -> "pd.Series":
        """Dates of these scores."""
        import pandas as pd

        steps = self.steps.decode(rows, generator).to_numpy()
        is_missing = np.isnan(steps)
        counts = self.first + np.where(is_missing, 0.0, steps).astype("int64") * self.step
        dates = pd.DatetimeIndex(counts.astype(f"datetime64[{self.unit}]"))
        if self.timezone is not None:
            dates = dates.tz_localize("UTC").tz_convert(self.timezone)
        return pd.Series(dates, name=self.name).mask(is_missing).astype(self.dtype)

    def bars(self, values: "pd.Series") -> Bars:
        """Shares of ranges of time."""
        return self.steps.bars_of(self._steps(values).to_numpy(), self._tell)

    @classmethod
    def from_json(cls, described: Mapping[str, Json]) -> Self:
        """The column of which `to_json` told."""
        steps = NumberColumn.from_json(cast("Mapping[str, Json]", described["steps"]))
        whole = super().from_json(described)
        return dataclasses.replace(whole, steps=steps)

    def _tell(self, steps: float) -> str:
        count = np.int64(self.first + round(steps) * self.step)
        return str(count.astype(f"datetime64[{self.unit}]").astype("datetime64[D]"))

    def _steps(self, values: "pd.Series") -> "pd.Series":
        """Numbers of steps, NaN where a date is missing."""
        counts = values.astype(f"datetime64[{self.unit}]" if self.timezone is None else self.dtype)
        steps = (counts.astype("int64") - self.first) / self.step
        return steps.mask(values.isna())
