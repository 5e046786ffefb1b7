"""What all kinds of columns have in common."""

import abc
import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Self, cast

import numpy as np

from keras_gan_losses.types import Json

if TYPE_CHECKING:
    import pandas as pd


class Bars(NamedTuple):
    """How frequent values are.

    Args:
        names: Of the values, or of ranges of them.
        real: Share of each in the table.
        made: Share of each among generated ones.
    """

    names: list[str]
    real: list[float]
    made: list[float]


@dataclasses.dataclass(frozen=True)
class Column(abc.ABC):
    """One column of a table, and what must be known to bring it to numbers and back.

    Args:
        name: Its name, as the table has it.
        dtype: Name of the type that pandas gave it.
    """

    name: str
    dtype: str

    @property
    @abc.abstractmethod
    def sizes(self) -> tuple[int, ...]:
        """What it takes in a row: 1 for a number, k for a category of k places."""

    @abc.abstractmethod
    def encode(self, values: "pd.Series", generator: np.random.Generator) -> np.ndarray:
        """Numbers that are learned.

        Args:
            values: Of a table.
            generator: For what may be drawn.

        Returns:
            Array of shape `(n, sum(sizes))`.
        """

    @abc.abstractmethod
    def decode(self, rows: np.ndarray, generator: np.random.Generator) -> "pd.Series":
        """Values of the column's own type, from what a generator made."""

    @abc.abstractmethod
    def bars(self, values: "pd.Series") -> Bars:
        """How frequent generated values are, beside those of the table."""

    def to_json(self) -> dict[str, Json]:
        """All that `from_json` needs."""
        return {"kind": type(self).__name__, **dataclasses.asdict(self)}

    @classmethod
    def from_json(cls, described: Mapping[str, Json]) -> Self:
        """The column of which `to_json` told."""
        fields = {name: value for name, value in described.items() if name != "kind"}
        return cls(**cast("dict[str, str]", fields))
