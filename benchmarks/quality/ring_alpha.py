"""The ring of the (α_D, α_G)-GAN (arXiv:2302.14320), with its networks.

There are 3,000 updates in place of 156,000, and learning rates are searched for them.
"""

import functools
from collections.abc import Mapping, Sequence

import keras

from benchmarks.quality import mixtures
from benchmarks.quality.protocol import Data, Group, Players, Protocol, Recipe
from benchmarks.quality.recipes import recipe
from keras_gan_losses import datasets, objectives
from keras_gan_losses.metrics import DistributionMetric

_NUM_UPDATES = 3_000


def networks() -> Players:
    """A generator of two layers of 400, and a discriminator of two of 200."""
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(400, activation="relu"),
            keras.layers.Dense(400, activation="relu"),
            keras.layers.Dense(2),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(200),
            keras.layers.LeakyReLU(negative_slope=0.2),
            keras.layers.Dense(200),
            keras.layers.LeakyReLU(negative_slope=0.2),
            keras.layers.Dense(1),
        ]
    )
    return generator, discriminator


def _data() -> Data:
    return mixtures.data(datasets.ring(50_000), datasets.ring(mixtures.NUM_SAMPLES, seed=1))


def _metrics() -> Sequence[DistributionMetric]:
    return mixtures.measures(datasets.ring(1))


def _alpha_recipes() -> Mapping[str, Recipe]:
    return {
        f"alpha_gan, {of_discriminator:g} and {of_generator:g}": functools.partial(
            recipe,
            functools.partial(
                objectives.alpha_gan,
                discriminator_alpha=of_discriminator,
                generator_alpha=of_generator,
            ),
            _NUM_UPDATES,
            rate=1e-3,
        )
        for of_discriminator, of_generator in ((1.0, 1.0), (0.5, 1.0), (0.5, 0.5), (0.2, 1.0))
    }


PROTOCOL = Protocol(
    groups={
        "plain": Group(
            build_networks=networks,
            objectives=("alpha_gan", "minimax", "non_saturating", "lsgan", "r3gan"),
            recipes=_alpha_recipes(),
        )
    },
    data=_data,
    latent_dim=2,
    batch_size=128,
    num_updates=_NUM_UPDATES,
    metrics=_metrics,
    score=mixtures.even_share,
    learning_rates=(3e-4, 1e-3, 3e-3),
)
