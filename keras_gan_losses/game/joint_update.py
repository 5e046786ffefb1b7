"""Both players' gradients at one point, of the same samples."""

from collections.abc import Sequence

from keras_gan_losses.backend import backend
from keras_gan_losses.game.discriminator_update import DiscriminatorUpdate
from keras_gan_losses.game.game import Game, Seen
from keras_gan_losses.game.generator_update import GeneratorUpdate
from keras_gan_losses.game.shared_fakes import SharedFakes
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Condition, Samples, Tensor


class JointUpdate:
    """Scores the samples once for both players, where neither moves before the other.

    Args:
        game: Networks and rules.
        discriminator: Has the discriminator's loss.
        generator: Has the generator's.
    """

    def __init__(
        self, game: Game, discriminator: DiscriminatorUpdate, generator: GeneratorUpdate
    ) -> None:
        self._game = game
        self._discriminator = discriminator
        self._generator = generator

    def apply(self, real: Samples, condition: Condition | None) -> None:
        """Moves both players."""
        game, num_samples = self._game, num_rows(real)
        self._generator.begin()
        shared = SharedFakes.make(game, real, condition)
        self._discriminator.begin()

        def losses(leaves: Sequence[Tensor]) -> tuple[Tensor, tuple[Tensor, Seen, Seen]]:
            batch = shared.batch(game, real, condition, leaves)
            discriminator_loss, of_discriminator = self._discriminator.loss(batch)
            generator_loss, of_generator = self._generator.loss(batch)
            return generator_loss, (discriminator_loss, of_discriminator, of_generator)

        def discriminator_loss() -> tuple[Tensor, tuple[Sequence[Tensor], Seen, Seen]]:
            # The generator's gradient ends at the samples, so that one pass serves both.
            (_, (loss, by_discriminator, by_generator)), by_leaves = backend.input_gradient(
                losses, shared.leaves, game.state()
            )
            return loss, (by_leaves, by_discriminator, by_generator)

        (_, (by_leaves, of_discriminator, of_generator)), gradients = backend.value_and_gradients(
            discriminator_loss, game.discriminator.trainable_variables, game.state()
        )
        self._discriminator.take_in(*of_discriminator, num_samples=num_samples)
        self._generator.take_in(*of_generator, num_samples=num_samples)
        generator_gradients = self._generator.gradients_through(shared, by_leaves)
        self._discriminator.apply(gradients)
        self._generator.apply(generator_gradients)
