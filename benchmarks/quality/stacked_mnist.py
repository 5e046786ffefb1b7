"""Stacked MNIST with a small discriminator, as unrolled GANs and PacGAN play it.

The discriminator has a quarter of the usual width. Networks are those of arXiv:1611.02163 and
arXiv:1712.04086. There are 4,000 updates in place of 500,000, with batches of 64 in place of 128,
and stacks are drawn once, 20,000 of them, in place of anew for each batch.
"""

import math
from collections.abc import Mapping, Sequence

import keras
from keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Flatten,
    LeakyReLU,
    Reshape,
)

from benchmarks.quality import images
from benchmarks.quality.networks import packed_groups
from benchmarks.quality.protocol import Data, Group, Players, Protocol
from keras_gan_losses import metrics
from keras_gan_losses.metrics import DistributionMetric

_LATENT_DIM = 256
_OBJECTIVES = ("non_saturating", "minimax", "lsgan", "hinge", "wgan_gp", "r1", "r3gan", "rsgan")


def networks() -> Players:
    """The generator, and a discriminator of 2, 4 and 8 channels."""
    upward = [
        part
        for channels in (32, 16, 8)
        for part in (
            Conv2DTranspose(channels, 3, strides=2, padding="same"),
            BatchNormalization(),
            Activation("relu"),
        )
    ]
    generator = keras.Sequential(
        [
            keras.Input((_LATENT_DIM,)),
            Dense(4 * 4 * 64),
            BatchNormalization(),
            Activation("relu"),
            Reshape((4, 4, 64)),
            *upward,
            Cropping2D(2),
            Conv2D(3, 3, padding="same", activation="tanh"),
        ]
    )
    downward = [
        part
        for channels in (2, 4, 8)
        for part in (
            Conv2D(channels, 3, strides=2, padding="same"),
            LeakyReLU(negative_slope=0.3),
        )
    ]
    discriminator = keras.Sequential([keras.Input((28, 28, 3)), *downward, Flatten(), Dense(1)])
    return generator, discriminator


def _data() -> Data:
    return Data(images.stacked(20_000, "train", 0), images.stacked(1_000, "t10k", 1))


def _metrics() -> Sequence[DistributionMetric]:
    classifier = metrics.stacked_classifier(images.features("mnist").model)
    return [metrics.ClassifiedModeCoverage(classifier, num_samples=25_600)]


def _score(last: Mapping[str, float | None]) -> float:
    divergence = last["mode_divergence"]
    return -math.inf if divergence is None else -divergence


PROTOCOL = Protocol(
    groups={
        "plain": Group(build_networks=networks, objectives=_OBJECTIVES),
        **packed_groups(networks, (2, 4)),
    },
    data=_data,
    latent_dim=_LATENT_DIM,
    batch_size=64,
    num_updates=4_000,
    num_measurements=1,
    metrics=_metrics,
    score=_score,
    learning_rates=(2e-4, 1e-3),
    rounds_per_call=1,
)
