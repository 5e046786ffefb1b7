"""Files that are either whole or recognised as damaged: one for each checkpoint of a run."""

import contextlib
import hashlib
import os
import pathlib
import re
import warnings
import zipfile
from typing import Any, BinaryIO

from keras_gan_losses.runs.run_state import FORMAT, RunState, read_archive, write_archive

_NAME = re.compile(r"checkpoint-(\d+)-([0-9a-f]{16})\.npz")
_DAMAGED = ".damaged"
_TEMPORARY = ".tmp"


class CheckpointFiles:
    """Checkpoints of one run in one directory, numbered as they were written.

    A file is a NumPy archive with a member `metadata.json`; its name ends in the first 16 digits
    of its SHA-256. It gets that name only when all of it is on the disk.

    Args:
        directory: Where the files are.
        max_to_keep: How many of the newest stay.
    """

    def __init__(self, directory: pathlib.Path, max_to_keep: int) -> None:
        self._directory = directory
        self._max_to_keep = max_to_keep

    def paths(self) -> list[pathlib.Path]:
        """Whole checkpoints by their names, the oldest first."""
        if not self._directory.is_dir():
            return []
        found = (path for path in self._directory.iterdir() if _NAME.fullmatch(path.name))
        return sorted(found, key=_number)

    def write(self, state: RunState) -> pathlib.Path:
        """Writes a checkpoint, then removes those that are too many.

        Raises:
            OSError: If it cannot be written; all others are untouched.
        """
        earlier = self.paths()
        number = 1 + (_number(earlier[-1]) if earlier else 0)
        temporary = self._directory / f"checkpoint-{number:06d}{_TEMPORARY}"
        try:
            with temporary.open("wb") as file:
                digest = _write_archive(file, state)
                file.flush()
                os.fsync(file.fileno())
            path = self._directory / f"checkpoint-{number:06d}-{digest}.npz"
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync_directory(self._directory)
        for old in [*earlier, path][: -self._max_to_keep]:
            old.unlink(missing_ok=True)
        return path

    def read_newest(self) -> RunState | None:
        """The newest checkpoint that is whole; damaged ones are set aside, and that is said.

        Returns:
            None if there has never been one.

        Raises:
            OSError: If there are some, and none is whole.
            ValueError: If it was written by a later version of this package.
        """
        for path in reversed(self.paths()):
            try:
                state = _read_archive(path)
            except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
                _set_aside(path, error)
                continue
            _check_format(path, state)
            return state
        damaged = sorted(path.name for path in self._directory.glob(f"*{_DAMAGED}"))
        if damaged:
            raise OSError(
                f"No checkpoint in {str(self._directory)!r} is whole, and training does not begin "
                f"anew unasked. Damaged: {damaged}. Copy a whole one there from a backup, or "
                "delete these files to begin anew."
            )
        return None

    def remove_temporaries(self) -> None:
        """Removes what a process has left that was killed while it wrote."""
        for path in self._directory.glob(f"checkpoint-*{_TEMPORARY}"):
            path.unlink(missing_ok=True)


class _Digesting:
    """File that is only written to, and whose bytes are digested on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _write_archive(file: BinaryIO, state: RunState) -> str:
    digesting = _Digesting(file)
    write_archive(digesting, state)
    return digesting.digest.hexdigest()[:16]


def _read_archive(path: pathlib.Path) -> RunState:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not digest.startswith(_NAME.fullmatch(path.name)[2]):
            raise ValueError("its checksum is not the one in its name")
        return read_archive(file)


def _check_format(path: pathlib.Path, state: RunState) -> None:
    if state.metadata.get("format") != FORMAT:
        raise ValueError(
            f"{str(path)!r} has the format {state.metadata.get('format')!r}; this version reads "
            f"{FORMAT}. Use the version of keras_gan_losses that wrote it: "
            f"{state.metadata.get('versions')}."
        )


def _set_aside(path: pathlib.Path, error: Exception) -> None:
    with contextlib.suppress(OSError):
        path.replace(path.with_name(path.name + _DAMAGED))
    warnings.warn(
        f"The checkpoint {str(path)!r} is damaged: {error}. It is set aside under the ending "
        f"{_DAMAGED!r}, and the one before is used: the rounds between them are played again. "
        "Look after the disk.",
        stacklevel=2,
    )


def _number(path: pathlib.Path) -> int:
    return int(_NAME.fullmatch(path.name)[1])


def _sync_directory(directory: pathlib.Path) -> None:
    # A new name survives a power cut only when the directory is on the disk too; not every
    # system lets a directory be opened.
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
