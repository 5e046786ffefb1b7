"""Real digits of 8 × 8 pixels, which travel with scikit-learn: images, but small enough for all.

Both networks are dense, with two hidden layers of 128. The Fréchet distance is by a small
classifier of the digits, between as many generated as held-out images.
"""

import functools
from collections.abc import Sequence

import numpy as np

from benchmarks.quality import images
from benchmarks.quality.networks import dense_groups
from benchmarks.quality.protocol import Data, Protocol
from keras_gan_losses import architectures, datasets, metrics
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.metrics.features import ModelFeatures

_LATENT_DIM = 32
_NUM_REFERENCE = 597


def _data() -> Data:
    samples, _ = datasets.digits()
    order = np.random.default_rng(0).permutation(len(samples))
    held_out, kept = np.split(order, [_NUM_REFERENCE])
    return Data(samples[kept], samples[held_out])


@functools.cache
def _features() -> ModelFeatures:
    return metrics.features.classifier_features(*datasets.digits(), num_features=16, epochs=20)


def _metrics() -> Sequence[DistributionMetric]:
    return [metrics.FrechetDistance(features=_features(), num_samples=_NUM_REFERENCE)]


PROTOCOL = Protocol(
    groups=dense_groups(
        functools.partial(architectures.mlp, (8, 8, 1), _LATENT_DIM, output_activation="tanh"),
        num_packed=(2,),
    ),
    data=_data,
    latent_dim=_LATENT_DIM,
    batch_size=64,
    num_updates=3_000,
    metrics=_metrics,
    score=images.nearness,
    learning_rates=(2e-4, 1e-3, 3e-3),
)
