"""Signals over time, each beside its spectrogram."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_gan_losses.metrics.features import SpectrogramFeatures
from keras_gan_losses.metrics.sample_checks import as_real_array
from keras_gan_losses.plots.style import COLOURS, INK, dress, new_figure
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count, check_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_SHOWN = 16
# What is so much softer than the loudest is shown as silence.
_SHOWN_DECIBEL = 80.0


def signals(
    samples: ArrayLike,
    *,
    rate: float = 1.0,
    frame_length: int | None = None,
    labels: Sequence[object] | None = None,
    title: str | None = None,
) -> "Figure":
    """Draws signals over time, and beside each how loud each frequency is when.

    Choose it for sounds, vibrations and other series: a curve shows shape and loudness, a
    spectrogram pitch, overtones and noise. All have the same axes; colours span the 80 decibel
    below the loudest place of all.

    Nothing is written, and matplotlib's global state (pyplot) is left alone: save with
    `figure.savefig("signals.png")`.

    Args:
        samples: Array or tensor of shape `(n, steps, channels)`, n at least 1. The first 16 are
            drawn, each channel as a curve; spectrograms are of the first channel. Values that are
            not finite leave gaps in curves, and count as 0 in spectrograms.
        rate: Steps in a second. Defaults to 1: time is then in steps.
        frame_length: Steps that a column of the spectrogram is made of, an even number; None takes
            about a thirtieth of the signal.
        labels: Text for each signal. Defaults to None.
        title: A line above the picture. Defaults to None.

    Returns:
        A `matplotlib.figure.Figure` with two axes for each signal.

    Raises:
        ValueError: If the samples have another shape or are empty, there are fewer labels than
            signals, or another argument is out of its range.

    Example:
    >>> from keras_gan_losses import datasets
    >>> figure = signals(datasets.chirps(3).samples, rate=8000, labels=["a", "b", "c"])
    >>> [axes.get_ylabel() for axes in figure.axes[:2]]
    ['a', 'Hz']

    Source: the spectrogram is that of `metrics.features.SpectrogramFeatures`.
    """
    values = as_real_array("samples", samples)
    if values.ndim != 3 or 0 in values.shape:
        raise ValueError(
            "`samples` must be signals (n, steps, channels), at least one. Received: shape "
            f"{values.shape}. Give one channel as samples[..., np.newaxis]."
        )
    check_number("rate", rate, minimum=1e-12, advice="1 counts in steps.")
    if labels is not None and len(labels) < len(values[:_MOST_SHOWN]):
        raise ValueError(
            f"Each signal needs a label. Received: {len(labels)} labels for {len(values)} signals."
        )
    shown = values[:_MOST_SHOWN].astype("float64")
    if frame_length is None:
        frame_length = 2 * max(shown.shape[1] // 60, 8)
    check_count("frame_length", frame_length, minimum=4, advice="256 is usual.")
    loudness = _spectrograms(shown, frame_length)
    figure = new_figure(9.0, 0.6 + 1.4 * len(shown))
    rows = figure.subplots(len(shown), 2, squeeze=False, sharex=True, sharey="col")
    for number, (left, right) in enumerate(rows):
        _draw_curves(left, shown[number], rate, "" if labels is None else str(labels[number]))
        _draw_spectrogram(right, loudness[number], shown.shape[1], rate, float(loudness.max()))
    unit = "step" if rate == 1.0 else "s"
    for axes in rows[-1]:
        axes.set_xlabel(unit, color=INK)
    if title:
        figure.suptitle(title, color=INK)
    return figure


def _spectrograms(signals: np.ndarray, frame_length: int) -> np.ndarray:
    """Decibel of the first channels, shape `(n, frames, frequencies)`."""
    finite = np.nan_to_num(signals[..., :1], nan=0.0, posinf=0.0, neginf=0.0)
    features = SpectrogramFeatures(frame_length, floor=-300.0)
    return features(finite).reshape(len(signals), -1, frame_length // 2 + 1)


def _draw_curves(axes: "Axes", signal: np.ndarray, rate: float, label: str) -> None:
    dress(axes, y=label)
    times = np.arange(len(signal)) / rate
    for channel, colour in zip(signal.T, COLOURS, strict=False):
        axes.plot(times, channel, color=colour, linewidth=0.8)


def _draw_spectrogram(
    axes: "Axes", loudness: np.ndarray, length: int, rate: float, loudest: float
) -> None:
    dress(axes, y="" if rate == 1.0 else "Hz")
    axes.imshow(
        loudness.T,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(0.0, length / rate, 0.0, rate / 2.0),
        vmin=loudest - _SHOWN_DECIBEL,
        vmax=loudest,
        cmap="magma",
    )
