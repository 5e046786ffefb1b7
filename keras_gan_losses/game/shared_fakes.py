"""Generated samples from which both players of a round learn."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.contract import Pull
from keras_gan_losses.game.game import Game
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Condition, Gradient, Gradients, Latents, Samples, Tensor


@dataclass(frozen=True)
class SharedFakes:
    """What the generator made, and the way back from it to the generator's weights.

    Args:
        latents: What the samples were made from.
        samples: Generated samples, outside of any differentiation.
        pull: Takes the gradients by each leaf of the samples and by the generator's
            regularisation, and gives those by its weights.
    """

    latents: Latents | None
    samples: Samples
    pull: Pull

    @classmethod
    def make(cls, game: Game, real: Samples, condition: Condition | None) -> "SharedFakes":
        """As many generated samples as there are real ones."""
        latents = game.draw_latents(num_rows(real))

        def generate() -> tuple[tuple[Tensor, ...], None]:
            leaves = keras.tree.flatten(game.generate(latents, condition, training=True))
            return (*leaves, ops.cast(sum(game.generator.losses), "float32")), None

        (values, _), pull = backend.vjp(generate, game.generator.trainable_variables, game.state())
        return cls(latents, keras.tree.pack_sequence_as(real, values[:-1]), pull)

    @property
    def leaves(self) -> list[Tensor]:
        """Those of the samples."""
        return keras.tree.flatten(self.samples)

    def batch(
        self, game: Game, real: Samples, condition: Condition | None, leaves: Sequence[Tensor]
    ) -> AdversarialBatch:
        """The samples of an update, with the leaves of the shared ones differentiated by."""
        fake = keras.tree.pack_sequence_as(self.samples, leaves)
        return game.batch(real, condition, latents=self.latents, fake=fake)

    def generator_gradients(
        self, by_leaves: Sequence[Gradient], by_regularization: Tensor
    ) -> Gradients:
        """Gradients of the generator's loss by its weights, from those by what it made."""
        # None would count as ones, or be refused.
        known = [
            ops.zeros_like(leaf) if gradient is None else gradient
            for leaf, gradient in zip(self.leaves, by_leaves, strict=True)
        ]
        return self.pull([*known, ops.cast(by_regularization, "float32")])
