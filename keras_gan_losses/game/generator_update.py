"""One update of the generator."""

from collections.abc import Callable, Sequence

from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.game.adaptive_weight import AdaptiveWeight
from keras_gan_losses.game.game import Game, Part, Seen, penalty_means, reduced
from keras_gan_losses.game.inspection import advancing_layers
from keras_gan_losses.game.shared_fakes import SharedFakes
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.penalties.heads import joined
from keras_gan_losses.penalties.schedule import begun, weight_at
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Condition, Gradient, Gradients, Samples, Scores, Size, Tensor


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
        self, real: Samples, condition: Condition | None, shared: SharedFakes | None = None
    ) -> Gradients:
        """Gradients of the loss on as many generated samples as there are real ones.

        They are fresh unless shared with the discriminator's update.
        """
        game = self._game
        if shared is None:
            self.begin()
            latents = game.draw_latents(num_rows(real))
            auxiliary, gradients = self._by_weights(
                lambda: game.batch(real, condition, latents=latents)
            )
        else:
            (_, auxiliary), by_leaves = backend.value_and_gradients(
                lambda *leaves: self.loss(shared.batch(game, real, condition, leaves)),
                [],
                game.state(),
                shared.leaves,
            )
            gradients = self.gradients_through(shared, by_leaves)
        self.take_in(*auxiliary, num_samples=num_rows(real))
        return gradients

    def _by_weights(self, make_batch: Callable[[], AdversarialBatch]) -> tuple[Seen, Gradients]:
        """What `take_in` takes, and the gradients where the update makes its own samples."""
        game, weight = self._game, self._game.rules.adversarial_weight
        of_game = (game.generator.trainable_variables, game.state())
        if not isinstance(weight, AdaptiveWeight):
            (_, auxiliary), gradients = backend.value_and_gradients(
                lambda: self.loss(make_batch()), *of_game
            )
            return auxiliary, gradients
        (_, auxiliary), pull = backend.vjp(lambda: self._apart(make_batch(), weight), *of_game)
        unit = ops.cast(self._objective_value(1.0), "float32")
        value = weight.value(pull, unit, game.generator) * self._is_begun
        auxiliary[0]["adversarial_weight"] = value
        return auxiliary, pull([value * unit, unit, unit])

    def _apart(self, batch: AdversarialBatch, weight: AdaptiveWeight) -> tuple[list[Tensor], Seen]:
        """The adversarial loss, the penalties that it is weighed by, and all else."""
        loss, penalties, auxiliary = self._terms(batch)
        compared = [penalties.pop(name) for name in weight.names]
        others = [*penalties.values(), *batch.generator_regularization]
        values = [loss, *(sum(each, start=ops.zeros(())) for each in (compared, others))]
        return values, auxiliary

    def gradients_through(self, shared: SharedFakes, by_leaves: Sequence[Gradient]) -> Gradients:
        """Gradients by the weights, from those of the loss by the leaves of shared samples."""
        return shared.generator_gradients(by_leaves, self._objective_value(1.0))

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
        loss, penalties, seen = self._terms(batch)
        weight = weight_at(self._game.rules.adversarial_weight, self._iteration) * self._is_begun
        added = [*penalties.values(), *batch.generator_regularization]
        return self._objective_value(sum(added, start=loss * weight)), seen

    def _terms(self, batch: AdversarialBatch) -> tuple[Tensor, dict[str, Tensor], Seen]:
        """The adversarial loss, penalties by name, and what `take_in` takes."""
        uses_real_scores = self._loss_function.uses_real_scores
        real_heads = batch.real_heads if uses_real_scores else batch.fake_heads
        loss = reduced(self._loss_function, real_heads, batch.fake_heads)
        penalties = penalty_means(self._game.rules.generator_penalties, batch, self._iteration)
        values = {"generator_loss": loss, **penalties}
        return loss, penalties, (values, joined(real_heads), batch.fake_scores)

    @property
    def _iteration(self) -> Size:
        return self._game.optimizer.generator_optimizer.iterations

    @property
    def _is_begun(self) -> Tensor | float:
        """1, or 0 before the round in which the adversarial loss begins to count."""
        start = self._game.rules.discriminator_start
        return begun(start, self._game.optimizer.iterations) if start else 1.0

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
