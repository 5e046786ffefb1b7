"""How far the spectra of generated signals are from those of real ones."""

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import SpectrogramFeatures
from keras_gan_losses.metrics.sample_checks import as_sample_sets
from keras_gan_losses.metrics.sliced_wasserstein import transport_costs
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName
from keras_gan_losses.types import ArrayLike, PathLike


def spectral_distance(
    real: ArrayLike, fake: ArrayLike, *, frame_length: int = 256, floor: float = -80.0
) -> float:
    """Compares two sets of signals by their spectrograms, in decibel; 0 where they agree.

    Choose it for sounds, vibrations and other signals, whose values are of any phase: a distance
    between these sees all signals of a kind as far apart. It sees wrong pitch, wrong loudness,
    noise and, since it compares how the loudness is distributed and not its mean alone, a generator
    that always makes the same. It does not see which loudnesses occur together.

    Formula, with L(t, k) the power in decibel of frame t and frequency k, as in
    `metrics.features.SpectrogramFeatures`: mean over t, k and channels of
    ∫₀¹ |F⁻¹_real(q) − F⁻¹_fake(q)| dq, F⁻¹ the quantile functions of L(t, k) over the samples.
    Signals that are all a times as loud have the distance |20 · log₁₀ a|. The log-spectral distance
    of speech coding is that of two signals, by root mean squares over k.

    Costs O(n log n) for each frame and frequency. Memory: as many float64 as both sets have values,
    twice, for the frames overlap.

    Args:
        real: Real signals, array or tensor of shape `(n, steps, channels)`, finite.
        fake: Generated ones, `(m, steps, channels)`; m need not be n.
        frame_length: Steps in a frame, an even number of at least 4. Defaults to 256.
        floor: Power in decibel, of which less counts as this much. Defaults to −80.

    Returns:
        A number of at least 0, in decibel.

    Raises:
        ValueError: If samples are no signals, empty, not finite or of different shapes, or another
            argument is out of its range.

    Example:
    >>> import numpy as np
    >>> real = np.random.default_rng(0).normal(size=(20, 512, 1))
    >>> round(spectral_distance(real, 10.0 * real), 6)
    20.0

    Reference:
        Gray and Markel, Distance measures for speech processing, 1976; of distributions, Bonneel et
        al., Sliced and Radon Wasserstein barycenters of measures, 2015; for generated sound
        Engel et al., arXiv:1902.08710.
    """
    features = SpectrogramFeatures(frame_length, floor=floor)
    real, fake = (features(samples) for samples in as_sample_sets(real=real, fake=fake))
    return float(transport_costs(real, fake, order=1).mean())


@register
class SpectralDistance(DistributionMetric):
    """Logs how far spectra of generated signals are from real ones, in decibel; lower is better.

    Choose it for signals as the first measure. See `spectral_distance` for the formula and its
    limits.

    Args:
        frame_length: Steps in a frame, an even number of at least 4. Defaults to 256.
        floor: Power in decibel, of which less counts as this much. Defaults to −80.
        on: As in `DistributionMetric`, and so the other three.
        num_samples: How many signals are generated; None is as many as there are real ones.
        cache_directory: Folder in which spectra of real signals are kept.
        name: Name in the logs. Defaults to "spectral_distance".

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> import numpy as np
    >>> real = np.random.default_rng(0).normal(size=(20, 512, 1))
    >>> round(SpectralDistance()(real, 10.0 * real), 4)
    20.0

    Reference:
        Gray and Markel, Distance measures for speech processing, 1976; for generated sound
        Engel et al., arXiv:1902.08710.
    """

    higher_is_better = False

    def __init__(
        self,
        frame_length: int = 256,
        *,
        floor: float = -80.0,
        on: LeafName = None,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            SpectrogramFeatures(frame_length, floor=floor),
            on=on,
            num_samples=num_samples,
            cache_directory=cache_directory,
            name=name,
        )
        self.frame_length = frame_length
        self.floor = floor

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Mean distance of the loudness in each frame and band."""
        return float(transport_costs(real.values, fake.values, order=1).mean())
