"""What both players' updates share: the networks, the rules, and what is logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import keras
from keras import ops

from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.game.generator_average import AveragedGenerator
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import Parts, flat
from keras_gan_losses.game.trackers import Trackers
from keras_gan_losses.game.two_player_optimizer import TwoPlayerOptimizer
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.penalties import AdversarialBatch, Penalty
from keras_gan_losses.types import Labels, Scores, Size, Tensor

Part: TypeAlias = AdversarialLoss | Penalty
"""Of the game: what has state that takes in the scores of each update."""

Seen: TypeAlias = tuple[dict[str, Tensor], Scores, Scores]
"""Values of an update for the logs, and its scores of real and of generated samples."""


@dataclass(frozen=True, kw_only=True)
class Game:
    """Networks, rules, and sources of chance.

    Args:
        generator: Makes samples from latents, or from latents and labels.
        discriminator: Scores samples, or samples and labels.
        specification: What passes between the two.
        rules: Losses, penalties and schedule.
        optimizer: Both players' optimizers.
        latent_sampler: Draws latents.
        seed_generator: Source of training's random numbers.
        trackers: Running means for the logs.
        average: Gives the average of the generator, where the GAN has one.
        parts: All variables that training changes, by what has them.
    """

    generator: keras.Model
    discriminator: keras.Model
    specification: NetworkSpecification
    rules: Rules
    optimizer: TwoPlayerOptimizer
    latent_sampler: LatentSampler
    seed_generator: keras.random.SeedGenerator
    trackers: Trackers
    average: Callable[[], AveragedGenerator | None]
    parts: Callable[[], Parts]

    def state(self) -> list[keras.Variable]:
        """All variables that a differentiated function may read or change."""
        return flat(self.parts())

    def draw_latents(self, num_samples: Size) -> Tensor:
        """Fresh latents: this replica's share of those of the global batch."""
        return draw_latents(self.latent_sampler, num_samples, self.seed_generator)

    def batch(
        self, real: Tensor, labels: Labels | None, *, latents: Tensor, fake: Tensor | None = None
    ) -> AdversarialBatch:
        """The samples of one update."""
        return AdversarialBatch(
            self.discriminator,
            real,
            fake,
            generator=self.generator,
            latents=latents,
            labels=labels,
            seed_generator=self.seed_generator,
            state=self.state(),
            is_discriminator_conditional=self.specification.is_discriminator_conditional,
        )

    def generate(self, latents: Tensor, labels: Labels | None, *, training: bool) -> Tensor:
        """Samples of latents, float32; the averaged generator's where they are not trained on."""
        average = None if training else self.average()
        generator = self.generator if average is None else average.network
        inputs = latents if labels is None else [latents, labels]
        return ops.cast(generator(inputs, training=training), "float32")

    def score(self, samples: Tensor, labels: Labels | None) -> Scores:
        """Scores of samples in inference mode, float32."""
        takes_labels = self.specification.is_discriminator_conditional
        inputs = [samples, labels] if takes_labels else samples
        outputs = self.discriminator(inputs, training=False)
        return ops.cast(outputs["scores"] if isinstance(outputs, dict) else outputs, "float32")

    def total(
        self,
        value: Tensor | float,
        network: keras.Model | None,
        penalties: Sequence[Penalty],
        batch: AdversarialBatch,
        iteration: Size,
    ) -> tuple[Tensor | float, dict[str, Tensor]]:
        """Loss with penalties and a network's regularisation added, and the penalties by name."""
        means = {penalty.name: penalty.mean(batch, iteration) for penalty in penalties}
        regularization = [] if network is None else network.losses
        return sum([*means.values(), *regularization], start=value), means

    def objective_value(
        self, total: Tensor | float, optimizer: keras.optimizers.Optimizer
    ) -> Tensor:
        """What to differentiate: this replica's share, so that gradients sum to the mean's."""
        return optimizer.scale_loss(total / backend.num_replicas())


def reduced(loss: AdversarialLoss, real_scores: Scores, fake_scores: Scores) -> Tensor:
    """A loss of own scores, unscaled; the mean over all replicas is that of the global batch."""
    value = loss(real_scores, fake_scores)
    return backend.unscaled_loss(value, is_sum=loss.reduction == "sum")


def draw_latents(
    sampler: LatentSampler, num_samples: Size, seed_generator: keras.random.SeedGenerator
) -> Tensor:
    """Latents for own rows, as one device would draw them for the global batch."""
    return global_batch.own_rows(sampler(num_samples * backend.num_replicas(), seed_generator))
