"""Files that are either whole or recognised as damaged: one for each checkpoint of a run."""

import contextlib
import hashlib
import pathlib
import re
import warnings
from typing import BinaryIO

from keras_gan_losses.files import put_in_place, unfinished
from keras_gan_losses.runs.run_state import FORMAT, RunState, read_archive, write_archive
from keras_gan_losses.runs.state_checks import check_whole

_NAME = re.compile(r"checkpoint-(\d+)-([0-9a-f]{16})\.npz")
_DAMAGED = ".damaged"


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
        beside = unfinished(self._directory / f"checkpoint-{number:06d}.npz")
        try:
            with beside.open("wb") as file:
                digest = _write_archive(file, state)
            path = self._directory / f"checkpoint-{number:06d}-{digest}.npz"
            put_in_place(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        for old in [*earlier, path][: -self._max_to_keep]:
            # A folder of such a name, say: no reason to take the new one for failed.
            with contextlib.suppress(OSError):
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
                is_readable = state.metadata["format"] == FORMAT
                if is_readable:
                    check_whole(state)
            # Damaged bytes make NumPy, JSON and zipfile raise whatever comes.
            except Exception as error:
                _set_aside(path, error)
                continue
            if not is_readable:
                raise _other_format(path, state)
            return state
        damaged = sorted(path.name for path in self._directory.glob(f"*{_DAMAGED}"))
        if damaged:
            raise OSError(
                f"No checkpoint in {str(self._directory)!r} is whole, and training does not begin "
                f"anew unasked. Damaged: {damaged}. Copy a whole one there from a backup, or "
                "delete these files to begin anew."
            )
        return None


class _Digesting:
    """File that is only written to, and whose bytes are digested on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
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
        if not digest.startswith(_matched(path)[2]):
            raise ValueError("its checksum is not the one in its name")
        return read_archive(file)


def _other_format(path: pathlib.Path, state: RunState) -> ValueError:
    return ValueError(
        f"{str(path)!r} has the format {state.metadata['format']!r}; this version reads "
        f"{FORMAT}. Use the version of keras_gan_losses that wrote it: "
        f"{state.metadata.get('versions')}."
    )


def _set_aside(path: pathlib.Path, error: Exception) -> None:
    with contextlib.suppress(OSError):
        path.replace(path.with_name(path.name + _DAMAGED))
    warnings.warn(
        f"The checkpoint {str(path)!r} is damaged: {type(error).__name__}, {error}. It is set "
        f"aside under the ending {_DAMAGED!r}, and the one before is used: the rounds between "
        "them are played again. Look after the disk.",
        stacklevel=2,
    )


def _number(path: pathlib.Path) -> int:
    return int(_matched(path)[1])


def _matched(path: pathlib.Path) -> re.Match[str]:
    found = _NAME.fullmatch(path.name)
    if found is None:
        raise ValueError(f"{path.name!r} is no name of a checkpoint")
    return found
