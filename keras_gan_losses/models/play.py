"""What `compile` makes, as one record: there is all of it, or none."""

from dataclasses import dataclass

from keras_gan_losses.game.round import AdversarialStep
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import Parts
from keras_gan_losses.models.measurement import Measurement


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

    @property
    def parts(self) -> Parts:
        """What is saved of it, by what has it."""
        pool = self.step.game.fake_pool
        return {**self.rules.parts, "fake_pool": [] if pool is None else pool.variables}
