"""One round of the game, written once for all backends."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import ops

from keras_gan_losses import backend
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.models.compilation import Compilation
from keras_gan_losses.models.networks import all_layers
from keras_gan_losses.models.trackers import Trackers, score_summary
from keras_gan_losses.models.two_player_optimizer import TwoPlayerOptimizer
from keras_gan_losses.penalties import AdversarialBatch


@dataclass(kw_only=True)
class AdversarialStep:
    """Plays a round: some updates of the discriminator on fresh batches, one of the generator.

    Args:
        generator: Makes samples from latents, or from latents and labels.
        discriminator: Scores samples, or samples and labels.
        compilation: Losses, penalties and schedule.
        optimizer: Both players' optimizers.
        latent_sampler: Draws latents.
        seed_generator: Source of training's random numbers.
        evaluation_seed_generator: Source of evaluation's random numbers.
        trackers: Running means for the logs.
        state: All variables that a differentiated function may read or change.
    """

    generator: keras.Model
    discriminator: keras.Model
    compilation: Compilation
    optimizer: TwoPlayerOptimizer
    latent_sampler: LatentSampler
    seed_generator: keras.random.SeedGenerator
    evaluation_seed_generator: keras.random.SeedGenerator
    trackers: Trackers
    state: Callable[[], list[keras.Variable]]
    _advancing_layers: list[Any] = field(init=False)
    _trained: list[set[int]] = field(init=False)

    def __post_init__(self) -> None:
        """Finds what is the same in each round."""
        self._advancing_layers = [
            layer for layer in all_layers(self.discriminator) if hasattr(layer, "before_update")
        ]
        self._trained = self._trainable()

    def check_unchanged(self) -> None:
        """Raises if layers were frozen or thawed since `compile`.

        Raises:
            ValueError: If the variables to train are not those that the optimizers know.
        """
        if self._trainable() != self._trained:
            raise ValueError(
                "The networks' trainable variables have changed since `compile`, and the "
                "optimizers do not know them. Call `compile` again."
            )

    def play_round(self, data: Any) -> dict[str, Any]:
        """Trains both players on one round's data, and gives the epoch's means so far."""
        compilation = self.compilation
        *earlier, last = split_batch(data, compilation.discriminator_steps)
        for real, labels in earlier:
            self._update_discriminator(self._discriminator_gradients(real, labels))
        discriminator_gradients = self._discriminator_gradients(*last)
        if not compilation.updates_simultaneously:
            self._update_discriminator(discriminator_gradients)
        generator_gradients = self._generator_gradients(*last)
        if compilation.updates_simultaneously:
            self._update_discriminator(discriminator_gradients)
        self._update_generator(generator_gradients)
        self.optimizer.iterations.assign_add(1)
        return self.trackers.results()

    def evaluate(self, data: Any) -> dict[str, Any]:
        """Both players' losses on one batch in inference mode; penalties are left out."""
        ((real, labels),) = split_batch(data, 1)
        num_samples = ops.shape(real)[0]
        latents = self.latent_sampler(num_samples, self.evaluation_seed_generator)
        fake = self._generate(latents, labels, training=False)
        real_scores, fake_scores = (
            ops.cast(self.discriminator(_inputs(samples, labels), training=False), "float32")
            for samples in (real, fake)
        )
        discriminator_loss = self.compilation.objective.discriminator_loss(real_scores, fake_scores)
        values = {
            "loss": discriminator_loss,
            "generator_loss": self.compilation.objective.generator_loss(real_scores, fake_scores),
            "discriminator_loss": discriminator_loss,
            **score_summary(real_scores, fake_scores),
        }
        self.trackers.update(values, num_samples)
        return self.trackers.results(values)

    def _discriminator_gradients(self, real: Any, labels: Any) -> list[Any]:
        for layer in self._advancing_layers:
            layer.before_update()
        num_samples = ops.shape(real)[0]
        latents = self.latent_sampler(num_samples, self.seed_generator)
        with backend.no_gradients():
            fake = self._generate(latents, labels, training=True)

        def loss() -> tuple[Any, dict[str, Any]]:
            batch = self._batch(real, fake, labels)
            # Penalties first: the scores they compute on the way serve the loss.
            penalties = {
                penalty.name: ops.mean(penalty(batch)) for penalty in self.compilation.penalties
            }
            value = self.compilation.objective.discriminator_loss(
                batch.real_scores, batch.fake_scores
            )
            total = value + sum(map(backend.replica_scale, penalties.values()))
            total = total + sum(map(backend.replica_scale, self.discriminator.losses))
            values = {
                "loss": total,
                "discriminator_loss": value,
                **penalties,
                **score_summary(batch.real_scores, batch.fake_scores),
            }
            return self.optimizer.discriminator_optimizer.scale_loss(total), values

        (_, values), gradients = backend.value_and_gradients(
            loss, self.discriminator.trainable_variables, self.state()
        )
        self.trackers.update(values, num_samples)
        return gradients

    def _generator_gradients(self, real: Any, labels: Any) -> list[Any]:
        num_samples = ops.shape(real)[0]
        latents = self.latent_sampler(num_samples, self.seed_generator)
        objective_loss = self.compilation.objective.generator_loss

        def loss() -> tuple[Any, dict[str, Any]]:
            batch = self._batch(real, self._generate(latents, labels, training=True), labels)
            uses_real_scores = getattr(objective_loss, "uses_real_scores", True)
            real_scores = batch.real_scores if uses_real_scores else batch.fake_scores
            value = objective_loss(real_scores, batch.fake_scores)
            total = value + sum(map(backend.replica_scale, self.generator.losses))
            return self.optimizer.generator_optimizer.scale_loss(total), {"generator_loss": value}

        (_, values), gradients = backend.value_and_gradients(
            loss, self.generator.trainable_variables, self.state()
        )
        self.trackers.update(values, num_samples)
        return gradients

    def _update_discriminator(self, gradients: list[Any]) -> None:
        variables = self.discriminator.trainable_variables
        backend.apply(self.optimizer.discriminator_optimizer, gradients, variables)
        constraint = self.compilation.objective.discriminator_constraint
        for variable in variables if constraint else ():
            variable.assign(constraint(variable))

    def _update_generator(self, gradients: list[Any]) -> None:
        variables = self.generator.trainable_variables
        backend.apply(self.optimizer.generator_optimizer, gradients, variables)

    def _trainable(self) -> list[set[int]]:
        return [
            {id(variable) for variable in network.trainable_variables}
            for network in (self.generator, self.discriminator)
        ]

    def _generate(self, latents: Any, labels: Any, *, training: bool) -> Any:
        fake = self.generator(_inputs(latents, labels), training=training)
        return ops.cast(fake, "float32")

    def _batch(self, real: Any, fake: Any, labels: Any) -> AdversarialBatch:
        return AdversarialBatch(
            self.discriminator,
            real,
            fake,
            labels=labels,
            seed_generator=self.seed_generator,
            state=self.state(),
        )


def _inputs(values: Any, labels: Any) -> Any:
    return values if labels is None else [values, labels]


def split_batch(data: Any, num_parts: int) -> list[tuple[Any, Any]]:
    """Disjoint parts `(samples, labels)` of a batch, their sizes alike to one sample.

    Args:
        data: A batch as Keras hands it to `train_step`.
        num_parts: How many; the batch has at least as many samples.
    """
    samples, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    samples = ops.cast(samples, "float32")
    size = ops.shape(samples)[0]
    ends = [part * size // num_parts for part in range(num_parts + 1)]
    if num_parts == 1:
        return [(samples, labels)]
    return [
        (samples[start:end], None if labels is None else labels[start:end])
        for start, end in itertools.pairwise(ends)
    ]
