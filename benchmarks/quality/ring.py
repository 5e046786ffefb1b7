"""The ring of PacGAN (arXiv:1712.04086): eight narrow modes on a circle.

Data, batches and measures are the paper's. Networks have two hidden layers of 64 in place of
four of 400 and three of 200 with five pieces of maxout, and play 3,000 updates in place of 400,000,
so that hundreds of runs fit in an hour.
"""

import functools
from collections.abc import Sequence

from benchmarks.quality import mixtures
from benchmarks.quality.networks import dense_groups
from benchmarks.quality.protocol import Data, Protocol
from benchmarks.quality.recipes import mixture_recipes
from keras_gan_losses import datasets
from keras_gan_losses.metrics import DistributionMetric

_RECIPE_UPDATES = 10_000
# Found in single runs with a seed of the search.
_RECIPES = {
    "r1, gamma=0.1": 0.01,
    "r3gan, gamma=0.1": 0.005,
    "r3gan": 0.003,
    "non_saturating": 0.003,
    "hinge": 0.01,
}


def _data() -> Data:
    return mixtures.data(datasets.ring(), datasets.ring(mixtures.NUM_SAMPLES, seed=1))


def _metrics() -> Sequence[DistributionMetric]:
    return mixtures.measures(datasets.ring(1))


PROTOCOL = Protocol(
    groups=dense_groups(
        functools.partial(mixtures.networks, (64, 64)),
        recipes=mixture_recipes(_RECIPE_UPDATES, _RECIPES),
        num_packed=(2, 4),
    ),
    data=_data,
    latent_dim=2,
    batch_size=100,
    num_updates=3_000,
    recipe_updates=_RECIPE_UPDATES,
    metrics=_metrics,
    score=mixtures.even_share,
)
