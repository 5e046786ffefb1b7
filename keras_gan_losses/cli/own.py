"""What the command line knows of data of the user's own."""

import contextlib
import dataclasses
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import typer

from keras_gan_losses.cli.form import Form
from keras_gan_losses.types import Data

Networks = tuple[keras.Model, keras.Model]
Build = Callable[[int, int | None], Networks]


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnData:
    """What lies at a path.

    Args:
        samples: What `fit` takes as `x`, without labels.
        labels: Number of the class of each sample, or None.
        class_names: What the numbers stand for.
        num_samples: How many there are.
        form: How samples like these are written.
        build: Makes networks of a number of latents and of classes.
        found: What they are, in words.
        chosen: What networks suit them, in words.
    """

    samples: Data
    labels: np.ndarray | None
    class_names: list[str]
    num_samples: int
    form: Form
    build: Build
    found: str
    chosen: str


@contextlib.contextmanager
def warnings_in_one_line(path: Path) -> Iterator[None]:
    """Context whose warnings are said of data without the place in the code.

    Args:
        path: Where the data lie.
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    for each in told:
        typer.echo(f"{path}: {each.message}", err=True)
