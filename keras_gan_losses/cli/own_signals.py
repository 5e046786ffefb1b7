"""Folders of sounds of the user's own."""

import statistics
from pathlib import Path

from keras_gan_losses import architectures, datasets
from keras_gan_losses.cli.own import Networks, OwnData, warnings_in_one_line
from keras_gan_losses.cli.waves import Waves
from keras_gan_losses.datasets.signal_files import SignalFile, find_signal_files

# That of WaveGAN: a second at 16 kHz.
_LONGEST_USUAL = 16_384
_SHORTEST_USUAL = 64
_FEWEST_WINDOWS = 2


def own_signals(
    path: Path,
    *,
    batch_size: int,
    with_labels: bool,
    length: int | None,
    rate: int | None,
    is_mono: bool,
) -> OwnData:
    """Reads the sounds of a folder.

    Args:
        path: The folder.
        batch_size: Samples in a batch.
        with_labels: Whether classes are wanted.
        length: Steps in a window; None takes what most files fill, up to 16,384.
        rate: Steps in a second; None keeps that of all.
        is_mono: Whether channels are averaged.

    Raises:
        ValueError: If none can be read, or they do not fit together.
    """
    with warnings_in_one_line(path):
        signals = datasets.signal_folder(
            path,
            length=length or _usual_length(path, rate),
            rate=rate,
            is_mono=is_mono,
            batch_size=batch_size,
            with_labels=with_labels,
        )
    if signals.num_samples < _FEWEST_WINDOWS:
        raise ValueError(
            f"{path} must fill at least {_FEWEST_WINDOWS} windows, better some hundred: a GAN "
            f"learns fewer by heart. Received: {signals.num_samples} of {signals.signal_shape[0]} "
            "steps. Take shorter ones by --length."
        )
    shape = signals.signal_shape

    def build(latent_dim: int, num_classes: int | None) -> Networks:
        return architectures.convolutional_1d(shape, latent_dim, num_classes=num_classes)

    # Before anything is written: whether a length can be made.
    architectures.convolutional_1d(shape, 1, width=1)
    mean, scale = (tuple(each.tolist()) for each in (signals.mean, signals.scale))
    sounds = f"{len(set(signals.paths)):,} sounds"
    folders = f" in {len(signals.class_names)} folders" if signals.class_names else ""
    channels = {1: "mono", 2: "stereo"}.get(shape[1], f"{shape[1]} channels")
    return OwnData(
        samples=signals,
        labels=signals.labels,
        class_names=signals.class_names if with_labels else [],
        num_samples=signals.num_samples,
        form=Waves(mean, scale, signals.rate, shape[0]),
        build=build,
        found=f"{sounds}{folders} of {path}, {channels}, {signals.rate} Hz: "
        f"{signals.num_samples:,} windows of {shape[0]:,} steps",
        chosen="the one-dimensional networks `architectures.convolutional_1d`",
    )


def _usual_length(path: Path, rate: int | None) -> int:
    """The least power of two that holds half of the files, if it is not too long."""
    looked = [SignalFile.looked_at(file) for file in find_signal_files(path)]
    seconds = [file.num_steps / file.rate for file in looked if not file.problem]
    rates = [file.rate for file in looked if not file.problem]
    if not seconds:
        return _LONGEST_USUAL
    steps = round(statistics.median(seconds) * (rate or statistics.mode(rates)))
    return min(max(2 ** (steps - 1).bit_length(), _SHORTEST_USUAL), _LONGEST_USUAL)
