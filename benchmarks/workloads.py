"""The games that are measured."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from keras_gan_losses import architectures

LATENT_DIM = 64


@dataclass(frozen=True)
class Workload:
    """A game to measure.

    Args:
        name: What it is called in tables.
        build: Makes the generator and the discriminator.
        data_shape: Shape of one sample.
        loss: Name of the objective.
        batch_size: Samples that one update of the discriminator sees.
        discriminator_steps: Updates of the discriminator in a round.
        num_rounds: Rounds in one measurement, enough for the beginning of `fit` not to count.
        rounds_per_call: Rounds in one call, for the ways that join some; the smaller the
            networks, the more.
    """

    name: str
    build: Callable[[], tuple[keras.Model, keras.Model]]
    data_shape: tuple[int, ...]
    loss: str
    batch_size: int
    discriminator_steps: int
    num_rounds: int
    rounds_per_call: int = 16

    def data(self) -> np.ndarray:
        """Samples of one measurement, each seen once; what they show does not matter for speed."""
        size = self.batch_size * self.discriminator_steps * self.num_rounds
        return np.random.default_rng(0).uniform(-1, 1, (size, *self.data_shape)).astype("float32")


def _mlp() -> tuple[keras.Model, keras.Model]:
    return architectures.mlp((2,), LATENT_DIM)


def _dcgan() -> tuple[keras.Model, keras.Model]:
    return architectures.dcgan((28, 28, 1), LATENT_DIM)


def _resnet() -> tuple[keras.Model, keras.Model]:
    return architectures.resnet((32, 32, 3), LATENT_DIM, width=32)


_GREY, _COLOUR = (28, 28, 1), (32, 32, 3)
WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("ring MLP", _mlp, (2,), "non_saturating", 256, 1, 1024, 64),
        Workload("DCGAN 28×28", _dcgan, _GREY, "non_saturating", 64, 1, 96),
        Workload("DCGAN 28×28, WGAN-GP", _dcgan, _GREY, "wgan_gp", 64, 1, 48),
        Workload("DCGAN 28×28, WGAN-GP, 5 D steps", _dcgan, _GREY, "wgan_gp", 64, 5, 16),
        Workload("DCGAN 28×28, R3GAN", _dcgan, _GREY, "r3gan", 64, 1, 48),
        Workload("ResNet 32×32×3, hinge", _resnet, _COLOUR, "hinge", 32, 1, 32),
    )
}
