"""Tables of numbers, categories and dates, as rows that `fit` takes on every backend."""

import dataclasses
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_gan_losses.datasets.table_encoding import TableEncoding
from keras_gan_losses.datasets.table_files import read_table
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import ArrayLike, PathLike
from keras_gan_losses.validation import check_count, check_seed, listed

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True, eq=False)
class Table:
    """Rows of a table as numbers, with the way back.

    Args:
        samples: float32 of shape `(n, sum(sizes))`: a normal score for each number, ones and zeros
            for each category. They go into `fit`.
        condition: What `fit` takes as `y`: the number of each row's class, int32 of shape `(n,)`,
            or columns in the form of samples, float32 of shape `(n, condition_size)`; or None.
        encoding: How they came about.

    Example:
    >>> import pandas as pd
    >>> rows = table(pd.DataFrame({"age": [30.5, 41.0, 30.0], "job": ["a", "b", "a"]}))
    >>> rows.sizes, rows.samples.shape
    ((1, 2), (3, 3))
    """

    samples: np.ndarray
    condition: np.ndarray | None
    encoding: TableEncoding

    @property
    def sizes(self) -> tuple[int, ...]:
        """What stands in a row: 1 for a number, k for a category of k places."""
        return self.encoding.sizes

    @property
    def class_names(self) -> list[str]:
        """What the numbers of classes stand for; none unless one column is the condition."""
        return self.encoding.class_names

    @property
    def condition_size(self) -> int | None:
        """How many numbers a condition of several columns has."""
        return self.encoding.condition_size

    def place(self, name: str) -> int:
        """Place in `sizes` where a column begins.

        Raises:
            ValueError: If no column of this name is learned.
        """
        return self.encoding.place(name)

    def inverse(
        self, samples: ArrayLike, condition: ArrayLike | None = None, *, seed: int = 0
    ) -> "pd.DataFrame":
        """A table of generated rows, with the columns, their order and types of the original.

        Args:
            samples: Of shape `(n, sum(sizes))`.
            condition: Of which they were generated, where the table has one.
            seed: Of what is drawn among rare categories that share a place.

        Raises:
            ValueError: If samples have another shape or are not finite, or a condition is missing.
        """
        return self.encoding.decode(samples, condition, seed=seed)

    def condition_of(self, wanted: "pd.DataFrame") -> np.ndarray:
        """The condition under which rows with these values are generated.

        Args:
            wanted: A row for each sample, with the columns of the condition.

        Raises:
            ValueError: If the table has no condition, columns are missing, or a class is unknown.
        """
        condition = self.encoding.encode_condition(wanted)
        if condition is None:
            raise ValueError("The table has no condition. Name columns: table(…, condition=[…]).")
        return condition


def table(
    data: "pd.DataFrame | PathLike",
    *,
    condition: str | Sequence[str] | None = None,
    categories: Sequence[str] = (),
    max_categories: int = 100,
    seed: int = 0,
) -> Table:
    """Reads a table of numbers, categories and dates into rows that a GAN can learn.

    Choose it for tables of your own, from pandas or a file; `architectures.tabular` makes networks
    for their rows, and `inverse` brings what these generate back to a DataFrame.

    - Numbers become normal scores of their ranks, so that skew and outliers do not matter. Whole
      numbers stay whole, and prices keep their two digits. Generated ones lie between the least
      and the greatest of the table.
    - Texts, truth values, the type "category", and whole numbers of at most ten different values
      are categories, in one-hot form. Where there are more than `max_categories`, the rarest share
      one place.
    - Dates and times are numbers of the steps that they have in common, such as days.
    - Missing values are learned too: as one more category, or beside a number.
    - A column of one value is no part of `samples`, and comes back in `inverse`. One of texts that
      hardly recur, such as names, is left out. Warnings say so.

    Args:
        data: A DataFrame, or the path of a file `.csv` or `.parquet`.
        condition: What samples shall be conditional on, which is no part of them: the name of a
            column of classes, or a list of columns of any kind.
        categories: Columns that are categories, whatever they hold, such as postal codes.
        max_categories: Most places of a category, and most classes, at least 2.
        seed: Seed of what is drawn: equal numbers are spread over their common ranks.

    Returns:
        A `Table` with `samples`, `condition`, `sizes`, `class_names` and `inverse`.

    Raises:
        TypeError: If `data` is neither.
        ImportError: If pandas, or for files pyarrow, is not installed.
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read, or has no rows, columns of one name, infinite values, or
            values that are neither number, text, truth value nor date.

    Example:
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30.5, 41.0, 30.0], "job": ["a", "b", "a"]})
    >>> rows = table(people)
    >>> rows.inverse(rows.samples).equals(people)
    True

    Reference:
        Rüschendorf, On the distributional transform, Sklar's theorem, and the empirical copula
        process, 2009. Xu et al., Modeling Tabular Data using Conditional GAN, arXiv:1907.00503,
        has a mixture of Gaussians in the place of ranks.
    """
    check_count("max_categories", max_categories, minimum=2, advice="100 suits most tables.")
    check_seed("seed", seed)
    frame = read_table(data) if isinstance(data, str | os.PathLike) else _checked(data)
    encoding = TableEncoding.of(
        frame,
        condition=condition,
        categories=listed("categories", categories),
        max_categories=max_categories,
    )
    return Table(
        encoding.encode(frame, seed=seed), encoding.encode_condition(frame, seed=seed), encoding
    )


def _checked(data: "pd.DataFrame") -> "pd.DataFrame":
    """The table, its columns named by texts."""
    with needs_extra("tables"):
        import pandas as pd

    if not isinstance(data, pd.DataFrame):
        raise TypeError(
            "`data` must be a pandas.DataFrame, or the path of a file. Received: "
            f"{type(data).__name__}. Use pandas.DataFrame(data)."
        )
    return data.rename(columns=str)
