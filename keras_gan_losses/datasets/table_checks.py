"""What is looked at before a table is learned, and said of it."""

import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from keras_gan_losses.datasets.columns import CategoryColumn, Column, plain

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_ROWS = 2


def check_names(columns: Sequence[Column], frame: "pd.DataFrame") -> None:
    """Raises unless the table has these columns."""
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        raise ValueError(
            f"The table lacks the columns {', '.join(map(repr, missing))}. It has: "
            f"{', '.join(map(repr, frame.columns))}."
        )


def check_sizes(columns: Sequence[Column], what: str, frame: "pd.DataFrame") -> None:
    """Raises unless one of the columns has more than one value."""
    if not any(column.sizes for column in columns):
        raise ValueError(
            f"There is nothing to learn: no {what} has values that differ and recur. Received: "
            f"{', '.join(map(repr, frame.columns))}."
        )


def check_table(frame: "pd.DataFrame", named: Sequence[str]) -> None:
    """Raises unless a table can be learned from."""
    if len(frame) < _FEWEST_ROWS:
        raise ValueError(
            f"A table must have at least {_FEWEST_ROWS} rows, better some hundred. Received: "
            f"{len(frame)}."
        )
    names = list(map(str, frame.columns))
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            f"Several columns have the name {', '.join(map(repr, repeated))}. Rename them."
        )
    for name in named:
        if name not in names:
            raise ValueError(
                f"There is no column {name!r}. There are: {', '.join(map(repr, names))}."
            )
    # Of lists, say, not even the different ones can be counted.
    for name, values in frame.items():
        for value in values if values.dtype == object else ():
            plain(value, name)


def is_identifier(values: "pd.Series", max_categories: int) -> bool:
    """Whether texts hardly recur, as names do; a warning says that they are left out."""
    from pandas.api import types

    num_different = values.nunique()
    is_text = not (
        types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)
    )
    if not is_text or num_different <= max(max_categories, len(values) // 2):
        return False
    warnings.warn(
        f"Column {values.name!r} is left out: it is of type {values.dtype}, and of {len(values)} "
        f"values {num_different} differ. To keep it bring it to numbers or dates, or name it among "
        "the categories.",
        stacklevel=4,
    )
    return True


def tell_constants(columns: Iterable[Column]) -> None:
    """Warns of columns of which nothing is learned."""
    for column in columns:
        if not column.sizes:
            warnings.warn(
                f"Column {column.name!r} has the same in each row, or nothing. Generated rows will "
                "have it too.",
                stacklevel=4,
            )


def classes_of(values: "pd.Series", max_categories: int) -> CategoryColumn:
    """The column of labels."""
    num_different, num_missing = values.nunique(), int(values.isna().sum())
    if num_missing:
        raise ValueError(
            f"Column {values.name!r} has no label in {num_missing} rows, the first of them row "
            f"{int(values.isna().argmax())}, counted from 0. Fill them in, or leave these rows out."
        )
    if not 2 <= num_different <= max_categories:
        raise ValueError(
            f"Labels are 2 to {max_categories} classes. Received: column {values.name!r} with "
            f"{num_different} different values. Name another column, or raise `max_categories`."
        )
    return CategoryColumn.of(values, max_categories=max_categories)
