"""One update of the generator."""

from typing import Any

from keras import ops

from keras_gan_losses import backend
from keras_gan_losses.models.game import Game, reduced, update_states


class GeneratorUpdate:
    """Computes the generator's gradients on fresh latents, and applies them.

    Args:
        game: Networks and rules.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._loss_function = game.compilation.objective.generator_loss

    def gradients(self, real: Any, labels: Any) -> list[Any]:
        """Gradients of the loss on as many generated samples as there are real ones."""
        game = self._game
        num_samples = ops.shape(real)[0]
        latents = game.draw_latents(num_samples)
        (_, auxiliary), gradients = backend.value_and_gradients(
            lambda: self._loss(real, latents, labels),
            game.generator.trainable_variables,
            game.state(),
        )
        values, real_scores, fake_scores = auxiliary
        game.trackers.update(values, num_samples)
        parts = (self._loss_function, *game.compilation.generator_penalties)
        update_states(parts, real_scores, fake_scores)
        return gradients

    def apply(self, gradients: list[Any]) -> None:
        """Moves the weights."""
        variables = self._game.generator.trainable_variables
        backend.apply(self._game.optimizer.generator_optimizer, gradients, variables)

    def _loss(self, real: Any, latents: Any, labels: Any) -> tuple[Any, tuple[Any, ...]]:
        game = self._game
        optimizer = game.optimizer.generator_optimizer
        batch = game.batch(real, labels, latents=latents)
        uses_real_scores = getattr(self._loss_function, "uses_real_scores", True)
        real_scores = batch.real_scores if uses_real_scores else batch.fake_scores
        loss = reduced(self._loss_function, real_scores, batch.fake_scores)
        total, penalties = game.total(
            loss,
            game.generator,
            game.compilation.generator_penalties,
            batch,
            optimizer.iterations,
        )
        values = {"generator_loss": loss, **penalties}
        auxiliary = (values, real_scores, batch.fake_scores)
        return game.objective_value(total, optimizer), auxiliary
