"""What a comparison leaves on the disk, written so that a crash leaves no half of it."""

import csv
import io
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.files import write_whole

SETTINGS = "comparison.json"
_RESULT = "result.json"
_FAILURE = "failure.json"
_SAMPLES = "samples.npy"
_REAL = "real.npy"


def write_json(path: Path, value: Any) -> None:
    """Writes JSON, in which numbers that are not finite are null."""
    write_whole(path, json.dumps(finite(value), indent=1, ensure_ascii=False) + "\n")


def finite(value: Any) -> Any:
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
        self.directory = directory / "runs" / key.objective / str(key.seed)
        self.log = self.directory / "log.txt"
        self.checkpoints = self.directory / "checkpoints"

    def begin(self) -> None:
        """Makes the directory, and forgets an earlier failure."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / _FAILURE).unlink(missing_ok=True)

    def write_result(self, result: Mapping[str, Any], samples: np.ndarray | None) -> None:
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

    def result(self) -> dict[str, Any] | None:
        """The result, or None while there is none."""
        return _read(self.directory / _RESULT)

    def failure(self) -> str | None:
        """Why there is no result, if the run has failed."""
        content = _read(self.directory / _FAILURE)
        return None if content is None else content["reason"]

    def samples(self) -> np.ndarray | None:
        """Generated samples at the end of the run."""
        path = self.directory / _SAMPLES
        return np.load(path, allow_pickle=False) if path.exists() else None


def write_real_samples(directory: Path, samples: np.ndarray) -> None:
    """Keeps real samples, for the pictures of the report."""
    _write_array(directory / _REAL, samples)


def read_real_samples(directory: Path) -> np.ndarray:
    """Real samples that `write_real_samples` kept."""
    return np.load(directory / _REAL, allow_pickle=False)


def read_settings(directory: Path) -> dict[str, Any] | None:
    """Settings of the comparison in a directory, or None if there is none."""
    return _read(directory / SETTINGS)


def table_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the table of all results: one for each measurement of a run."""
    shared = {name: result[name] for name in ("objective", "seed", "status")}
    return [{**shared, **row} for row in result["measurements"]]


def append_rows(directory: Path, result: Mapping[str, Any]) -> None:
    """Adds a run to `results.jsonl`."""
    with (directory / "results.jsonl").open("a") as file:
        file.write(_lines(table_rows(result)))


def write_tables(directory: Path, results: Sequence[Mapping[str, Any]]) -> None:
    """Writes `results.jsonl` and `results.csv` anew, in the order of the results."""
    rows = [row for result in results for row in table_rows(result)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(directory / "results.csv", table.getvalue())
    write_whole(directory / "results.jsonl", _lines(rows))


def _lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(finite(row)) + "\n" for row in rows)


def _write_array(path: Path, array: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    write_whole(path, content.getvalue())


def _read(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text()) if path.exists() else None
