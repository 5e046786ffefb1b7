"""Single files of sound or other signals: where they lie, what they are, and their values."""

import dataclasses
import math
import pathlib
import struct
from types import ModuleType
from typing import Self

import numpy as np

from keras_gan_losses.datasets.sample_files import SampleFile, find_files
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import PathLike

ENDINGS = (".wav", ".flac")

# What programs write that do not know the length beforehand.
_UNKNOWN_LENGTHS = (0, 0xFFFFFFFF)


@dataclasses.dataclass(frozen=True)
class SignalFile(SampleFile):
    """A file that should hold a signal.

    Args:
        path: Where it lies.
        class_name: Name of the folder that it lies in; empty for none.
        problem: Why it is no signal; empty if it is one.
        rate: Steps in a second, once it was looked at.
        channels: Number of channels.
        num_steps: Length in steps.
    """

    rate: int = 0
    channels: int = 0
    num_steps: int = 0

    def looked_at(self) -> Self:
        """The same with what the file's header tells."""
        soundfile = import_soundfile()
        try:
            header = soundfile.info(self.path)
            cut = _missing_bytes(self.path)
        except soundfile.LibsndfileError as error:
            return dataclasses.replace(self, problem=error.error_string)
        except OSError as error:
            return dataclasses.replace(self, problem=str(error))
        if cut:
            return dataclasses.replace(self, problem=f"cut short, {cut:,} bytes are missing")
        return dataclasses.replace(
            self, rate=header.samplerate, channels=header.channels, num_steps=header.frames
        )


def find_signal_files(directory: PathLike) -> list[SignalFile]:
    """All files with the ending of a signal, in the order of their names.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If there are none.
    """
    return [SignalFile(*found) for found in find_files(directory, ENDINGS, "signals")]


def import_soundfile() -> ModuleType:
    """Module `soundfile`, or an error that tells how to install it."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise ImportError(
            "Files of sound need soundfile and its library libsndfile: "
            'pip install "keras-gan-losses[signals]"'
        ) from error
    return soundfile


def num_steps_at(file: SignalFile, rate: int) -> int:
    """Length of a file's signal at another rate.

    Example:
    >>> num_steps_at(SignalFile(pathlib.Path("a.wav"), "", rate=3, num_steps=10), 2)
    7
    """
    return -(-file.num_steps * rate // file.rate)


def read_signal(file: SignalFile, rate: int, *, is_mono: bool) -> np.ndarray:
    """Values in [−1, 1], float32, shape `(steps, channels)`.

    Args:
        file: What to read, which was looked at.
        rate: Steps in a second to which it is brought.
        is_mono: Whether channels are averaged into one.

    Raises:
        ValueError: If it has values that are not finite, or the same value everywhere.
    """
    values, _ = import_soundfile().read(file.path, dtype="float32", always_2d=True)
    if not np.isfinite(values).all():
        raise ValueError("holds NaN or infinite values")
    if is_mono:
        values = values.mean(axis=1, keepdims=True)
    if not np.ptp(values, axis=0).any():
        raise ValueError("silent: the same value everywhere")
    return values if file.rate == rate else _resampled(values, file.rate, rate)


def _resampled(values: np.ndarray, old: int, new: int) -> np.ndarray:
    with needs_extra("signals"):
        from scipy.signal import resample_poly

    divisor = math.gcd(old, new)
    return resample_poly(values, new // divisor, old // divisor, axis=0).astype("float32")


def _missing_bytes(path: pathlib.Path) -> int:
    """Bytes of the values that a WAV file promises and has not; libsndfile only takes fewer."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":
            return 0
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"data":
                left = path.stat().st_size - file.tell()
                return 0 if size in _UNKNOWN_LENGTHS else max(size - left, 0)
            # Chunks begin at even places.
            file.seek(size + size % 2, 1)
    return 0
