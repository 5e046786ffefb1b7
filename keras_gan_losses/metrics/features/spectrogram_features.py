"""Loudness of a signal in each band of frequencies and each stretch of time."""

import numpy as np

from keras_gan_losses.metrics.features.features import Features
from keras_gan_losses.registration import register
from keras_gan_losses.validation import check_count, check_flag, check_number

# Samples are transformed in blocks of about this many numbers: 32 MiB.
_BLOCK_SIZE = 2**22


@register
class SpectrogramFeatures(Features):
    """Gives the power of signals in decibel, by frames and frequencies.

    Choose them for sounds and vibrations, whose single values tell little: two recordings of one
    tone differ everywhere and sound the same. Any metric can compare them:
    `FrechetDistance(SpectrogramFeatures(is_averaged=True))` needs as many numbers as there are
    frequencies, `SpectralDistance` takes the whole spectrogram.

    Formula, for frame t and frequency k of the frame's N steps x, w the periodic Hann window:
    10 · log₁₀(max(|Σₙ w(n) x(n) e^(−2πikn/N)|² / (Σₙ w(n))², floor)). So a sine of amplitude a in
    the middle of a band has 20 · log₁₀(a / 2) there. Frames begin half a frame after one another,
    those that would go beyond the end are left out.

    Args:
        frame_length: Steps in a frame, an even number of at least 4. Signals that are shorter are
            one frame, filled up with zeros. Defaults to 256.
        floor: Power in decibel, of which less counts as this much. Defaults to −80.
        is_averaged: Whether the power is averaged over a signal's frames first (Welch), which
            forgets the order of what is heard. Defaults to False.

    Raises:
        ValueError: If an argument is out of its range, or samples are no signals.

    Example:
    >>> tone = np.sin(2 * np.pi * 0.125 * np.arange(64)).reshape(1, 64, 1)
    >>> features = SpectrogramFeatures(frame_length=16)
    >>> spectrogram = features(tone).reshape(7, 9)
    >>> np.round(spectrogram[0, 2], 4)  # 20 log₁₀ ½
    np.float64(-6.0206)

    Reference:
        Welch, The use of fast Fourier transform for the estimation of power spectra, 1967; as
        features of generated sound Donahue et al., arXiv:1802.04208.
    """

    def __init__(
        self, frame_length: int = 256, *, floor: float = -80.0, is_averaged: bool = False
    ) -> None:
        check_count("frame_length", frame_length, minimum=4, advice="256 is usual.")
        if frame_length % 2:
            raise ValueError(f"`frame_length` must be even. Received: {frame_length}. Use 256.")
        check_number("floor", floor, advice="−80 dB is hardly heard.")
        check_flag("is_averaged", is_averaged)
        self.frame_length = frame_length
        self.floor = floor
        self.is_averaged = is_averaged

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Array of shape `(batch, values)`: channels, frames and frequencies, in this order."""
        if samples.ndim != 3:
            raise ValueError(
                "A spectrogram is of signals (n, steps, channels). Received samples of shape "
                f"{samples.shape}. Use other features."
            )
        num_values = max(4 * int(np.prod(samples.shape[1:])), 1)
        blocks = np.array_split(samples, -(-len(samples) * num_values // _BLOCK_SIZE))
        return np.concatenate([self._decibel(block) for block in blocks])

    def _decibel(self, samples: np.ndarray) -> np.ndarray:
        length = self.frame_length
        missing = max(length - samples.shape[1], 0)
        signals = np.pad(samples.swapaxes(1, 2), [(0, 0), (0, 0), (0, missing)])
        frames = np.lib.stride_tricks.sliding_window_view(signals, length, axis=-1)
        window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)
        spectra = np.fft.rfft(frames[:, :, :: length // 2] * window)
        power = np.square(np.abs(spectra)) / window.sum() ** 2
        if self.is_averaged:
            power = power.mean(axis=2)
        decibel = 10.0 * np.log10(np.maximum(power, 10.0 ** (self.floor / 10.0)))
        return decibel.reshape(len(samples), -1)
