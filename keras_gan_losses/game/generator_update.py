"""One update of the generator."""

from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.game.game import Game, Part, Seen, penalty_means, reduced
from keras_gan_losses.game.inspection import advancing_layers
from keras_gan_losses.game.shared_fakes import SharedFakes
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.penalties.heads import joined
from keras_gan_losses.penalties.schedule import begun, weight_at
from keras_gan_losses.types import Condition, Gradient, Gradients, Scores, Size, Tensor


class GeneratorUpdate:
    """Computes the generator's gradients on fresh latents, and applies them.

    Args:
        game: Networks and rules.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._loss_function = game.rules.objective.generator_loss
        self._advancing_layers = advancing_layers(game.generator)

    def gradients(
        self, real: Tensor, condition: Condition | None, shared: SharedFakes | None = None
    ) -> Gradients:
        """Gradients of the loss on as many generated samples as there are real ones.

        They are fresh unless shared with the discriminator's update.
        """
        game = self._game
        if shared is None:
            self.begin()
            latents = game.draw_latents(ops.shape(real)[0])
            (_, auxiliary), gradients = backend.value_and_gradients(
                lambda: self.loss(game.batch(real, condition, latents=latents)),
                game.generator.trainable_variables,
                game.state(),
            )
        else:
            (_, auxiliary), (by_samples,) = backend.value_and_gradients(
                lambda fake: self.loss(shared.batch(game, real, condition, fake)),
                [],
                game.state(),
                [shared.samples],
            )
            gradients = self.gradients_through(shared, by_samples)
        self.take_in(*auxiliary, num_samples=ops.shape(real)[0])
        return gradients

    def gradients_through(self, shared: SharedFakes, by_samples: Gradient) -> Gradients:
        """Gradients by the weights, from those of the loss by shared samples."""
        return shared.generator_gradients(by_samples, self._objective_value(1.0))

    def begin(self) -> None:
        """Lets layers advance that do so once an update."""
        for layer in self._advancing_layers:
            layer.before_update()

    def apply(self, gradients: Gradients) -> None:
        """Moves the weights."""
        variables = self._game.generator.trainable_variables
        backend.apply(self._game.optimizer.generator_optimizer, gradients, variables)

    def loss(self, batch: AdversarialBatch) -> tuple[Tensor, Seen]:
        """What to differentiate, and what `take_in` takes.

        The generator's regularisation is in it where the batch makes its samples; that of shared
        samples has its own way back to the weights.
        """
        game = self._game
        uses_real_scores = self._loss_function.uses_real_scores
        real_heads = batch.real_heads if uses_real_scores else batch.fake_heads
        loss = reduced(self._loss_function, real_heads, batch.fake_heads)
        iteration = game.optimizer.generator_optimizer.iterations
        penalties = penalty_means(game.rules.generator_penalties, batch, iteration)
        added = [*penalties.values(), *batch.generator_regularization]
        total = sum(added, start=loss * self._weight(iteration))
        values = {"generator_loss": loss, **penalties}
        return self._objective_value(total), (values, joined(real_heads), batch.fake_scores)

    def _weight(self, iteration: Size) -> Tensor | float:
        """Factor of the adversarial loss."""
        rules = self._game.rules
        weight = weight_at(rules.adversarial_weight, iteration)
        if not rules.discriminator_start:
            return weight
        return weight * begun(rules.discriminator_start, self._game.optimizer.iterations)

    def _objective_value(self, total: Tensor | float) -> Tensor:
        return self._game.objective_value(total, self._game.optimizer.generator_optimizer)

    def take_in(
        self,
        values: dict[str, Tensor],
        real_scores: Scores,
        fake_scores: Scores,
        *,
        num_samples: Size,
    ) -> None:
        """Logs an update, and lets the loss and penalties with state see its scores."""
        self._game.trackers.update(values, num_samples)
        parts: list[Part] = [self._loss_function, *self._game.rules.generator_penalties]
        for part in parts:
            part.update_state(BatchScores(real_scores, fake_scores))
