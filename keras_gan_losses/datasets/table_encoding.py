"""All columns of a table as rows of numbers, and back."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from keras_gan_losses.datasets.columns import (
    CategoryColumn,
    Column,
    column_of,
    column_of_json,
)
from keras_gan_losses.datasets.table_checks import (
    check_names,
    check_sizes,
    check_table,
    classes_of,
    is_identifier,
    tell_constants,
)
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import ArrayLike, Json
from keras_gan_losses.validation import listed

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True)
class TableEncoding:
    """What must be known of a table to learn its rows and to write such as were generated.

    It holds the categories, and of each column of numbers up to a thousand quantiles: values of the
    table, but no row.

    Args:
        columns: The columns of samples.
        labels: The column of classes that is the condition, or None.
        given: The columns that are the condition, if it has several.
        order: Names of all, as the table has them.

    Example:
    >>> import json
    >>> import pandas as pd
    >>> from keras_gan_losses.datasets import table
    >>> people = pd.DataFrame({"age": [30.5, 41.0, 30.0], "job": ["a", "b", "a"]})
    >>> rows = table(people)
    >>> kept = json.dumps(rows.encoding.to_json())
    >>> TableEncoding.from_json(json.loads(kept)).decode(rows.samples).equals(people)
    True
    """

    columns: tuple[Column, ...]
    labels: CategoryColumn | None
    given: tuple[Column, ...]
    order: tuple[str, ...]

    @classmethod
    def of(
        cls,
        frame: "pd.DataFrame",
        *,
        condition: str | Sequence[str] | None,
        categories: Sequence[str],
        max_categories: int,
    ) -> Self:
        """The encoding of this table; the arguments are those of `table`."""
        labels = condition if isinstance(condition, str) else None
        given = () if isinstance(condition, str) else listed("condition", condition)
        check_table(frame, [*categories, *given, *([] if labels is None else [labels])])
        found: dict[str, Column] = {}
        for name in frame.columns:
            if name in categories and name != labels:
                found[name] = CategoryColumn.of(frame[name], max_categories=max_categories)
            elif name != labels and not is_identifier(frame[name], max_categories):
                found[name] = column_of(frame[name], max_categories=max_categories)
        classes = None if labels is None else classes_of(frame[labels], max_categories)
        columns = [column for name, column in found.items() if name not in (labels, *given)]
        check_sizes(columns, "column beside the condition", frame)
        known = [found[name] for name in given if name in found]
        if given:
            check_sizes(known, "column of the condition", frame)
        tell_constants(found.values())
        return cls(
            tuple(columns),
            classes,
            tuple(known),
            tuple(name for name in frame.columns if name == labels or name in found),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """What stands in a row: 1 for a number, k for a category of k places."""
        return tuple(itertools.chain.from_iterable(column.sizes for column in self.columns))

    @property
    def class_names(self) -> list[str]:
        """What the numbers of classes stand for; none unless one column is the condition."""
        return [] if self.labels is None else list(map(str, self.labels.values))

    @property
    def all_columns(self) -> list[Column]:
        """The columns in the order of the table, those of the condition among them."""
        known = [*self.columns, *self.given, *([] if self.labels is None else [self.labels])]
        by_name = {column.name: column for column in known}
        return [by_name[name] for name in self.order]

    @property
    def condition_size(self) -> int | None:
        """How many numbers a condition of several columns has."""
        return sum(sum(column.sizes) for column in self.given) or None

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
        return _encoded(self.columns, frame, seed)

    def encode_condition(self, frame: "pd.DataFrame", *, seed: int = 0) -> np.ndarray | None:
        """What `fit` takes as `y`, or `generate` as `condition`; None if there is no condition.

        Args:
            frame: A table with the columns of the condition.
            seed: Of the ranks of equal numbers.

        Raises:
            ValueError: If a class was not there before, or a column is missing or of another kind.
        """
        if self.given:
            return _encoded(self.given, frame, seed)
        if self.labels is None:
            return None
        check_names([self.labels], frame)
        values = frame[self.labels.name]
        numbers = self.labels.places(values)
        if (numbers < 0).any():
            raise ValueError(
                f"Column {self.labels.name!r} has a class that was not there before: "
                f"{values[numbers < 0].iloc[0]!r}. The classes are {', '.join(self.class_names)}."
            )
        return numbers

    def decode(
        self, samples: ArrayLike, condition: ArrayLike | None = None, *, seed: int = 0
    ) -> "pd.DataFrame":
        """A table of generated rows, with the columns, their order and types of the original.

        Args:
            samples: Of shape `(n, sum(sizes))`.
            condition: Of which they were generated, where the table has one.
            seed: Of what is drawn among rare categories that share a place.

        Raises:
            ValueError: If they have another shape, are not finite, or a condition is missing.
        """
        import pandas as pd

        generator = np.random.default_rng(seed)
        decoded = _decoded(self.columns, "samples", samples, generator)
        if self.given:
            decoded |= _decoded(self.given, "condition", condition, generator)
        if self.labels is not None:
            classes = self._checked(condition, len(next(iter(decoded.values()))))
            decoded[self.labels.name] = self.labels.at(classes, generator)
        return pd.DataFrame({name: decoded[name] for name in self.order})

    def to_json(self) -> dict[str, Json]:
        """All that `from_json` needs."""
        return {
            "columns": [column.to_json() for column in self.columns],
            "labels": None if self.labels is None else self.labels.to_json(),
            "given": [column.to_json() for column in self.given],
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
            tuple(column_of_json(each) for each in given["given"]),
            tuple(map(str, given["order"])),
        )

    def _checked(self, condition: ArrayLike | None, count: int) -> np.ndarray:
        """The classes, unless they are missing or none of those known."""
        numbers = np.asarray(-1 if condition is None else condition)
        is_class = (
            numbers.dtype.kind in "iu"
            and ((numbers >= 0) & (numbers < len(self.class_names))).all()
        )
        if numbers.shape != (count,) or not is_class:
            raise ValueError(
                f"The table is conditional on {len(self.class_names)} classes: `condition` must be "
                f"their numbers, of shape ({count},). Received: condition={condition!r}."
            )
        return numbers


def _encoded(columns: Sequence[Column], frame: "pd.DataFrame", seed: int) -> np.ndarray:
    """Numbers of these columns, which must be there and of the kind they were."""
    check_names(columns, frame)
    generator = np.random.default_rng(seed)
    parts = []
    for column in columns:
        values = frame[column.name]
        try:
            parts.append(column.encode(values, generator))
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"Column {column.name!r} was of type {column.dtype} and is now of type "
                f"{values.dtype}, which cannot be brought to it: {error}"
            ) from error
    return np.concatenate(parts, axis=1)


def _decoded(
    columns: Sequence[Column],
    name: str,
    numbers: ArrayLike | None,
    generator: np.random.Generator,
) -> dict[str, "pd.Series"]:
    """Values of these columns by their names."""
    rows = np.empty(0) if numbers is None else np.asarray(numbers)
    sizes = [sum(column.sizes) for column in columns]
    if rows.ndim != 2 or rows.shape[1] != sum(sizes) or not np.isfinite(rows).all():
        raise ValueError(
            f"`{name}` must be finite, of shape (n, {sum(sizes)}). Received: shape {rows.shape}."
        )
    parts = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
    return {
        column.name: column.decode(part, generator)
        for column, part in zip(columns, parts, strict=True)
    }
