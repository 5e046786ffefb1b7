"""One update of the discriminator."""

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.game.game import Game, Part, Seen, penalty_means, reduced
from keras_gan_losses.game.inspection import advancing_layers
from keras_gan_losses.game.shared_fakes import SharedFakes
from keras_gan_losses.game.trackers import score_summary
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.penalties.schedule import begun
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Condition, Gradients, Latents, Samples, Scores, Size, Tensor


class DiscriminatorUpdate:
    """Computes the discriminator's gradients on a batch, and applies them.

    Args:
        game: Networks and rules.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._objective = game.rules.objective
        self._advancing_layers = advancing_layers(game.discriminator)

    def gradients(
        self, real: Samples, condition: Condition | None, shared: SharedFakes | None = None
    ) -> Gradients:
        """Gradients of the loss on real samples and generated ones, fresh unless shared."""
        game = self._game
        self.begin()
        latents, fake, fake_condition = self._fakes(num_rows(real), condition, shared)
        (_, auxiliary), gradients = backend.value_and_gradients(
            lambda: self.loss(
                game.batch(
                    real, condition, latents=latents, fake=fake, fake_condition=fake_condition
                )
            ),
            game.discriminator.trainable_variables,
            game.state(),
        )
        self.take_in(*auxiliary, num_samples=num_rows(real))
        return gradients

    def _fakes(
        self, num_real: Size, condition: Condition | None, shared: SharedFakes | None
    ) -> tuple[Latents | None, Samples, Condition | None]:
        """Latents, generated samples, and their condition; of past samples no latents are known."""
        game = self._game
        if shared is None:
            condition = _repeated(condition, game.rules.fakes_per_real)
            latents = game.draw_latents(num_real * game.rules.fakes_per_real)
            with backend.no_gradients():
                fake = game.generate(latents, condition, training=True)
        else:
            latents, fake = shared.latents, shared.samples
        if game.fake_pool is None:
            return latents, fake, condition
        return None, *game.fake_pool.exchange(fake, condition, game.seed_generator)

    def begin(self) -> None:
        """Lets layers advance that do so once an update."""
        for layer in self._advancing_layers:
            layer.before_update()

    def apply(self, gradients: Gradients) -> None:
        """Moves the weights, and constrains them if the objective says so."""
        variables = self._game.discriminator.trainable_variables
        backend.apply(self._game.optimizer.discriminator_optimizer, gradients, variables)
        constraint = self._objective.discriminator_constraint
        for variable in variables if constraint else ():
            variable.assign(constraint(variable))

    def loss(self, batch: AdversarialBatch) -> tuple[Tensor, Seen]:
        """What to differentiate, and what `take_in` takes."""
        game = self._game
        optimizer = game.optimizer.discriminator_optimizer
        # Penalties first: the scores they compute on the way serve the loss.
        penalties = penalty_means(game.rules.discriminator_penalties, batch, optimizer.iterations)
        loss = reduced(self._objective.discriminator_loss, batch.real_heads, batch.fake_heads)
        added = [*penalties.values(), *batch.discriminator_regularization]
        total = sum(added, start=0.0) + loss
        values = {"loss": total, "discriminator_loss": loss, **penalties}
        scores = (batch.real_scores, batch.fake_scores)
        if game.rules.discriminator_start:
            total = total * begun(game.rules.discriminator_start, game.optimizer.iterations)
        return game.objective_value(total, optimizer), (values, *scores)

    def take_in(
        self,
        values: dict[str, Tensor],
        real_scores: Scores,
        fake_scores: Scores,
        *,
        num_samples: Size,
    ) -> None:
        """Logs an update, and lets losses and penalties with state see its scores."""
        rules = self._game.rules
        augmented = {} if rules.augmentation is None else rules.augmentation.measures()
        summary = score_summary(
            real_scores,
            fake_scores,
            scores_are_energies=rules.scores_are_energies,
        )
        measures = rules.measures(real_scores, fake_scores)
        self._game.trackers.update({**values, **summary, **measures, **augmented}, num_samples)
        parts: list[Part] = [self._objective.discriminator_loss, *rules.discriminator_penalties]
        for part in parts:
            part.update_state(BatchScores(real_scores, fake_scores))
        if rules.augmentation is not None:
            sign = -1.0 if rules.scores_are_energies else 1.0
            rules.augmentation.update_state(BatchScores(sign * real_scores, sign * fake_scores))


def _repeated(condition: Condition | None, number: int) -> Condition | None:
    """The condition with each row so many times, for neighbouring samples."""
    if condition is None or number == 1:
        return condition
    return keras.tree.map_structure(lambda rows: ops.repeat(rows, number, axis=0), condition)
