"""Columns of categories."""

import dataclasses
import warnings
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Self

import numpy as np

from keras_gan_losses.datasets.columns.column import Bars, Column

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 3
_MOST_BARS = 12
_MOST_LETTERS = 12
Plain = str | float | bool | None
"""A category, as JSON has it; None stands for missing values."""


@dataclasses.dataclass(frozen=True)
class CategoryColumn(Column):
    """Categories, each with a place of its own in one-hot form.

    Missing values are one more category. Of more categories than there are places the rarest share
    the last one; what is generated there is drawn among them by their shares. A column of one
    category takes no place.

    Args:
        name: Its name.
        dtype: Name of its type.
        values: The categories: texts, numbers or truth values, None for missing ones.
        shares: How frequent each is; they add up to 1.
        num_places: Length of the one-hot form.
        all_categories: Those of the type "category", in its order; None for other types.
        is_ordered: Whether that type has an order.
    """

    values: list[Plain]
    shares: list[float]
    num_places: int
    all_categories: list[Plain] | None
    is_ordered: bool

    @classmethod
    def of(cls, values: "pd.Series", *, max_categories: int) -> Self:
        """The column of these values, of which at most so many have a place of their own."""
        import pandas as pd

        counts = values.value_counts(dropna=False)
        counts = counts[counts > 0]
        kept = [plain(value, values.name) for value in counts.index]
        pairs = dict(zip(kept, (counts / counts.sum()).tolist(), strict=True))
        is_typed = isinstance(values.dtype, pd.CategoricalDtype)
        all_categories = (
            [plain(each, values.name) for each in values.cat.categories] if is_typed else None
        )
        if len(pairs) <= max_categories:
            # In their own order, as long as each has a place.
            pairs = {each: pairs[each] for each in sorted(pairs, key=_order(all_categories))}
        return cls(
            str(values.name),
            str(values.dtype),
            values=list(pairs),
            shares=list(pairs.values()),
            num_places=min(len(pairs), max_categories),
            all_categories=all_categories,
            is_ordered=bool(is_typed and values.cat.ordered),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """One category; nothing if there is but one value."""
        return (self.num_places,) if len(self.values) > 1 else ()

    def places(self, values: "pd.Series") -> np.ndarray:
        """Number of each value's place; −1 for values that were not there."""
        numbers = {
            value: min(number, self.num_places - 1) for number, value in enumerate(self.values)
        }
        known = values.astype(object).where(values.notna(), None)
        return np.array([numbers.get(value, -1) for value in known.tolist()], "int32")

    def encode(self, values: "pd.Series", generator: np.random.Generator) -> np.ndarray:
        """One-hot rows; zeros for values that were not there, with a warning."""
        places = self.places(values)
        new = values[places < 0]
        if len(new):
            warnings.warn(
                f"Column {self.name!r} has {len(new)} values that were not there before: "
                f"{self._shown(new)}. They count as none of the known ones.",
                stacklevel=2,
            )
        return np.eye(self.num_places + 1, dtype="float32")[places, : sum(self.sizes)]

    def decode(self, rows: np.ndarray, generator: np.random.Generator) -> "pd.Series":
        """The category whose place has most."""
        is_one = not self.sizes
        return self.at(np.zeros(len(rows), int) if is_one else rows.argmax(axis=1), generator)

    def at(self, places: np.ndarray, generator: np.random.Generator) -> "pd.Series":
        """The categories at these places; where several share one, one of them at random."""
        import pandas as pd

        last = self.num_places - 1
        shares = np.array(self.shares[last:])
        is_last = places == last
        numbers = places.copy()
        numbers[is_last] += generator.choice(
            len(shares), size=is_last.sum(), p=shares / shares.sum()
        )
        values = np.array(self.values, dtype=object)[numbers]
        dtype: str | pd.CategoricalDtype = self.dtype
        if self.all_categories is not None:
            dtype = pd.CategoricalDtype(self.all_categories, ordered=self.is_ordered)
        return pd.Series(values, name=self.name, dtype=object).astype(dtype)

    def bars(self, values: "pd.Series") -> Bars:
        """Shares of the categories, of the most frequent ones if they are many."""
        known = values.astype(object).where(values.notna(), None).tolist()
        frequent = np.argsort(self.shares)[::-1][:_MOST_BARS]
        chosen = [self.values[place] for place in sorted(frequent)]
        return Bars(
            ["missing" if value is None else str(value)[:_MOST_LETTERS] for value in chosen],
            [self.shares[place] for place in sorted(frequent)],
            [known.count(value) / max(len(known), 1) for value in chosen],
        )

    def _shown(self, values: "pd.Series") -> str:
        different = [repr(value) for value in values.unique()]
        return ", ".join(different[:_SHOWN]) + (" …" if len(different) > _SHOWN else "")


def plain(value: Hashable, column: Hashable) -> Plain:
    """A value as JSON has it.

    Raises:
        ValueError: If it is of another type.
    """
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, str | float | int | bool):
        return plain
    raise ValueError(
        f"Column {column!r} holds values of type {type(value).__name__}. A table has numbers, "
        "texts, truth values and dates: bring them to one of these by `astype` or "
        "`pandas.to_datetime`, or drop the column."
    )


def _order(
    categories: list[Plain] | None,
) -> Callable[[Plain], tuple[bool, bool, Plain]]:
    """Key that sorts as the type has it, or numbers before texts; missing ones come last."""
    place = {value: number for number, value in enumerate(categories or ())}
    return lambda value: (
        value is None,
        isinstance(value, str),
        0 if value is None else place.get(value, value),
    )
