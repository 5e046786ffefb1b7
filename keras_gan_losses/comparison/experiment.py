"""What all runs of a comparison have in common, and how one of them begins."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import keras
import numpy as np

from keras_gan_losses import metrics as metrics_module
from keras_gan_losses.comparison.budget import Budget
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.models import GAN
from keras_gan_losses.objectives import Objective

Contestant: TypeAlias = (
    str | Objective | Mapping[str, object] | Callable[[], "str | Objective | Mapping[str, object]"]
)
"""What `loss` in `GAN.compile` may be, arguments of `GAN.compile`, or what makes either."""

Metrics = Sequence[str | DistributionMetric]


@dataclass(frozen=True)
class RunKey:
    """Tells one run from the others.

    Args:
        objective: Its name in the comparison.
        seed: Of all its random numbers.
    """

    objective: str
    seed: int

    def __str__(self) -> str:
        return f"{self.objective}, seed {self.seed}"


PlayRun: TypeAlias = Callable[[np.ndarray, RunKey, str, Mapping[str, str]], RunKey]
"""What plays a run of the pickled experiment, told the directory and its process's environment."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """Networks, data and rules of a comparison.

    Args:
        build_networks: Makes a generator and a discriminator.
        samples: Real samples to train on.
        labels: One each, for conditional networks.
        reference: Real samples to measure by.
        reference_labels: One each.
        objectives: What each name in the comparison stands for.
        latent_dim: Shape of one sample's latents.
        metrics: What is measured, or a function that makes it.
        budget: What each run may spend.
        batch_size: Samples in one discriminator update.
        num_measurements: How often each run is measured.
    """

    build_networks: Callable[[], tuple[keras.Model, keras.Model]]
    samples: np.ndarray
    labels: np.ndarray | None
    reference: np.ndarray
    reference_labels: np.ndarray | None
    objectives: Mapping[str, Contestant]
    latent_dim: int | Sequence[int]
    metrics: Metrics | Callable[[], Metrics]
    budget: Budget
    batch_size: int
    num_measurements: int

    def make_gan(self, objective: str) -> GAN:
        """New GAN, compiled with an objective."""
        import cloudpickle

        gan = GAN(*self.build_networks(), latent_dim=self.latent_dim)
        # A copy, because optimizers belong to the networks that they are first used on.
        chosen = pickle.loads(cloudpickle.dumps(self.objectives[objective]))
        if callable(chosen):
            chosen = chosen()
        is_compilation = isinstance(chosen, Mapping) and "loss" in chosen
        gan.compile(**(chosen if is_compilation else {"loss": chosen}))
        return gan

    def make_metrics(self) -> list[DistributionMetric]:
        """The metrics, as objects."""
        given = self.metrics() if callable(self.metrics) else self.metrics
        return [metrics_module.get(metric) for metric in given]
