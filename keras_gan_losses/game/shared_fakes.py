"""Generated samples from which both players of a round learn."""

from dataclasses import dataclass

from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.contract import Pull
from keras_gan_losses.game.game import Game
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.types import Condition, Gradient, Gradients, Tensor


@dataclass(frozen=True)
class SharedFakes:
    """What the generator made, and the way back from it to the generator's weights.

    Args:
        latents: What the samples were made from.
        samples: Generated samples, outside of any differentiation.
        pull: Takes the gradients by the samples and by the generator's regularisation, and gives
            those by its weights.
    """

    latents: Tensor | None
    samples: Tensor
    pull: Pull

    @classmethod
    def make(cls, game: Game, real: Tensor, condition: Condition | None) -> "SharedFakes":
        """As many generated samples as there are real ones."""
        latents = game.draw_latents(ops.shape(real)[0])

        def generate() -> tuple[tuple[Tensor, Tensor], None]:
            samples = game.generate(latents, condition, training=True)
            return (samples, ops.cast(sum(game.generator.losses), "float32")), None

        (values, _), pull = backend.vjp(generate, game.generator.trainable_variables, game.state())
        return cls(latents, values[0], pull)

    def batch(
        self, game: Game, real: Tensor, condition: Condition | None, samples: Tensor
    ) -> AdversarialBatch:
        """The samples of an update, with the shared ones as what is differentiated by."""
        return game.batch(real, condition, latents=self.latents, fake=samples)

    def generator_gradients(self, by_samples: Gradient, by_regularization: Tensor) -> Gradients:
        """Gradients of the generator's loss by its weights, from those by what it made."""
        # None would count as ones, or be refused.
        known = ops.zeros_like(self.samples) if by_samples is None else by_samples
        return self.pull([known, ops.cast(by_regularization, "float32")])
