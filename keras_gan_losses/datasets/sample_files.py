"""Files of samples in a folder: where they lie, whose classes they are of, which are damaged."""

import dataclasses
import itertools
import os
import pathlib
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from keras_gan_losses.types import PathLike

_NAMED_AT_MOST = 5
_BYTES_IN_MEMORY = 2 * 1024**3
# So many files a thread reads before it asks for more.
_AT_ONCE = 64

Broken = list[tuple[pathlib.Path, str]]
"""Files that cannot be used, and why."""


@dataclasses.dataclass(frozen=True)
class SampleFile:
    """A file that should hold samples.

    Args:
        path: Where it lies.
        class_name: Name of the folder that it lies in; empty for none.
        problem: Why it cannot be used; empty if it can.
    """

    path: pathlib.Path
    class_name: str
    problem: str = ""


File = TypeVar("File", bound=SampleFile)
Result = TypeVar("Result")


def find_files(
    directory: PathLike, endings: Sequence[str], kind: str
) -> list[tuple[pathlib.Path, str]]:
    """Paths of all files with one of these endings, with their classes, in the order of the paths.

    Args:
        directory: Folder that is searched with all in it.
        endings: In small letters, with the dot.
        kind: What is looked for, in the plural.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If there are none.
    """
    folder = pathlib.Path(directory).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {str(directory)!r}.")
    found = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in endings and path.is_file()
    )
    if not found:
        raise ValueError(
            f"The folder {str(directory)!r} has no {kind}. Expected files that end in "
            f"{', '.join(endings)}, in it or in folders of it."
        )
    names = (path.relative_to(folder).parts for path in found)
    return [
        (path, parts[0] if len(parts) > 1 else "") for path, parts in zip(found, names, strict=True)
    ]


def class_names_of(
    files: Iterable[SampleFile], directory: PathLike, kind: str, *, needed: bool
) -> list[str]:
    """Names of the classes, sorted.

    Raises:
        ValueError: If each file must have one and some have none.
    """
    names = {file.class_name for file in files}
    if needed and "" in names:
        raise ValueError(
            f"Labels are the names of folders, and {kind} lie in {str(directory)!r} itself. Move "
            "each into a folder of its class, or pass with_labels=False."
        )
    return sorted(names - {""})


def labels_of(files: Iterable[SampleFile], class_names: Sequence[str]) -> np.ndarray:
    """Number of each file's class, int32."""
    numbers = {name: number for number, name in enumerate(class_names)}
    return np.array([numbers[file.class_name] for file in files], "int32")


def looked_at(files: Sequence[File], look: Callable[[File], File]) -> tuple[list[File], Broken]:
    """Files with what `look` finds in their headers, and those that it finds a problem in."""
    looked = _in_threads(lambda number: look(files[number]), len(files))
    broken = [(file.path, file.problem) for file in looked if file.problem]
    return [file for file in looked if not file.problem], broken


def read_all(files: Sequence[File], read: Callable[[int, File], None]) -> tuple[list[bool], Broken]:
    """Reads each file, on all cores.

    Args:
        files: What to read.
        read: Puts what it reads of a file with its number where it belongs, or raises.

    Returns:
        Whether each could be read, and those that could not.
    """

    def attempt(number: int) -> str:
        try:
            read(number, files[number])
        # Decoders raise whatever a damaged file leads them to.
        except Exception as error:
            return str(error) or type(error).__name__
        return ""

    problems = _in_threads(attempt, len(files))
    broken = [(file.path, text) for file, text in zip(files, problems, strict=True) if text]
    return [not text for text in problems], broken


def _in_threads(call: Callable[[int], Result], count: int) -> list[Result]:
    """What a function gives of each number below `count`, on all cores."""
    parts = [range(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE)]
    # More threads than cores would wait for each other.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        results = threads.map(lambda part: [call(number) for number in part], parts)
        return list(itertools.chain.from_iterable(results))


def empty_array(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """An array in memory up to 2 GiB, beyond that in a temporary file."""
    if np.prod(shape, dtype="int64") * np.dtype(dtype).itemsize <= _BYTES_IN_MEMORY:
        return np.empty(shape, dtype)
    # A file without a name, which is gone with the array.
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, dtype, "w+", shape=shape)


def kept_rows(array: np.ndarray, is_kept: Sequence[bool] | np.ndarray) -> np.ndarray:
    """Only some rows of an array, whose memory they go on using."""
    good = np.flatnonzero(is_kept)
    for place, row in enumerate(good):
        if place != row:
            array[place] = array[row]
    return array[: len(good)]


def check_some_left(files: Sequence[SampleFile], broken: Broken, directory: PathLike) -> None:
    """Raises if no file can be used."""
    if not files:
        raise ValueError(f"No file in {str(directory)!r} can be used: {named(broken)}.")


def named(broken: Broken) -> str:
    """The first few with their reasons."""
    shown = [f"{path} ({reason})" for path, reason in broken[:_NAMED_AT_MOST]]
    more = len(broken) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def _warn(broken: Broken) -> None:
    warnings.warn(
        f"{len(broken)} files are left out, because they cannot be used: {named(broken)}.",
        stacklevel=3,
    )


def _refuse(broken: Broken) -> None:
    raise ValueError(
        f"{len(broken)} files cannot be used: {named(broken)}. Repair or remove them, or pass "
        "damaged='skip'."
    )


WAYS_WITH_DAMAGED: Mapping[str, Callable[[Broken], None]] = {"skip": _warn, "refuse": _refuse}
"""What becomes of damaged files, by the name that users give it."""
