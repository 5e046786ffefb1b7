"""Signals of one's own, from a folder of sounds, as batches that `fit` takes on every backend."""

import collections
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keras_gan_losses.datasets.sample_files import (
    WAYS_WITH_DAMAGED,
    Broken,
    check_some_left,
    class_names_of,
    empty_array,
    kept_rows,
    labels_of,
    looked_at,
    read_all,
)
from keras_gan_losses.datasets.signal_files import (
    SignalFile,
    find_signal_files,
    num_steps_at,
    read_signal,
)
from keras_gan_losses.datasets.stored_samples import StoredSamples
from keras_gan_losses.extras import check_extra
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import ArrayLike, PathLike
from keras_gan_losses.validation import check_count, check_flag, check_seed

_BYTES_AT_ONCE = 2**26


def signal_folder(
    directory: PathLike,
    *,
    length: int,
    rate: int | None = None,
    is_mono: bool = False,
    batch_size: int = 64,
    with_labels: bool = False,
    damaged: str = "skip",
    seed: int = 0,
) -> "FolderSignals":
    """Reads the sounds of a folder into windows of one length, of mean 0 and deviation 1.

    Choose it for recordings of your own, WAV or FLAC, of speech, instruments, machines, sensors.
    Each file is cut into windows that follow one another; what is left at its end is dropped. A
    file of at least half a window is filled up with zeros, a shorter one is left out like a
    damaged one. What it returns goes straight into `fit`, on TensorFlow, JAX and torch alike, and
    `architectures.convolutional_1d` makes networks for it.

    Every file is read once, on all cores, before training: so a damaged or silent one is named at
    once, and epochs read nothing from the folder. Windows are kept in float32, 4 · `length` ·
    channels bytes each, in memory up to 2 GiB, beyond that in a temporary file that the system
    keeps in memory as far as it can.

    Args:
        directory: Folder with sounds; those in its folders belong to classes of the folders'
            names, however deep they lie in them.
        length: Steps in a window, at least 2. Networks want 1,024, 4,096, 16,384, or what else
            `convolutional_1d` can make.
        rate: Steps in a second to which all are brought (polyphase filter). None keeps the rate
            that all have.
        is_mono: Whether channels are averaged into one. Else all files must have the same number.
        batch_size: Windows in a batch, at least 1; the last one of a pass holds what is left.
        with_labels: Whether to yield `(signals, labels)`, the numbers of the folders.
        damaged: What becomes of files that cannot be used: "skip" warns with their names, "refuse"
            raises.
        seed: Seed of the order, which is another one in each epoch.

    Returns:
        A `keras.utils.PyDataset` of float32 batches `(batch, length, channels)`, or of pairs with
        int32 labels `(batch,)`. Its attributes: `signals`, all windows in [−1, 1], as the files
        have them; `mean` and `scale` of each channel, by which batches differ from them; `rate`;
        `labels`; `class_names`; `paths`, the file of each window; `damaged`, what could not be
        used. `inverse` brings generated signals back to the files' units.

    Raises:
        ImportError: If soundfile is not installed.
        FileNotFoundError: If there is no such folder.
        ValueError: If it has no sounds that can be used, if they differ in rate or channels and
            the arguments do not say what to do, if labels are asked for and there are no folders,
            or an argument is out of range.

    Example:
    >>> import pathlib
    >>> import soundfile
    >>> pathlib.Path("sounds").mkdir()
    >>> for pitch in (220, 440):
    ...     tone = np.sin(2 * np.pi * pitch * np.arange(4000) / 8000)
    ...     soundfile.write(f"sounds/{pitch}.wav", tone, 8000)
    >>> data = signal_folder("sounds", length=1024)
    >>> data[0].shape, data.rate
    ((6, 1024, 1), 8000)
    """
    check_count("length", length, minimum=2, advice="1024 is the shortest that sounds fill well.")
    check_count("batch_size", batch_size, advice="64 is usual.")
    if rate is not None:
        check_count("rate", rate, advice="Use 16000 for speech, None for that of the files.")
    check_flag("is_mono", is_mono)
    check_flag("with_labels", with_labels)
    check_seed("seed", seed)
    tells = look_up(damaged, WAYS_WITH_DAMAGED, "way with damaged files")
    files = find_signal_files(directory)
    class_names = class_names_of(files, directory, "signals", needed=with_labels)
    readable, broken = looked_at(files, SignalFile.looked_at)
    check_some_left(readable, broken, directory)
    rate = rate or _common({f.path: f.rate for f in readable}, "rates", "Resample: rate={}")
    channels = 1
    if not is_mono:
        numbers = {file.path: file.channels for file in readable}
        channels = _common(numbers, "numbers of channels", "Average them: is_mono=True")
    if any(file.rate != rate for file in readable):
        check_extra("signals", "scipy.signal")
    long_enough, short = _parted(readable, rate, length)
    broken += short
    check_some_left(long_enough, broken, directory)
    signals, owners, unreadable = _windows(long_enough, rate, length, channels)
    broken += unreadable
    kept = [long_enough[owner] for owner in owners]
    check_some_left(kept, broken, directory)
    if broken:
        tells(broken)
    return FolderSignals(
        signals,
        labels_of(kept, class_names) if with_labels else None,
        rate=rate,
        class_names=class_names,
        paths=[file.path for file in kept],
        damaged=dict(broken),
        batch_size=batch_size,
        seed=seed,
    )


class FolderSignals(StoredSamples):
    """Batches of windows in memory, in another order in each epoch; see `StoredSamples`.

    Args:
        signals: All windows, float32, shape `(n, length, channels)`.
        labels: Number of each one's class, or None.
        rate: Steps in a second.
        **kwargs: As in `StoredSamples`.
    """

    def __init__(
        self, signals: np.ndarray, labels: np.ndarray | None, *, rate: int, **kwargs: Any
    ) -> None:
        super().__init__(signals, labels, **kwargs)
        self.rate = rate
        self.mean, deviation = _moments(signals)
        # A channel of one value stays at it.
        self.scale = np.where(deviation > 0.0, deviation, 1.0)

    @property
    def signals(self) -> np.ndarray:
        """All windows as the files have them, float32, shape `(n, length, channels)`."""
        return self._stored

    @property
    def signal_shape(self) -> tuple[int, int]:
        """Steps and channels."""
        steps, channels = self.signals.shape[1:]
        return steps, channels

    def scaled(self, stored: np.ndarray) -> np.ndarray:
        """Windows of mean 0 and deviation 1 in each channel."""
        return ((stored - self.mean) / self.scale).astype("float32")

    def inverse(self, samples: ArrayLike) -> np.ndarray:
        """Generated signals in the units of the files.

        Args:
            samples: Of shape `(n, length, channels)`.
        """
        return (np.asarray(samples) * self.scale + self.mean).astype("float32")


def _moments(signals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel, without a copy of all signals."""
    mean = signals.mean(axis=(0, 1), dtype="float64")
    squares = sum(
        np.square(each - mean).sum(axis=(0, 1))
        for each in np.array_split(signals, -(-signals.nbytes // _BYTES_AT_ONCE))
    )
    return mean, np.sqrt(squares / (signals.shape[0] * signals.shape[1]))


def _common(values: Mapping[pathlib.Path, int], plural: str, advice: str) -> int:
    """The value that all files have."""
    counts = collections.Counter(values.values())
    usual, count = counts.most_common(1)[0]
    other = next((path for path, value in values.items() if value != usual), None)
    if other is None:
        return usual
    raise ValueError(
        f"The signals have different {plural}: {count} of {len(values)} files have {usual}, "
        f"{other} has {values[other]}. {advice.format(usual)}, or remove those."
    )


def _parted(files: Sequence[SignalFile], rate: int, length: int) -> tuple[list[SignalFile], Broken]:
    """Files that fill half a window, and those that are shorter."""
    lengths = [num_steps_at(file, rate) for file in files]
    long_enough = [f for f, steps in zip(files, lengths, strict=True) if 2 * steps >= length]
    short = [
        (file.path, f"too short, {steps} steps for a window of {length}")
        for file, steps in zip(files, lengths, strict=True)
        if 2 * steps < length
    ]
    return long_enough, short


def _windows(
    files: Sequence[SignalFile], rate: int, length: int, channels: int
) -> tuple[np.ndarray, np.ndarray, Broken]:
    """Windows of all files that can be read, number of each one's file, and what cannot be read."""
    counts = [max(num_steps_at(file, rate) // length, 1) for file in files]
    ends = np.cumsum(counts)
    signals = empty_array((int(ends[-1]), length, channels), "float32")

    def read(number: int, file: SignalFile) -> None:
        count = counts[number]
        values = read_signal(file, rate, is_mono=channels == 1)[: count * length]
        whole = np.zeros((count * length, channels), "float32")
        whole[: len(values)] = values
        signals[ends[number] - count : ends[number]] = whole.reshape(count, length, channels)

    is_read, broken = read_all(files, read)
    owners = np.repeat(np.arange(len(files)), counts)
    is_kept = np.array(is_read)[owners]
    return kept_rows(signals, is_kept), owners[is_kept], broken
