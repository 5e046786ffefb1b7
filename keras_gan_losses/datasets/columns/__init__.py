"""Columns of a table as the numbers that networks learn, and back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from keras_gan_losses.datasets.columns.category_column import CategoryColumn, plain
from keras_gan_losses.datasets.columns.column import Column
from keras_gan_losses.datasets.columns.date_column import DateColumn
from keras_gan_losses.datasets.columns.number_column import NumberColumn
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Json

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CategoryColumn",
    "Column",
    "DateColumn",
    "NumberColumn",
    "column_of",
    "column_of_json",
    "plain",
]

_KINDS: Mapping[str, type[Column]] = {
    each.__name__: each for each in (CategoryColumn, DateColumn, NumberColumn)
}
# Whole numbers of so few different values are codes or small counts.
_FEW_WHOLE_NUMBERS = 10


def column_of(values: "pd.Series", *, max_categories: int) -> Column:
    """The column that these values are, by their type.

    Args:
        values: With the column's name.
        max_categories: Most places of a category.

    Raises:
        ValueError: If a number is infinite, or a value is neither number, text, truth value nor
            date.
    """
    from pandas.api import types

    num_different = values.nunique(dropna=True)
    if num_different > 1 and types.is_datetime64_any_dtype(values.dtype):
        return DateColumn.of(values)
    if num_different > 1 and types.is_any_real_numeric_dtype(values.dtype):
        numbers = NumberColumn.of(values)
        if numbers.decimals != 0 or num_different > _FEW_WHOLE_NUMBERS:
            return numbers
    return CategoryColumn.of(values, max_categories=max_categories)


def column_of_json(described: Mapping[str, Json]) -> Column:
    """The column that `Column.to_json` told of.

    Raises:
        ValueError: If there is no such kind.
        TypeError: If fields are missing or unknown.
    """
    return look_up(str(described.get("kind")), _KINDS, "kind of column").from_json(described)
