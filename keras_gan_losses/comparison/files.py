"""What a comparison leaves on the disk, written so that a crash leaves no half of it."""

import csv
import io
import itertools
import json
import math
import shutil
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeGuard, TypeVar

import numpy as np

from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.comparison.records import Failure, Result, Settings
from keras_gan_losses.files import write_whole

Content = TypeVar("Content")

SETTINGS = "comparison.json"
_RESULT = "result.json"
_FAILURE = "failure.json"
_SAMPLES = "samples.npy"
_REAL = "real.npy"
_RUNS = "runs"


def write_json(path: Path, value: object) -> None:
    """Writes JSON, in which numbers that are not finite are null."""
    write_whole(path, json.dumps(finite(value), indent=1, ensure_ascii=False) + "\n")


def finite(value: object) -> object:
    """The same value with None for each number that JSON cannot hold.

    Example:
    >>> finite({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


class RunFiles:
    """Files of one run.

    Args:
        directory: Of the whole comparison.
        key: Which run.
    """

    def __init__(self, directory: Path, key: RunKey) -> None:
        self.directory = directory / _RUNS / key.objective / str(key.seed)
        self.log = self.directory / "log.txt"
        self.checkpoints = self.directory / "checkpoints"

    def begin(self) -> None:
        """Makes the directory, and forgets an earlier failure."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / _FAILURE).unlink(missing_ok=True)

    def write_result(self, result: Result, samples: np.ndarray | None) -> None:
        """Keeps a finished run; the result last, because it says that all is there."""
        if samples is not None:
            _write_array(self.directory / _SAMPLES, samples)
        write_json(self.directory / _RESULT, result)
        self.forget_checkpoints()

    def forget_checkpoints(self) -> None:
        """Lets the run begin anew when it is played next."""
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def write_failure(self, reason: str) -> None:
        """Keeps the reason why a run has no result."""
        write_json(self.directory / _FAILURE, {"reason": reason})

    def result(self) -> Result | None:
        """The result, or None while there is none. A damaged one is set aside."""
        result = _read(self.directory / _RESULT, _is_result)
        if result is None or self._has_whole_samples():
            return result
        set_aside(self.directory / _RESULT, "its samples are damaged")
        return None

    def failure(self) -> str | None:
        """Why there is no result, if the run has failed."""
        content = _read(self.directory / _FAILURE, _is_failure)
        return None if content is None else content["reason"]

    def samples(self) -> np.ndarray | None:
        """Generated samples at the end of the run."""
        path = self.directory / _SAMPLES
        return np.load(path, allow_pickle=False) if path.exists() else None

    def _has_whole_samples(self) -> bool:
        path = self.directory / _SAMPLES
        try:
            # Whether all is there is known without reading it.
            return not path.exists() or np.load(path, mmap_mode="r", allow_pickle=False).ndim > 0
        except (OSError, EOFError, ValueError) as error:
            set_aside(path, str(error))
            return False


def write_real_samples(directory: Path, samples: np.ndarray) -> None:
    """Keeps real samples, for the pictures of the report."""
    _write_array(directory / _REAL, samples)


def read_real_samples(directory: Path) -> np.ndarray:
    """Real samples that `write_real_samples` kept."""
    return np.load(directory / _REAL, allow_pickle=False)


def read_settings(directory: Path) -> Settings | None:
    """Settings of the comparison in a directory, or None if there is none.

    If they are damaged they are set aside, and so is what was played by them.
    """
    settings = _read(directory / SETTINGS, _are_settings)
    runs = directory / _RUNS
    if settings is None and runs.exists() and any(runs.iterdir()):
        set_aside(runs, "nothing tells by which settings they were played")
    return settings


def table_rows(result: Result) -> list[dict[str, object]]:
    """Rows of the table of all results: one for each measurement of a run."""
    shared = {
        "objective": result["objective"],
        "seed": result["seed"],
        "status": result["status"],
    }
    return [{**shared, **row} for row in result["measurements"]]


def append_rows(directory: Path, result: Result) -> None:
    """Adds a run to `results.jsonl`."""
    with (directory / "results.jsonl").open("a") as file:
        file.write(_lines(table_rows(result)))


def write_tables(directory: Path, results: Sequence[Result]) -> None:
    """Writes `results.jsonl` and `results.csv` anew, in the order of the results."""
    rows = [row for result in results for row in table_rows(result)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(directory / "results.csv", table.getvalue())
    write_whole(directory / "results.jsonl", _lines(rows))


def _lines(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(finite(row)) + "\n" for row in rows)


def _write_array(path: Path, array: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    write_whole(path, content.getvalue())


def set_aside(path: Path, reason: str) -> None:
    """Renames what cannot be used, so that it is made anew, and warns of it."""
    names = (f"{path.name}.damaged{number or ''}" for number in itertools.count())
    kept = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    path.replace(kept)
    warnings.warn(
        f"{str(path)!r} cannot be used: {reason}. It was renamed to {kept.name!r}, and what it "
        "told is found out anew when the comparison goes on.",
        stacklevel=3,
    )


def _are_settings(content: Mapping[str, object]) -> TypeGuard[Settings]:
    return {"objectives", "seeds", "told"} <= content.keys()


def _is_result(content: Mapping[str, object]) -> TypeGuard[Result]:
    return {"objective", "seed", "status"} <= content.keys() and bool(content.get("measurements"))


def _is_failure(content: Mapping[str, object]) -> TypeGuard[Failure]:
    return "reason" in content


def _read(
    path: Path, is_whole: Callable[[Mapping[str, object]], TypeGuard[Content]]
) -> Content | None:
    """What a file of JSON holds, or None if there is none or it is damaged and was set aside."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:  # Of JSON, or of its characters.
        set_aside(path, str(error))
        return None
    if isinstance(content, dict) and is_whole(content):
        return content
    set_aside(path, "it is not what was written there")
    return None
