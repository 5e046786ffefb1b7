"""What the protocols of mixtures in the plane measure, and how good a run is."""

import math
from collections.abc import Mapping, Sequence

from benchmarks.quality.protocol import Data, Players
from keras_gan_losses import architectures, datasets, metrics
from keras_gan_losses.metrics import DistributionMetric

NUM_SAMPLES = 2_500


def networks(hidden_units: Sequence[int]) -> Players:
    """Dense networks for points of the plane."""
    return architectures.mlp((2,), 2, hidden_units=hidden_units)


def data(train: datasets.GaussianMixture, held_out: datasets.GaussianMixture) -> Data:
    """Samples of a mixture."""
    return Data(train.samples, held_out.samples)


def measures(mixture: datasets.GaussianMixture) -> Sequence[DistributionMetric]:
    """What PacGAN measures, and a distance that needs no modes."""
    modes, deviation = mixture.modes, mixture.standard_deviation
    return [
        metrics.ModeCoverage(modes, deviation, num_samples=NUM_SAMPLES),
        metrics.SlicedWassersteinDistance(num_samples=NUM_SAMPLES),
    ]


def even_share(last: Mapping[str, float | None]) -> float:
    """Share of good samples times the share of modes that they would fill evenly, 1 at best.

    That is high_quality_share · exp(−reverse_divergence): the exponential of the entropy of the
    modes' shares, beside the number of modes, is how many of them are in use.
    """
    share, divergence = last["high_quality_share"], last["reverse_divergence"]
    # Without a good sample there is no divergence.
    return share * math.exp(-divergence) if share and divergence is not None else 0.0
