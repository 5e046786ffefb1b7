"""One update of the generator."""

from typing import Any

from keras import ops

from keras_gan_losses import backend
from keras_gan_losses.models.game import Game, reduced, update_states
from keras_gan_losses.models.shared_fakes import SharedFakes


class GeneratorUpdate:
    """Computes the generator's gradients on fresh latents, and applies them.

    Args:
        game: Networks and rules.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._loss_function = game.compilation.objective.generator_loss

    def gradients(self, real: Any, labels: Any, shared: SharedFakes | None = None) -> list[Any]:
        """Gradients of the loss on as many generated samples as there are real ones.

        They are fresh unless shared with the discriminator's update.
        """
        game = self._game
        if shared is None:
            latents = game.draw_latents(ops.shape(real)[0])
            (_, auxiliary), gradients = backend.value_and_gradients(
                lambda: self._loss(real, labels, latents),
                game.generator.trainable_variables,
                game.state(),
            )
        else:
            (_, auxiliary), (by_samples,) = backend.value_and_gradients(
                lambda fake: self._loss(real, labels, shared.latents, fake),
                [],
                game.state(),
                [shared.samples],
            )
            by_regularization = self._objective_value(1.0)
            gradients = shared.generator_gradients(by_samples, by_regularization)
        self._take_in(*auxiliary, num_samples=ops.shape(real)[0])
        return gradients

    def apply(self, gradients: list[Any]) -> None:
        """Moves the weights."""
        variables = self._game.generator.trainable_variables
        backend.apply(self._game.optimizer.generator_optimizer, gradients, variables)

    def _loss(
        self, real: Any, labels: Any, latents: Any, fake: Any = None
    ) -> tuple[Any, tuple[Any, ...]]:
        game = self._game
        batch = game.batch(real, labels, latents=latents, fake=fake)
        uses_real_scores = getattr(self._loss_function, "uses_real_scores", True)
        real_scores = batch.real_scores if uses_real_scores else batch.fake_scores
        loss = reduced(self._loss_function, real_scores, batch.fake_scores)
        total, penalties = game.total(
            loss,
            # The regularisation of shared samples has its own way back to the weights.
            game.generator if fake is None else None,
            game.compilation.generator_penalties,
            batch,
            game.optimizer.generator_optimizer.iterations,
        )
        values = {"generator_loss": loss, **penalties}
        return self._objective_value(total), (values, real_scores, batch.fake_scores)

    def _objective_value(self, total: Any) -> Any:
        return self._game.objective_value(total, self._game.optimizer.generator_optimizer)

    def _take_in(
        self, values: dict[str, Any], real_scores: Any, fake_scores: Any, *, num_samples: Any
    ) -> None:
        self._game.trackers.update(values, num_samples)
        parts = (self._loss_function, *self._game.compilation.generator_penalties)
        update_states(parts, real_scores, fake_scores)
