"""Columns of numbers."""

import dataclasses
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import numpy as np

from keras_gan_losses.datasets.columns.column import Bars, Column
from keras_gan_losses.extras import needs_extra

if TYPE_CHECKING:
    import pandas as pd

_MOST_QUANTILES = 1000
_MOST_DECIMALS = 6
_PRESENT_OR_MISSING = 2
_NUM_BARS = 12


@dataclasses.dataclass(frozen=True)
class NumberColumn(Column):
    """Numbers, learned as the normal scores of their ranks.

    A value whose share of smaller ones is u becomes Φ⁻¹(u). So a column is normal however skewed
    it was, outliers are near, and what is generated stays between the least and the greatest value.
    Equal values are spread over their common ranks at random (the distributional transform), so
    that counts and a zero that is frequent are as smooth as the rest; all of these ranks come back
    to the one value. scikit-learn's `QuantileTransformer` would put equal values at one point, the
    least ones at −5.2.

    Where values are missing, two more places tell whether there is one; ranks are then noise.

    Args:
        name: Its name.
        dtype: Name of its type.
        quantiles: Values at ranks of equal distance.
        count: How many values they are of.
        decimals: Digits after the point that the values have; None for more than six.
        share_missing: Share of missing values.
    """

    quantiles: list[float]
    count: int
    decimals: int | None
    share_missing: float

    @classmethod
    def of(cls, values: "pd.Series") -> Self:
        """The column of these values."""
        numbers = _finite(values)
        known = numbers[~np.isnan(numbers)]
        ranks = np.linspace(0.0, 1.0, min(len(known), _MOST_QUANTILES))
        return cls(
            str(values.name),
            str(values.dtype),
            quantiles=np.quantile(known, ranks).tolist(),
            count=len(known),
            decimals=_decimals(values),
            share_missing=1.0 - len(known) / len(numbers),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """One number, and perhaps whether it is there."""
        return (1, _PRESENT_OR_MISSING) if self.share_missing else (1,)

    def encode(self, values: "pd.Series", generator: np.random.Generator) -> np.ndarray:
        """Normal scores."""
        with needs_extra("tables"):
            from scipy.special import ndtri

        numbers = _finite(values)
        is_missing = np.isnan(numbers)
        if is_missing.any() and not self.share_missing:
            warnings.warn(
                f"Column {self.name!r} lacks {is_missing.sum()} values, and none was missing "
                "before. They count as any value.",
                stacklevel=2,
            )
        quantiles, ranks = np.array(self.quantiles), self._ranks()
        least = -np.interp(-numbers, -quantiles[::-1], -ranks[::-1])
        greatest = np.interp(numbers, quantiles, ranks)
        # Without a value any rank is as good.
        least, greatest = np.where(is_missing, 0.0, least), np.where(is_missing, 1.0, greatest)
        drawn = least + (greatest - least) * generator.uniform(0.5 / self.count, 1.0, len(numbers))
        scores = ndtri(drawn)[:, np.newaxis]
        if self.share_missing:
            scores = np.concatenate([scores, np.eye(_PRESENT_OR_MISSING)[is_missing * 1]], axis=1)
        return scores.astype("float32")

    def decode(self, rows: np.ndarray, generator: np.random.Generator) -> "pd.Series":
        """Values of these normal scores."""
        with needs_extra("tables"):
            import pandas as pd
            from scipy.special import ndtr

        numbers = np.interp(ndtr(rows[:, 0].astype("float64")), self._ranks(), self.quantiles)
        if self.decimals is not None:
            numbers = np.round(numbers, self.decimals)
        if self.share_missing:
            numbers[rows[:, 1:].argmax(axis=1) == 1] = np.nan
        return pd.Series(numbers, name=self.name).astype(self.dtype)

    def bars(self, values: "pd.Series") -> Bars:
        """Shares of ranges between the outermost hundredths, which count as part of the ends."""
        return self.bars_of(_finite(values), lambda number: f"{number:.5g}")

    def bars_of(self, numbers: np.ndarray, tell: Callable[[float], str]) -> Bars:
        """Bars of numbers that a function names."""
        low, high = np.quantile(self.quantiles, [0.01, 0.99])
        edges = np.linspace(low, high, _NUM_BARS + 1)
        is_missing = np.isnan(numbers)

        def shares(known: np.ndarray, share_missing: float) -> list[float]:
            counts, _ = np.histogram(np.clip(known, low, high), edges)
            found = counts / max(len(known), 1) * (1.0 - share_missing)
            return [*found.tolist(), share_missing]

        real = shares(np.array(self.quantiles), self.share_missing)
        made = shares(numbers[~is_missing], float(is_missing.mean()))
        names = [tell(edge) for edge in edges[:-1]]
        has_missing = bool(real[-1] or made[-1])
        end = len(names) + has_missing
        return Bars([*names, "missing"][:end], real[:end], made[:end])

    def _ranks(self) -> np.ndarray:
        """Shares of smaller values, of which none is 0 or 1."""
        end = 0.5 / self.count
        return np.linspace(end, 1.0 - end, len(self.quantiles))


def _finite(values: "pd.Series") -> np.ndarray:
    """The numbers, NaN where one is missing."""
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    places = np.flatnonzero(np.isinf(numbers))
    if len(places):
        raise ValueError(
            f"Column {values.name!r} holds infinite values, the first in row {places[0]}, counted "
            "from 0. Replace them, or leave them empty."
        )
    return numbers


def _decimals(values: "pd.Series") -> int | None:
    """Digits after the point that all values have, compared in their own precision."""
    known = values.dropna()
    numbers = known.to_numpy() if isinstance(known.dtype, np.dtype) else _finite(known)
    candidates = range(_MOST_DECIMALS + 1)
    return next(
        (each for each in candidates if np.array_equal(np.round(numbers, each), numbers)), None
    )
