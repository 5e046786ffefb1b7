"""Divergences between histograms, in nats."""

import math

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.sample_checks import as_numbers
from keras_gan_losses.types import ArrayLike


def kullback_leibler_divergence(real_histogram: ArrayLike, fake_histogram: ArrayLike) -> float:
    """Weighs most what the generator leaves out: mean of log(p/q) over real samples.

    Choose it where every bin of the real histogram must be reached, such as the modes of a
    mixture. Swap the arguments for the reverse divergence, which weighs most what the generator
    makes up. `jensen_shannon_divergence` is finite always.

    Formula, p and q the shares of real and generated samples in the bins: Σ p log(p/q), with
    0 log 0 = 0, in nats (divide by log 2 for bits). A bin with real but no generated samples
    makes it infinite, and infinity is returned. Nothing is smoothed: elsewhere a small number
    is often added to the bins, and the result is then that number's logarithm.

    Args:
        real_histogram: Counts or frequencies of real samples, array of any shape, each at least
            0, not all 0. It is divided by its sum.
        fake_histogram: The same of generated samples, of the same bins and shape.

    Returns:
        A number of at least 0, exactly 0 for equal frequencies, infinite as said above.

    Raises:
        ValueError: If a histogram has negative or no counts, is not finite, or the shapes differ.

    Example:
    >>> round(kullback_leibler_divergence([1, 0], [1, 1]), 4)  # log 2
    0.6931
    >>> kullback_leibler_divergence([1, 1], [1, 0])
    inf

    Reference:
        Kullback and Leibler, On information and sufficiency, 1951.
    """
    return _relative_entropy(*_frequencies(real_histogram, fake_histogram))


def jensen_shannon_divergence(real_histogram: ArrayLike, fake_histogram: ArrayLike) -> float:
    """Compares both histograms with their mean; 0 where they agree, log 2 where nothing is shared.

    Choose it for histograms with empty bins: it is symmetric and always finite.

    Formula, p and q the shares of real and generated samples in the bins and m = (p + q)/2:
    ½ Σ p log(p/m) + ½ Σ q log(q/m), in nats (divide by log 2 for bits). Elsewhere the root
    of it is meant (SciPy's `jensenshannon`), or twice it (the f-divergence of this name, in
    `losses.divergences`).

    Args:
        real_histogram: Counts or frequencies of real samples, array of any shape, each at least
            0, not all 0. It is divided by its sum.
        fake_histogram: The same of generated samples, of the same bins and shape.

    Returns:
        A number in [0, log 2], exactly 0 for equal frequencies.

    Raises:
        ValueError: If a histogram has negative or no counts, is not finite, or the shapes differ.

    Example:
    >>> jensen_shannon_divergence([3, 1], [6, 2])
    0.0
    >>> round(jensen_shannon_divergence([1, 0], [0, 1]), 4)  # log 2
    0.6931

    Reference:
        Lin, Divergence measures based on the Shannon entropy, 1991.
    """
    real, fake = _frequencies(real_histogram, fake_histogram)
    mean = (real + fake) / 2.0
    divergence = (_relative_entropy(real, mean) + _relative_entropy(fake, mean)) / 2.0
    return min(divergence, math.log(2.0))


def _frequencies(real_histogram: ArrayLike, fake_histogram: ArrayLike) -> list[np.ndarray]:
    """Both histograms divided by their sums."""
    histograms = {
        "real_histogram": as_numbers("real_histogram", real_histogram),
        "fake_histogram": as_numbers("fake_histogram", fake_histogram),
    }
    if len({histogram.shape for histogram in histograms.values()}) > 1:
        shapes = ", ".join(f"{name} of shape {h.shape}" for name, h in histograms.items())
        raise ValueError(
            "`real_histogram` and `fake_histogram` must have the same bins. Received: "
            f"{shapes}. Count both over one set of edges, as `marginal_histograms` does."
        )
    return [as_frequencies(name, histogram) for name, histogram in histograms.items()]


def as_frequencies(name: str, histogram: ArrayLike) -> np.ndarray:
    """A histogram divided by its sum.

    Raises:
        ValueError: If it has negative, infinite or no counts.

    Example:
    >>> as_frequencies("real_histogram", [1, 3])
    array([0.25, 0.75])
    """
    counts = as_numbers(name, histogram)
    total = counts.sum() if np.isfinite(counts).all() and (counts >= 0.0).all() else 0.0
    if not 0.0 < total < math.inf:
        raise ValueError(
            f"`{name}` must hold counts or frequencies, finite, each at least 0 and not all 0. "
            f"Received: values in [{counts.min(initial=math.inf):g}, "
            f"{counts.max(initial=-math.inf):g}] of shape {counts.shape}. Count samples, by "
            "`np.histogram` for example."
        )
    return counts / total


def _relative_entropy(shares: np.ndarray, reference: np.ndarray) -> float:
    """Sum of p log(p/q); rounding does not make it negative."""
    with needs_extra("metrics"):
        from scipy.special import rel_entr

    return max(0.0, float(rel_entr(shares, reference).sum()))
