"""The folder in which `keras-gan-losses train` leaves a run, and from which it goes on."""

import contextlib
import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from keras_gan_losses.files import remove_unfinished, write_whole
from keras_gan_losses.runs.run_lock import locked
from keras_gan_losses.types import Json
from keras_gan_losses_cli.run_arguments import DEFAULTS, Arguments

_ARGUMENTS = "run.json"


class RunFolder:
    """Names and upkeep of what one run writes.

    Args:
        path: The folder; it is made when it is opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.history = path / "history.csv"
        self.model = path / "gan.keras"
        self.form = path / "form.json"
        self.samples = path / "samples.png"
        self.generator = path / "generator"

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Context of a run, in which no other one moves or writes anything here.

        Raises:
            BlockingIOError: If another run is in it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            remove_unfinished(self.path)
            yield

    def begin(self, arguments: Arguments) -> Path | None:
        """Keeps the arguments of a new run, after setting aside all that an earlier one has left.

        Returns:
            Where that is now, or None if there was nothing.
        """
        written = [self.checkpoints, self.history, self.model, self.form]
        written += [self.samples, self.generator]
        left = [each for each in (self.path / _ARGUMENTS, *written) if each.exists()]
        names = (self.path / f"earlier-{number}" for number in itertools.count(1))
        earlier = next(name for name in names if not name.exists())
        if left:
            earlier.mkdir()
        for each in left:
            each.rename(earlier / each.name)
        write_whole(self.path / _ARGUMENTS, json.dumps(arguments, indent=1) + "\n")
        return earlier if left else None

    def arguments(self, asked_for: Mapping[str, Json]) -> Arguments:
        """Arguments of the run that is here.

        Args:
            asked_for: Those that must be the same; None stands for any.

        Raises:
            ValueError: If there is no run, or it has others.
        """
        path = self.path / _ARGUMENTS
        if not path.exists():
            raise ValueError(
                f"Nothing to resume: {path} does not exist. Train without --resume first."
            )
        kept: dict[str, Json] = {
            **cast("dict[str, Json]", DEFAULTS),
            **json.loads(path.read_text()),
        }
        other = [
            f"--{name.replace('_', '-')} {kept[name]}, not {value}"
            for name, value in asked_for.items()
            if value not in (None, kept[name])
        ]
        if other:
            raise ValueError(
                f"The run in {self.path} has {' and '.join(other)}. Leave that away to go on with "
                "it, or begin another run in another folder by --out."
            )
        return cast("Arguments", kept)

    def keep_rows(self, num_rows: int) -> None:
        """Drops the rows of epochs that the newest checkpoint does not know."""
        if not self.history.exists():
            return
        with self.history.open(newline="") as file:
            rows = list(csv.reader(file))
        kept = io.StringIO(newline="")
        csv.writer(kept).writerows(rows[: num_rows + 1])
        write_whole(self.history, kept.getvalue())
