"""All columns of a table as rows of numbers, and back."""

import dataclasses
import itertools
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from keras_gan_losses.datasets.columns import (
    CategoryColumn,
    Column,
    column_of,
    column_of_json,
    plain,
)
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import ArrayLike, Json

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_ROWS = 2


@dataclasses.dataclass(frozen=True)
class TableEncoding:
    """What must be known of a table to learn its rows and to write such as were generated.

    It holds the categories, and of each column of numbers up to a thousand quantiles: values of the
    table, but no row.

    Args:
        columns: The columns, without the labels.
        labels: The column of which samples are conditional, or None.
        order: Names of all, as the table has them.
    """

    columns: tuple[Column, ...]
    labels: CategoryColumn | None
    order: tuple[str, ...]

    @classmethod
    def of(
        cls,
        frame: "pd.DataFrame",
        *,
        labels: str | None,
        categories: Sequence[str],
        max_categories: int,
    ) -> Self:
        """The encoding of this table; the arguments are those of `table`."""
        _check(frame, labels, categories)
        columns: dict[str, Column] = {}
        for name in frame.columns:
            if name == labels:
                continue
            if name in categories:
                columns[name] = CategoryColumn.of(frame[name], max_categories=max_categories)
            elif not _is_identifier(frame[name], max_categories):
                columns[name] = column_of(frame[name], max_categories=max_categories)
        if not any(column.sizes for column in columns.values()):
            raise ValueError(
                "There is nothing to learn: no column beside labels has values that differ and "
                f"recur. Received: {', '.join(map(repr, frame.columns))}."
            )
        _tell_constants(columns.values())
        return cls(
            tuple(columns.values()),
            None if labels is None else _classes(frame[labels], max_categories),
            tuple(name for name in frame.columns if name == labels or name in columns),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """What stands in a row: 1 for a number, k for a category of k places."""
        return tuple(itertools.chain.from_iterable(column.sizes for column in self.columns))

    @property
    def class_names(self) -> list[str]:
        """What the numbers of labels stand for."""
        return [] if self.labels is None else list(map(str, self.labels.values))

    @property
    def all_columns(self) -> list[Column]:
        """The columns in the order of the table, the labels among them."""
        known = [*self.columns, *([] if self.labels is None else [self.labels])]
        by_name = {column.name: column for column in known}
        return [by_name[name] for name in self.order]

    def place(self, name: str) -> int:
        """Place in `sizes` where a column begins.

        Raises:
            ValueError: If no column of this name is learned.
        """
        starts = itertools.accumulate((len(column.sizes) for column in self.columns), initial=0)
        places = {
            column.name: start
            for column, start in zip(self.columns, starts, strict=False)
            if column.sizes
        }
        return look_up(name, places, "column")

    def encode(self, frame: "pd.DataFrame", *, seed: int = 0) -> np.ndarray:
        """Rows of numbers, float32 of shape `(n, sum(sizes))`.

        Args:
            frame: A table with these columns, in any order.
            seed: Of the ranks of equal numbers.

        Raises:
            ValueError: If columns are missing, or hold values of another kind.
        """
        self._check_names(frame)
        generator = np.random.default_rng(seed)
        parts = []
        for column in self.columns:
            try:
                parts.append(column.encode(frame[column.name], generator))
            except (ValueError, TypeError) as error:
                raise ValueError(
                    f"Column {column.name!r} was of type {column.dtype} and is now of type "
                    f"{frame[column.name].dtype}, which cannot be brought to it: {error}"
                ) from error
        return np.concatenate(parts, axis=1)

    def encode_labels(self, frame: "pd.DataFrame") -> np.ndarray | None:
        """Number of each row's class, int32 of shape `(n,)`; None if there are no labels.

        Raises:
            ValueError: If a class was not there before.
        """
        if self.labels is None:
            return None
        self._check_names(frame)
        values = frame[self.labels.name]
        numbers = self.labels.places(values)
        if (numbers < 0).any():
            raise ValueError(
                f"Column {self.labels.name!r} has a class that was not there before: "
                f"{values[numbers < 0].iloc[0]!r}. The classes are {', '.join(self.class_names)}."
            )
        return numbers

    def decode(
        self, samples: ArrayLike, labels: ArrayLike | None = None, *, seed: int = 0
    ) -> "pd.DataFrame":
        """A table of generated rows, with the columns, their order and types of the original.

        Args:
            samples: Of shape `(n, sum(sizes))`.
            labels: Number of each row's class, where the table has labels.
            seed: Of what is drawn among rare categories that share a place.

        Raises:
            ValueError: If they have another shape, are not finite, or labels are missing.
        """
        import pandas as pd

        rows = np.asarray(samples)
        if rows.ndim != 2 or rows.shape[1] != sum(self.sizes) or not np.isfinite(rows).all():
            raise ValueError(
                f"`samples` must be finite, of shape (n, {sum(self.sizes)}). Received: shape "
                f"{rows.shape}."
            )
        generator = np.random.default_rng(seed)
        ends = np.cumsum([sum(column.sizes) for column in self.columns])[:-1]
        parts = zip(self.columns, np.split(rows, ends, axis=1), strict=True)
        decoded = {column.name: column.decode(part, generator) for column, part in parts}
        if self.labels is not None:
            decoded[self.labels.name] = self.labels.at(self._checked(labels, len(rows)), generator)
        return pd.DataFrame({name: decoded[name] for name in self.order})

    def to_json(self) -> dict[str, Json]:
        """All that `from_json` needs."""
        return {
            "columns": [column.to_json() for column in self.columns],
            "labels": None if self.labels is None else self.labels.to_json(),
            "order": list(self.order),
        }

    @classmethod
    def from_json(cls, described: Mapping[str, Json]) -> Self:
        """The encoding of which `to_json` told.

        Raises:
            ValueError: If there is no such kind of column.
            TypeError: If something has another type, or fields of columns are missing.
            KeyError: If something is missing.
        """
        given = cast("Mapping[str, list[dict[str, Json]]]", described)
        labels = cast("Mapping[str, Json] | None", described["labels"])
        return cls(
            tuple(column_of_json(each) for each in given["columns"]),
            None if labels is None else CategoryColumn.from_json(labels),
            tuple(map(str, given["order"])),
        )

    def _check_names(self, frame: "pd.DataFrame") -> None:
        missing = [name for name in self.order if name not in frame.columns]
        if missing:
            raise ValueError(
                f"The table lacks the columns {', '.join(map(repr, missing))}. It has: "
                f"{', '.join(map(repr, frame.columns))}."
            )

    def _checked(self, labels: ArrayLike | None, count: int) -> np.ndarray:
        """The labels, unless they are missing or none of the classes."""
        numbers = np.asarray(-1 if labels is None else labels)
        is_class = (
            numbers.dtype.kind in "iu"
            and ((numbers >= 0) & (numbers < len(self.class_names))).all()
        )
        if numbers.shape != (count,) or not is_class:
            raise ValueError(
                f"The table is conditional on {len(self.class_names)} classes: `labels` must be "
                f"their numbers, of shape ({count},). Received: labels={labels!r}."
            )
        return numbers


def _check(frame: "pd.DataFrame", labels: str | None, categories: Sequence[str]) -> None:
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
    for name in [*categories, *([] if labels is None else [labels])]:
        if name not in names:
            raise ValueError(
                f"There is no column {name!r}. There are: {', '.join(map(repr, names))}."
            )
    # Of lists, say, not even the different ones can be counted.
    for name, values in frame.items():
        for value in values if values.dtype == object else ():
            plain(value, name)


def _is_identifier(values: "pd.Series", max_categories: int) -> bool:
    """Whether texts hardly recur, as names do; a warning says that they are left out."""
    from pandas.api import types

    num_different = values.nunique()
    is_text = not (
        types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)
    )
    if not is_text or num_different <= max(max_categories, len(values) // 2):
        return False
    warnings.warn(
        f"Column {values.name!r} is left out: of {len(values)} texts {num_different} differ, so "
        "nothing can be learned of them. Name it among the categories to keep it.",
        stacklevel=4,
    )
    return True


def _tell_constants(columns: Iterable[Column]) -> None:
    for column in columns:
        if not column.sizes:
            warnings.warn(
                f"Column {column.name!r} has the same in each row, or nothing. Generated rows will "
                "have it too.",
                stacklevel=4,
            )


def _classes(values: "pd.Series", max_categories: int) -> CategoryColumn:
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
