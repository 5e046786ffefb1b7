"""What both players' updates share: the networks, the rules, and what is logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import keras

from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.game.fake_pool import FakePool
from keras_gan_losses.game.generator_average import AveragedGenerator
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import Parts, flat
from keras_gan_losses.game.trackers import Trackers
from keras_gan_losses.game.two_player_optimizer import TwoPlayerOptimizer
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.penalties import AdversarialBatch, Penalty
from keras_gan_losses.penalties.heads import heads
from keras_gan_losses.trees import in_float32, outputs_by_name, sample_of
from keras_gan_losses.types import Condition, Latents, Samples, Scores, Size, Tensor

Part: TypeAlias = AdversarialLoss | Penalty
"""Of the game: what has state that takes in the scores of each update."""

Seen: TypeAlias = tuple[dict[str, Tensor], Scores, Scores]
"""Values of an update for the logs, and its scores of real and of generated samples."""


@dataclass(frozen=True, kw_only=True)
class Game:
    """Networks, rules, and sources of chance.

    Args:
        generator: Makes samples from latents and the condition, or from one of them.
        discriminator: Scores samples, or samples and their condition.
        specification: What passes between the two.
        rules: Losses, penalties and schedule.
        optimizer: Both players' optimizers.
        latent_sampler: Draws latents; None for a generator that takes none.
        seed_generator: Source of training's random numbers.
        trackers: Running means for the logs.
        average: Gives the average of the generator, where the GAN has one.
        fake_pool: What the discriminator sees instead of new samples; None for these.
        parts: All variables that training changes, by what has them.
    """

    generator: keras.Model
    discriminator: keras.Model
    specification: NetworkSpecification
    rules: Rules
    optimizer: TwoPlayerOptimizer
    latent_sampler: LatentSampler | None
    seed_generator: keras.random.SeedGenerator
    trackers: Trackers
    average: Callable[[], AveragedGenerator | None]
    fake_pool: FakePool | None
    parts: Callable[[], Parts]

    def state(self) -> list[keras.Variable]:
        """All variables that a differentiated function may read or change."""
        return flat(self.parts())

    def draw_latents(self, num_samples: Size) -> Latents | None:
        """Fresh latents: this replica's share of those of the global batch; None without any."""
        return draw_latents(self.latent_sampler, num_samples, self.seed_generator)

    def batch(
        self,
        real: Samples,
        condition: Condition | None,
        *,
        latents: Latents | None,
        fake: Samples | None = None,
        fake_condition: Condition | None = None,
    ) -> AdversarialBatch:
        """The samples of one update."""
        return AdversarialBatch(
            self.discriminator,
            real,
            fake,
            generator=self.generator,
            latents=latents,
            condition=self.specification.by_name(condition),
            fake_condition=self.specification.by_name(fake_condition),
            seed_generator=self.seed_generator,
            state=self.state(),
            generator_inputs=self.specification.generator_inputs,
            discriminator_inputs=self.specification.discriminator_inputs,
            augmentation=self.rules.augmentation,
        )

    def generate(
        self, latents: Latents | None, condition: Condition | None, *, training: bool
    ) -> Samples:
        """Samples of latents, float32; the averaged generator's where they are not trained on."""
        average = None if training else self.average()
        generator = self.generator if average is None else average.network
        inputs = self.specification.generator_inputs(latents, condition)
        return in_float32(sample_of(generator(inputs, training=training)))

    def score(self, samples: Samples, condition: Condition | None) -> list[Scores]:
        """Each head's scores of samples in inference mode, float32."""
        inputs = self.specification.discriminator_inputs(samples, condition)
        outputs = outputs_by_name(self.discriminator(inputs, training=False), "scores")
        return heads(in_float32(outputs["scores"]))

    def objective_value(
        self, total: Tensor | float, optimizer: keras.optimizers.Optimizer
    ) -> Tensor:
        """What to differentiate: this replica's share, so that gradients sum to the mean's."""
        return optimizer.scale_loss(total / backend.num_replicas())


def penalty_means(
    penalties: Sequence[Penalty], batch: AdversarialBatch, iteration: Size
) -> dict[str, Tensor]:
    """What penalties add to the loss of an update, by name."""
    return {penalty.name: penalty.mean(batch, iteration) for penalty in penalties}


def reduced(
    loss: AdversarialLoss, real_scores: Sequence[Scores], fake_scores: Sequence[Scores]
) -> Tensor:
    """A loss of own scores, unscaled; the mean over all replicas is that of the global batch.

    Args:
        loss: Of both kinds of scores.
        real_scores: Those of each head, over which the loss is summed.
        fake_scores: Likewise.
    """
    first, *others = (loss(*pair) for pair in zip(real_scores, fake_scores, strict=True))
    value = sum(others, start=first)
    return backend.unscaled_loss(value, is_sum=loss.reduction == "sum")


def draw_latents(
    sampler: LatentSampler | None, num_samples: Size, seed_generator: keras.random.SeedGenerator
) -> Latents | None:
    """Latents for own rows, as one device would draw them for the global batch.

    None for a generator that takes none.
    """
    if sampler is None:
        return None
    drawn = sampler(num_samples * backend.num_replicas(), seed_generator)
    return keras.tree.map_structure(global_batch.own_rows, drawn)
