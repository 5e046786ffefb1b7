"""What `compile` makes, as one record: there is all of it, or none."""

from dataclasses import dataclass
from typing import Self

from keras_gan_losses.game.fake_pool import FakePool
from keras_gan_losses.game.game import Game
from keras_gan_losses.game.penalty_checks import check_gradients
from keras_gan_losses.game.placement import check_rules
from keras_gan_losses.game.round import AdversarialStep
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import Parts
from keras_gan_losses.models.measurement import Measurement, check_leaves, check_metric_names
from keras_gan_losses.models.replicas import data_of_all
from keras_gan_losses.models.sampling import SamplingModel


@dataclass(frozen=True)
class Play:
    """A compiled game.

    Attributes:
        rules: What `compile` was told.
        step: Plays rounds by them.
        measurement: Computes the metrics that they name.
    """

    rules: Rules
    step: AdversarialStep
    measurement: Measurement

    @classmethod
    def of(cls, gan: SamplingModel, rules: Rules) -> Self:
        """The play of a GAN's networks by these rules; the GAN is not changed.

        Raises:
            ValueError: If they do not fit the networks or the devices.
        """
        check_rules(gan, rules)
        rules.check(gan.generator, gan.discriminator, gan.specification)
        check_gradients(
            rules.objective,
            rules.all_penalties,
            gan.generator,
            gan.discriminator,
            gan.specification,
            gan.seed_generator,
        )
        trackers = rules.trackers()
        check_metric_names(rules.metrics, trackers.names)
        check_leaves(rules.metrics, gan.specification.sample_shape)
        game = Game(
            generator=gan.generator,
            discriminator=gan.discriminator,
            specification=gan.specification,
            rules=rules,
            optimizer=rules.two_player_optimizer(gan.generator, gan.discriminator),
            latent_sampler=gan.latent_sampler,
            seed_generator=gan.seed_generator,
            trackers=trackers,
            average=lambda: gan.generator_average,
            fake_pool=FakePool.of(rules.fake_pool, gan.specification),
            parts=gan.state_parts,
        )
        step = AdversarialStep(game, gan.evaluation_seed_generator)
        measurement = Measurement(
            rules.metrics, gan.evaluation_samples, lambda data: data_of_all(gan, data)
        )
        return cls(rules, step, measurement)

    @property
    def parts(self) -> Parts:
        """What is saved of it, by what has it."""
        pool = self.step.game.fake_pool
        return {**self.rules.parts, "fake_pool": [] if pool is None else pool.variables}
