"""What a protocol is: networks, data, schedule and measures that all objectives share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import keras
import numpy as np

from keras_gan_losses.metrics import DistributionMetric

Players = tuple[keras.Model, keras.Model]
Recipe = Callable[[], Mapping[str, object]]
"""Makes arguments of `GAN.compile`."""


class Data(NamedTuple):
    """Real samples to train on, and others to measure by."""

    samples: np.ndarray
    reference: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Group:
    """Objectives that are played with the same networks.

    Args:
        build_networks: Makes a generator and a discriminator.
        objectives: Their names.
        recipes: Configurations that differ by more than the learning rate, by name.
        num_packed: Samples that the discriminator judges together; so many times larger are
            batches, as in PacGAN.
        num_updates: Discriminator updates of each run, if others than the protocol's.
    """

    build_networks: Callable[[], Players]
    objectives: Sequence[str] = ()
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    num_packed: int = 1
    num_updates: int | None = None


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """All that is the same for each objective.

    Args:
        groups: Objectives by the networks that they need.
        data: Makes the real samples.
        latent_dim: Numbers in one sample's latents.
        batch_size: Samples in one discriminator update.
        num_updates: Of the discriminator, in each run.
        recipe_updates: The same for recipes; None is as many.
        num_measurements: How often each run is measured.
        metrics: Makes what is measured.
        score: One number for how good a run's last measurements are, the higher the better, by
            which learning rates are chosen and objectives ordered.
        learning_rates: What is searched.
        rounds_per_call: Rounds in one call of the compiled function.
    """

    groups: Mapping[str, Group]
    data: Callable[[], Data]
    latent_dim: int
    batch_size: int
    num_updates: int
    recipe_updates: int | None = None
    num_measurements: int = 2
    metrics: Callable[[], Sequence[DistributionMetric]]
    score: Callable[[Mapping[str, float | None]], float]
    learning_rates: Sequence[float] = (1e-3, 3e-3, 1e-2)
    rounds_per_call: int = 100
