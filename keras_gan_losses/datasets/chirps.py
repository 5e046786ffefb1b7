"""Tones whose pitch glides: signals whose true parameters can be read off again."""

import dataclasses

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count, check_range, check_seed

# At its ends the analytic signal of a piece is wrong.
_SHARE_LEFT_OUT = 0.1


@dataclasses.dataclass(frozen=True, eq=False)
class Chirps:
    """Holds chirps together with what they were made of.

    Args:
        samples: float32 of shape `(n, length, 1)`, in [−1, 1].
        labels: 1 where the pitch rises, 0 where it falls, int32 of shape `(n,)`.
        frequencies: Pitch at the begin and at the end of each, in cycles per step, `(n, 2)`.

    Example:
    >>> chirps(3, length=64).samples.shape
    (3, 64, 1)
    """

    samples: np.ndarray
    labels: np.ndarray
    frequencies: np.ndarray


def chirps(
    num_samples: int = 4000,
    *,
    length: int = 1024,
    frequency_range: tuple[float, float] = (0.02, 0.2),
    seed: int = 0,
) -> Chirps:
    """Draws tones of amplitude 1 whose pitch glides from one random frequency to another.

    Choose them to see whether a GAN of signals works, without a network and without files: what a
    generator makes can be compared with the truth, since `estimate_chirps` finds begin and end
    frequency of each signal again.

    Formula: sin(2π (φ + f₀ t + (f₁ − f₀) t² / (2 · length))) at steps t = 0, 1, …, with f₀ and f₁
    uniform in the range and the phase φ in [0, 1).

    Args:
        num_samples: Number of chirps, at least 1. Defaults to 4,000.
        length: Steps of each, at least 2. Defaults to 1,024.
        frequency_range: Least and greatest frequency in cycles per step, in (0, 0.5).
        seed: Whole number of at least 0; the same seed gives the same chirps. Defaults to 0.

    Returns:
        `Chirps`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> data = chirps(100)
    >>> found = estimate_chirps(data.samples)
    >>> bool(np.abs(found - data.frequencies).max() < 0.002)
    True

    Source: the linear chirp is that of `scipy.signal.chirp`.
    """
    check_count("num_samples", num_samples, advice="4000 are enough for a small network.")
    check_count("length", length, minimum=2, advice="1024 suits `convolutional_1d`.")
    check_seed("seed", seed)
    check_range("frequency_range", frequency_range, advice="Use (0.02, 0.2).")
    least, greatest = frequency_range
    if not (least > 0.0 and greatest < 0.5):
        raise ValueError(
            "`frequency_range` must lie within 0 and 0.5 cycles per step, beyond which a tone "
            "sounds as a lower one. "
            f"Received: {tuple(frequency_range)}. Use (0.02, 0.2)."
        )
    generator = np.random.default_rng(seed)
    frequencies = generator.uniform(least, greatest, (num_samples, 2))
    first, last = np.hsplit(frequencies, 2)
    steps = np.arange(length)
    cycles = generator.uniform(size=(num_samples, 1)) + first * steps
    cycles += (last - first) * steps**2 / (2.0 * length)
    return Chirps(
        samples=np.sin(2.0 * np.pi * cycles)[..., np.newaxis].astype("float32"),
        labels=(last > first).ravel().astype("int32"),
        frequencies=frequencies,
    )


def estimate_chirps(samples: ArrayLike) -> np.ndarray:
    """Begin and end frequency of each signal, by a line through its instantaneous frequency.

    The line is the least-squares parabola through the phase of the analytic signal, whose ends, a
    tenth of the length each, are left out. Noise and several tones at once make it meaningless.

    Args:
        samples: Signals of one channel, `(n, length, 1)`.

    Returns:
        Frequencies in cycles per step, float64 of shape `(n, 2)`.

    Raises:
        ValueError: If the samples have another shape.

    Example:
    >>> tone = np.sin(2 * np.pi * 0.1 * np.arange(500)).reshape(1, -1, 1)
    >>> np.round(estimate_chirps(tone), 3).tolist()
    [[0.1, 0.1]]
    """
    with needs_extra("signals"):
        from scipy.signal import hilbert

    signals = np.asarray(samples, "float64")
    if signals.ndim != 3 or signals.shape[-1] != 1 or signals.shape[1] < 20:
        raise ValueError(
            "`samples` must be signals of one channel and at least 20 steps, (n, length, 1). "
            f"Received: shape {signals.shape}."
        )
    length = signals.shape[1]
    margin = int(_SHARE_LEFT_OUT * length)
    steps = np.arange(margin, length - margin)
    cycles = np.unwrap(np.angle(hilbert(signals[..., 0])), axis=1)[:, steps] / (2.0 * np.pi)
    # Cycles at time t are c + b t + a t², so that the frequency is b + 2 a t.
    curvature, slope, _ = np.polyfit(steps, cycles.T, 2)
    return np.stack([slope, slope + 2.0 * curvature * length], axis=1)
