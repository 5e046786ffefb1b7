"""One round of the game, written once for all backends."""

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.game.discriminator_update import DiscriminatorUpdate
from keras_gan_losses.game.game import Game, draw_latents, reduced
from keras_gan_losses.game.generator_update import GeneratorUpdate
from keras_gan_losses.game.joint_update import JointUpdate
from keras_gan_losses.game.network_inputs import tensors_of
from keras_gan_losses.game.shared_fakes import SharedFakes
from keras_gan_losses.game.trackers import score_summary
from keras_gan_losses.game.trained_variables import TrainedVariables, averaged_over_replicas
from keras_gan_losses.penalties.heads import joined
from keras_gan_losses.trees import in_float32, in_one_form, num_rows
from keras_gan_losses.types import Batch, Condition, Samples, Tensor


class AdversarialStep:
    """Plays a round: some updates of the discriminator on fresh batches, then the generator's.

    Args:
        game: Networks and rules.
        evaluation_seed_generator: Source of evaluation's random numbers.
    """

    def __init__(self, game: Game, evaluation_seed_generator: keras.random.SeedGenerator) -> None:
        self.game = game
        self._evaluation_seed_generator = evaluation_seed_generator
        self._discriminator = DiscriminatorUpdate(game)
        self._generator = GeneratorUpdate(game)
        self._joint = JointUpdate(game, self._discriminator, self._generator)
        networks = (game.generator, game.discriminator)
        self.check_unchanged = TrainedVariables(networks).check_unchanged
        self._averaged = averaged_over_replicas(networks)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Running means behind the logs."""
        return self.game.trackers.metrics

    def play_round(self, data: Batch) -> dict[str, Tensor]:
        """Trains both players on one round's data, and gives the epoch's means so far."""
        *earlier, last = split_batch(data, self.game.rules.discriminator_steps)
        for batch in earlier:
            self._discriminator.apply(self._discriminator.gradients(*batch))
        self._play_last(*last)
        backend.average_over_replicas(self._averaged)
        average = self.game.average()
        if average is not None:
            average.update(self.game.generator, num_rows(data))
        self.game.optimizer.iterations.assign_add(1)
        return self.game.trackers.results()

    def _play_last(self, real: Samples, condition: Condition | None) -> None:
        """The discriminator's last update, and the generator's."""
        rules = self.game.rules
        sees_the_same = rules.reuses_fakes and self.game.fake_pool is None
        if rules.updates_simultaneously and sees_the_same:
            self._joint.apply(real, condition)
            return
        shared = None
        if rules.reuses_fakes:
            self._generator.begin()
            shared = SharedFakes.make(self.game, real, condition)
        gradients = self._discriminator.gradients(real, condition, shared)
        if rules.updates_simultaneously:
            generator_gradients = self._generator.gradients(real, condition, shared)
            self._discriminator.apply(gradients)
            self._generator.apply(generator_gradients)
            return
        self._discriminator.apply(gradients)
        for _ in range(rules.generator_steps):
            self._generator.apply(self._generator.gradients(real, condition, shared))

    def evaluate(self, data: Batch) -> dict[str, Tensor]:
        """Both players' losses on one batch in inference mode; penalties are left out."""
        ((real, condition),) = split_batch(data, 1)
        game, objective = self.game, self.game.rules.objective
        num_samples = num_rows(real)
        latents = draw_latents(game.latent_sampler, num_samples, self._evaluation_seed_generator)
        fake = game.generate(latents, condition, training=False)
        both = [game.score(samples, condition) for samples in (real, fake)]
        discriminator_loss = reduced(objective.discriminator_loss, *both)
        real_scores, fake_scores = map(joined, both)
        values = {
            "loss": discriminator_loss,
            "generator_loss": reduced(objective.generator_loss, *both),
            "discriminator_loss": discriminator_loss,
            **score_summary(
                real_scores,
                fake_scores,
                scores_are_energies=game.rules.scores_are_energies,
            ),
            **game.rules.measures(real_scores, fake_scores),
        }
        game.trackers.update(values, num_samples)
        return backend.share_logs(game.trackers.results(values))


def split_batch(data: Batch, num_parts: int) -> list[tuple[Samples, Condition | None]]:
    """Disjoint parts `(samples, condition)` of a batch, their sizes alike to one sample a device.

    Args:
        data: A batch as Keras hands it to `train_step`.
        num_parts: How many; the batch has at least as many samples.
    """
    samples, condition, _ = keras.utils.unpack_x_y_sample_weight(data)
    # On JAX an eager step is handed arrays of NumPy, which layers do not take beside tensors.
    whole = (in_float32(in_one_form(samples)), tensors_of(condition))
    if num_parts == 1:
        return [whole]
    leaves = [
        [None] * num_parts if leaf is None else backend.split_rows(leaf, num_parts)
        for leaf in keras.tree.flatten(whole)
    ]
    return [keras.tree.pack_sequence_as(whole, rows) for rows in zip(*leaves, strict=True)]
