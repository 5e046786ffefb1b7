"""MNIST and Fashion-MNIST of "Are GANs created equal?" (arXiv:1711.10337), in miniature.

Layers are those of the paper's InfoGAN networks, an eighth as wide, and there are 3,000 updates in
place of 15,625. The Fréchet distance is by a small classifier of the set, so that only the order of
objectives can be set beside the paper's, which is by Inception.
"""

import functools
from collections.abc import Sequence

import keras
from keras.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    LeakyReLU,
    Reshape,
)

from benchmarks.quality import images
from benchmarks.quality.protocol import Group, Players, Protocol
from keras_gan_losses import metrics
from keras_gan_losses.metrics import DistributionMetric

_SHARE = 8
_LATENT_DIM = 64
# Those of the paper, whose two cross-entropies are "minimax" and "non_saturating", and two more.
_OBJECTIVES = ("non_saturating", "minimax", "lsgan", "wgan", "wgan_gp", "dragan", "hinge", "r3gan")


def networks(share: int = _SHARE) -> Players:
    """Networks of InfoGAN, so many times narrower."""
    generator = keras.Sequential(
        [
            keras.Input((_LATENT_DIM,)),
            *_normalized(Dense(1024 // share), "relu"),
            *_normalized(Dense(128 // share * 49), "relu"),
            Reshape((7, 7, 128 // share)),
            *_normalized(Conv2DTranspose(64 // share, 4, strides=2, padding="same"), "relu"),
            Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            Conv2D(64 // share, 4, strides=2, padding="same"),
            LeakyReLU(negative_slope=0.2),
            Conv2D(128 // share, 4, strides=2, padding="same"),
            LeakyReLU(negative_slope=0.2),
            Flatten(),
            Dense(1024 // share),
            LeakyReLU(negative_slope=0.2),
            Dense(1),
        ]
    )
    return generator, discriminator


def _normalized(layer: keras.layers.Layer, activation: str) -> list[keras.layers.Layer]:
    return [layer, BatchNormalization(), keras.layers.Activation(activation)]


def _metrics(name: str) -> Sequence[DistributionMetric]:
    return [metrics.FrechetDistance(features=images.features(name), num_samples=5_000)]


def protocol(name: str) -> Protocol:
    """The same for either set."""
    return Protocol(
        groups={"plain": Group(build_networks=networks, objectives=_OBJECTIVES)},
        data=functools.partial(images.data, name),
        latent_dim=_LATENT_DIM,
        batch_size=64,
        num_updates=3_000,
        metrics=functools.partial(_metrics, name),
        score=images.nearness,
        learning_rates=(2e-4, 1e-3),
        rounds_per_call=1,
    )


MNIST = protocol("mnist")
FASHION_MNIST = protocol("fashion_mnist")
