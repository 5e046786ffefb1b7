"""The GAN as one Keras model."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from keras_gan_losses import metrics as metrics_module
from keras_gan_losses import objectives
from keras_gan_losses.augmentation.wrapped import AugmentationLike
from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.feeding.batches import Batches
from keras_gan_losses.feeding.held_out import rounds_and_validation
from keras_gan_losses.feeding.shards import check_shards
from keras_gan_losses.feeding.source import Source, letting_go
from keras_gan_losses.game.adaptive_weight import AdaptiveWeight
from keras_gan_losses.game.game import Game
from keras_gan_losses.game.generator_average import GeneratorAverage
from keras_gan_losses.game.placement import check_placement
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import Parts
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.models.condition_examples import condition_examples
from keras_gan_losses.models.measurement import Measurement, check_leaves, check_metric_names
from keras_gan_losses.models.play import Play
from keras_gan_losses.models.replicas import means_of_all
from keras_gan_losses.models.sampling import SamplingModel
from keras_gan_losses.models.single_batches import SingleBatches
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.penalties.schedule import Weight
from keras_gan_losses.registration import register
from keras_gan_losses.runs.players_watch import PlayersWatch
from keras_gan_losses.runs.resumable_fit import fit_run
from keras_gan_losses.types import Batch, Condition, Data, Logs, OptimizerLike, Tensor
from keras_gan_losses.validation import listed


@register
class GAN(SingleBatches, backend.AdversarialTrainer, SamplingModel):  # type: ignore[name-defined]
    """Trains a generator against a discriminator, as any Keras model is trained.

    Args:
        generator: Model from latents, `[latents, condition]`, or a condition alone, to samples.
            The condition is whatever samples depend on: class labels, an image to translate.
            Several are inputs by name: `keras.Model({"latents": …, "mask": …, "label": …}, …)`.
            Samples are one tensor, or a tree: a list, or a dictionary without the key
            `"sample"`, of two tensors or more. `{"sample": …, "cycle": …}` has further outputs.
        discriminator: Model from samples or `[samples, condition]`, or by name from `"sample"`
            and parts of the condition, to scores of shape `(batch,)`, `(batch, 1)` or a patch map.
            Of samples that are trees it takes each leaf, by its name or in its place:
            `keras.Model({"x": …, "y": …}, …)`, `keras.Model([adjacency, features], …)`.
        latent_dim: Shape of one sample's latents, drawn from a normal distribution: a count of
            dimensions, or a tuple. None, without `latent_sampler`, for a generator that takes a
            condition alone.
        latent_sampler: Instead of `latent_dim`: where latents come from, one of
            `keras_gan_losses.latents` or your own.
        condition_shape: Shape of one condition, for conditional networks that are subclassed
            models, or of each part by name; others tell it themselves. A part that no network
            takes is for penalties.
        seed: Seed of training's random numbers; by default drawn from Keras's global seed.
        name: Name of the model.

    Call arguments:
        inputs: What the generator takes.

    Returns:
        Generated samples.

    Raises:
        TypeError: If a network is not a Keras model.
        ValueError: If the networks' shapes do not fit each other, or latents are told twice.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> images, _ = datasets.digits()
    >>> generator, discriminator = architectures.dcgan((8, 8, 1), latent_dim=8, width=8)
    >>> gan = GAN(generator, discriminator, latent_dim=8)
    >>> gan.compile(loss="non_saturating")
    >>> history = gan.fit(images[:64], epochs=1, batch_size=32, verbose=0)
    >>> gan.generate(4, seed=0).shape
    (4, 8, 8, 1)

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661.
    """

    distribution_metrics: Sequence[DistributionMetric] = ()
    _validation: Source | None = None
    _training: Source | None = None
    _play: Play | None = None

    def compile(
        self,
        *,
        loss: str | objectives.Objective | Mapping[str, keras.losses.Loss] = "non_saturating",
        optimizer: OptimizerLike | None = None,
        generator_optimizer: OptimizerLike | None = None,
        discriminator_optimizer: OptimizerLike | None = None,
        penalties: Sequence[str | Penalty] | None = None,
        metrics: Sequence[str | DistributionMetric] | None = None,
        discriminator_steps: int | None = None,
        generator_steps: int = 1,
        fakes_per_real: int = 1,
        fake_pool: int = 0,
        updates_simultaneously: bool = False,
        reuses_fakes: bool = False,
        adversarial_weight: Weight | AdaptiveWeight = 1.0,
        discriminator_start: int = 0,
        augmentation: str | AugmentationLike | None = None,
        average: GeneratorAverage | None = None,
        **trainer_arguments: Any,
    ) -> None:
        """Chooses the game: its losses, penalties, schedule and optimizers.

        What a network adds to a loss itself, by `add_loss` and regularizers, counts once in each
        update of its player. The discriminator's is the mean over its passes on the real and on
        the generated samples, so that activities of either count half; the generator's is that of
        the pass that makes the samples it learns from. Further passes of penalties do not count.
        The discriminator's is in the log `loss`, the generator's in none.

        Args:
            loss: Name of an objective (see `objectives.names()`), an `Objective`, or
                `{"generator": Loss, "discriminator": Loss}`.
            optimizer: Gives each player a copy of one optimizer.
            generator_optimizer: The generator's; by default the one of the objective's paper.
            discriminator_optimizer: The discriminator's, likewise.
            penalties: Added to the objective's own; names or `Penalty` objects.
            metrics: Distances between real and generated samples, which `evaluate` and each
                validation compute; names or objects of `keras_gan_losses.metrics`.
            discriminator_steps: Updates of the discriminator in one round; by default the
                objective's.
            generator_steps: Updates of the generator in one round, on fresh latents each.
            fakes_per_real: Generated samples for each real one in the discriminator's updates,
                where its loss allows more than one. Those of one real sample share its condition.
            fake_pool: How many past generated samples are kept, with their conditions, for the
                discriminator: once there are so many, it sees, with probability ½, one of them
                instead of a new one, which takes its place. 50 in CycleGAN; 0 for none.
            updates_simultaneously: Whether both players move from the same point, rather than
                the discriminator first. With `reuses_fakes` they share one pass through the
                discriminator, whose moving averages then move once.
            reuses_fakes: Whether the generator learns from the samples that the discriminator
                has just seen, rather than from fresh ones. It saves one of two passes through
                the generator, and both players' gradients then share their noise.
            adversarial_weight: Factor of the generator's adversarial loss beside its penalties: a
                number of at least 0, one of `keras.optimizers.schedules` over its updates, or an
                `AdaptiveWeight` by gradients. The log `generator_loss` is without it.
            discriminator_start: Round before which the generator learns by its penalties alone,
                and the discriminator's weights stand still, as autoencoders begin.
            augmentation: Changes samples, real and generated, before the discriminator sees them
                in training: one of `keras_gan_losses.augmentation`, its name, such as "ada", a
                Keras layer, or a list. Conditions stay as they are; measuring does without.
            average: Keeps a moving average of the generator's weights, from which samples then
                come: a `GeneratorAverage`.
            **trainer_arguments: `jit_compile`, `run_eagerly`, `steps_per_execution`, as in Keras.

        Raises:
            ValueError: If anything named is unknown or does not fit the networks; the model
                stays as it was.
        """
        told = dict(locals())
        del told["self"]
        self.check_free("compile")
        self._play_by(Rules.resolve(**told))

    def adversarial_step(self, data: Batch) -> dict[str, Tensor]:
        """One round of the game; `train_step` of the backend calls it."""
        return self._playing.step.play_round(data)

    def evaluation_step(self, data: Batch) -> dict[str, Tensor]:
        """Both players' losses on a batch; `test_step` of the backend calls it."""
        return self._playing.step.evaluate(data)

    def fit(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        epochs: int = 1,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Plays the game on data.

        Args:
            x: Real samples: an array, a tuple or a dictionary of arrays as the generator gives
                them, `tf.data.Dataset`, `PyDataset`, generator, torch `DataLoader` or grain data
                set.
            y: What each sample is conditioned on, for conditional networks and arrays: class
                labels, images, or a dictionary of several. `x` is what is imitated. Both may be
                told in words: `fit({"sample": x, "condition": y})`.
            batch_size: What one discriminator update sees, for arrays; 32 by default. An element
                of any other data is one such batch. A round takes `discriminator_steps` of
                them, and an epoch is one pass over the data.
            epochs: At which epoch to end.
            **kwargs: As in Keras; `steps_per_epoch` counts rounds.

        Returns:
            History of epoch means: `generator_loss`, `discriminator_loss`, each penalty,
            `loss` (the discriminator's with penalties and regularisation), `real_score`,
            `fake_score` and `discriminator_accuracy`.

        Raises:
            ValueError: If the data do not fit the networks, before anything changes, or if a
                callback freezes a player.
        """
        self.check_free("fit")
        self._check_ready("fit", {"epochs": epochs, **kwargs})
        play = self._playing
        if kwargs.get("verbose") != 0:
            self._roles.tell(x, self.specification)
        reader, validation_reader = self._reader(), self._reader("validation data")
        rounds, validation, kwargs = rounds_and_validation(
            self,
            Source.of(x, y, batch_size).read_by(reader),
            kwargs,
            validation_reader,
            batch_size=batch_size,
            num_updates=self._num_updates,
        )
        callbacks = play.measurement.with_callback(kwargs.get("callbacks"))
        watch = PlayersWatch(self.check_unchanged)
        kwargs["callbacks"] = watch.after(callbacks)
        measured = None
        if validation is not None and self.distribution_metrics:
            measured = Batches(validation, kwargs.get("validation_steps"))
        remembering = play.measurement.remembering(
            measured, shows_progress=kwargs.get("verbose") != 0
        )
        check_placement(self, list(self.state().values()))
        backend.start_alike([*self.variables, *self.optimizer.variables])
        speaking = (reader.speaking(), validation_reader.speaking())
        let_go = letting_go(rounds, validation)
        self._training, self._validation = rounds, validation
        try:
            with let_go, speaking[0], speaking[1], remembering, watch.speaking():
                return fit_run(self, super().fit, rounds, epochs=epochs, **kwargs)
        finally:
            self._training = self._validation = None

    def evaluate(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        *,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Logs | list[float]:
        """Both players' losses on data in inference mode, and the metrics given to `compile`.

        Penalties are left out. Generated samples come from a seed of their own, the same at each
        call, and so do the numbers of noise layers, so that the values change with the networks
        alone and training's random numbers are left untouched.

        Args:
            x: Real samples, as in `fit`.
            y: The condition, for conditional networks and arrays.
            batch_size: As in Keras.
            verbose: As in Keras. Unless 0, a bar shows how far the metrics are.
            return_dict: Whether to return a dictionary instead of a list.
            **kwargs: As in Keras.

        Returns:
            As in Keras: a list, or a dictionary with `return_dict=True`.

        Raises:
            ValueError: If the data do not fit the networks or the metrics.
        """
        self._check_ready("evaluate", kwargs)
        play = self._playing
        reader = self._reader()
        source, own = self._validation, None
        if source is None or source.data is not x:
            source = own = Source.of(x, y, batch_size).read_by(reader)
            check_shards(self, source)
        if self.distribution_metrics:
            batches = Batches(source, kwargs.get("steps"))
            play.measurement.begin(batches, shows_progress=verbose != 0)
        kwargs["callbacks"] = play.measurement.with_callback(kwargs.get("callbacks"))
        start = keras.ops.convert_to_numpy(self.evaluation_seed_generator.state)
        let_go = letting_go(own)
        try:
            with let_go, reader.speaking(), preserved_random_state(), self._evaluation_noise():
                kwargs |= source.evaluate_arguments()
                logs = super().evaluate(verbose=verbose, return_dict=True, **kwargs)
                logs.update(play.measurement.values())
        finally:
            self.evaluation_seed_generator.state.assign(start)
        return logs if return_dict else self._in_order(logs)

    def measure(
        self,
        x: Data,
        y: Data = None,
        *,
        metrics: Sequence[str | DistributionMetric],
        batch_size: int = 256,
        steps: int | None = None,
        shows_progress: bool = False,
    ) -> dict[str, float]:
        """Values of metrics on data, whether or not `compile` knows them.

        Args:
            x: Real samples: an array, `tf.data.Dataset`, `PyDataset` or torch `DataLoader`.
            y: The condition, for conditional networks and arrays.
            metrics: Names or objects of `keras_gan_losses.metrics`.
            batch_size: Real samples that are looked at at once, where they are an array.
            steps: Batches of real samples; None for all there are.
            shows_progress: Whether to show a bar.

        Returns:
            Values by name. The generated samples are those of `evaluate`. Each process measures
            on the data that it has.

        Raises:
            ValueError: If the data do not fit the networks or the metrics.
        """
        source = Source.of(x, y, batch_size).read_by(self._reader())
        chosen = [metrics_module.get(metric) for metric in listed("metrics", metrics)]
        check_metric_names(chosen, [])
        check_leaves(chosen, self.specification.sample_shape)
        measurement = Measurement(chosen, self.evaluation_samples)
        with preserved_random_state():
            measurement.begin(Batches(source, steps), shows_progress=shows_progress)
            return measurement.values()

    def condition_examples(self, num_rows: int = 8) -> Condition | None:
        """Conditions to look at the generator by: each class, or, within `fit`, some of the data.

        Args:
            num_rows: How many of the data.

        Returns:
            Rows of what the generator takes, or None if none are known.
        """
        sources = [each for each in (self._validation, self._training) if each is not None]
        return condition_examples(self.specification, sources, num_rows)

    def leave_out_metrics(self) -> None:
        """Makes the metrics of the evaluation that has begun NaN: the game has diverged."""
        self._playing.measurement.leave_out()

    def get_metrics_result(self) -> Logs:
        """Means of the epoch so far, over all processes."""
        return means_of_all(self.metrics)

    @property
    def rules(self) -> Rules | None:
        """What `compile` was told; None before it."""
        return None if self._play is None else self._play.rules

    @property
    def compiled_parts(self) -> Parts:
        """What `compile` adds to what is saved, by what has it."""
        return {} if self._play is None else self._play.parts

    @property
    def game(self) -> Game | None:
        """Networks and rules, as the training step knows them; None before `compile`."""
        return None if self._play is None else self._play.step.game

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Running means behind the logs."""
        return [] if self._play is None else self._play.step.metrics

    def check_unchanged(self) -> None:
        """Raises if layers were frozen or thawed since `compile`."""
        self._playing.step.check_unchanged()

    @property
    def _playing(self) -> Play:
        if self._play is None:
            raise ValueError("Call `compile` first: gan.compile(loss='wgan_gp').")
        return self._play

    @property
    def _num_updates(self) -> int:
        return self._playing.rules.discriminator_steps

    def _play_by(self, rules: Rules) -> None:
        """Makes all that the rules ask for, once they are known to fit the networks."""
        play = Play.of(self, rules)
        averages = self._averages(rules.average)
        super().compile(
            optimizer=play.step.game.optimizer,
            loss=None,
            auto_scale_loss=False,
            **rules.trainer_arguments,
        )
        self.averages.clear()
        self.averages.extend(averages)
        # In an attribute of the model, because so Keras saves the weights of the features.
        self.distribution_metrics = list(rules.metrics)
        self._play = play

    def _in_order(self, logs: dict[str, float]) -> list[float]:
        names = [name for name in self._playing.step.game.trackers.names if name in logs]
        return [logs[name] for name in [*names, *(name for name in logs if name not in names)]]
