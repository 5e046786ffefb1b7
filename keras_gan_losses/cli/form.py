"""The form in which samples leave the command line: that of the data they imitate."""

import abc
import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from keras_gan_losses.files import write_whole
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Json, Metadata

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclasses.dataclass(frozen=True)
class Form(abc.ABC):
    """What becomes of samples as the generator makes them.

    Args:
        class_names: What the numbers of classes stand for, where they are learned.
    """

    class_names: tuple[str, ...] = dataclasses.field(default=(), kw_only=True)

    formats: ClassVar[tuple[str, ...]]
    num_drawn: ClassVar[int] = 64
    """How many samples a picture shows."""

    @abc.abstractmethod
    def draw(self, samples: np.ndarray) -> "Figure":
        """A picture of some samples."""

    @abc.abstractmethod
    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """Writes samples that come in parts.

        Args:
            parts: Neighbouring samples.
            count: How many they are in all.
            folder: Where to, which is there.
            format: One of `formats`.
        """

    def classes(self, count: int, num_classes: int) -> np.ndarray:
        """Classes that are generated where none is asked for: by default all in turn."""
        return np.arange(count) % num_classes

    def class_number(self, name: str) -> int:
        """Number of the class of this name; where no name is a number, a number will do too.

        Raises:
            ValueError: If it is none.
        """
        numbers = {each: number for number, each in enumerate(self.class_names)}
        if name.isdecimal() and not any(each.isdecimal() for each in numbers):
            return int(name)
        if not numbers:
            raise ValueError(f"--condition takes the number of a class. Received: {name!r}.")
        return look_up(name, numbers, "class")

    def joined(self, samples: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
        """What is drawn and written of samples of these classes: by default the samples alone."""
        return samples

    def keep(self, path: Path) -> None:
        """Writes the form beside a model, so that its samples can be brought into it again."""
        described = {"kind": type(self).__name__, **self.to_json()}
        write_whole(path, json.dumps(described, indent=1) + "\n")

    def to_json(self) -> dict[str, Json]:
        """All that `from_json` needs."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, kept: Metadata) -> Self:
        """The form of which `to_json` told."""
        return cls(**{n: tuple(v) if isinstance(v, list) else v for n, v in kept.items()})
