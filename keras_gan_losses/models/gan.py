"""The GAN as one Keras model."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import keras

from keras_gan_losses import metrics as metrics_module
from keras_gan_losses import objectives
from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.feeding import data_checks, device_checks
from keras_gan_losses.feeding.batches import Batches
from keras_gan_losses.feeding.fit_arguments import (
    DEFAULT_BATCH_SIZE,
    prepare_data,
    split_validation,
    validation_batches,
)
from keras_gan_losses.game.game import Game
from keras_gan_losses.game.generator_average import AveragesGenerator, GeneratorAverage
from keras_gan_losses.game.penalty_checks import check_gradients
from keras_gan_losses.game.players import choose_sampler, connect, ends_in
from keras_gan_losses.game.round import AdversarialStep
from keras_gan_losses.game.rules import Compilation
from keras_gan_losses.game.trackers import Trackers
from keras_gan_losses.game.two_player_optimizer import TwoPlayerOptimizer
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.models.callback_preparation import prepare
from keras_gan_losses.models.measurement import Measurement, check_metric_names
from keras_gan_losses.models.replicated_model import ReplicatedModel
from keras_gan_losses.models.sampling import SamplingModel
from keras_gan_losses.models.saved_whole import SavedWhole
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.registration import register
from keras_gan_losses.runs.resumable_fit import fit_run


@register
class GAN(
    SavedWhole,
    SamplingModel,
    AveragesGenerator,
    ReplicatedModel,
    backend.AdversarialTrainer,
    keras.Model,
):
    """Trains a generator against a discriminator, as any Keras model is trained.

    Args:
        generator: Model from latents (conditional: from `[latents, labels]`) to samples.
        discriminator: Model from samples (conditional: from `[samples, labels]`) to scores,
            of shape `(batch,)`, `(batch, 1)` or a patch map.
        latent_dim: Shape of one sample's latents, drawn from a normal distribution: a count of
            dimensions, or a tuple.
        latent_sampler: Instead of `latent_dim`: where latents come from, one of
            `keras_gan_losses.latents` or your own.
        label_shape: Shape of one label, for conditional networks that are subclassed models;
            others tell it themselves.
        seed: Seed of training's random numbers; by default drawn from Keras's global seed.
        name: Name of the model.

    Call arguments:
        inputs: Latents, or `[latents, labels]`.

    Returns:
        Generated samples.

    Raises:
        TypeError: If a network is not a Keras model.
        ValueError: If the networks' shapes do not fit each other, or latents are not told.

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

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | Sequence[int] | None = None,
        *,
        latent_sampler: LatentSampler | None = None,
        label_shape: Sequence[int] | None = None,
        seed: int | None = None,
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        self.latent_sampler = choose_sampler(generator, latent_dim, latent_sampler)
        self.label_shape = None if label_shape is None else tuple(label_shape)
        self.specification = connect(
            generator, discriminator, self.latent_sampler.shape, self.label_shape
        )
        self.generator = generator
        self.discriminator = discriminator
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.evaluation_seed_generator = keras.random.SeedGenerator(seed)
        self.generator_average: GeneratorAverage | None = None
        self.built = True
        self.distribution_metrics: list[DistributionMetric] = []
        self._compilation: Compilation | None = None
        self._step: AdversarialStep | None = None
        self._measurement: Measurement | None = None
        self._has_warned_of_range = False

    def build(self, input_shape: Any = None) -> None:
        """Does nothing: the constructor has built both networks."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Samples for latents, or for `[latents, labels]`."""
        generator = self.generator if training else self.sampling_generator
        return generator(inputs, training=training)

    def compile(
        self,
        *,
        loss: str | objectives.Objective | Mapping[str, keras.losses.Loss] = "non_saturating",
        optimizer: Any = None,
        generator_optimizer: Any = None,
        discriminator_optimizer: Any = None,
        penalties: Sequence[str | Penalty] | None = None,
        metrics: Sequence[str | DistributionMetric] | None = None,
        discriminator_steps: int | None = None,
        generator_steps: int = 1,
        fakes_per_real: int = 1,
        updates_simultaneously: bool = False,
        reuses_fakes: bool = False,
        **kwargs: Any,
    ) -> None:
        """Chooses the game: its losses, penalties, schedule and optimizers.

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
                where its loss and the networks allow more than one.
            updates_simultaneously: Whether both players move from the same point, rather than
                the discriminator first. With `reuses_fakes` they share one pass through the
                discriminator, whose moving averages then move once.
            reuses_fakes: Whether the generator learns from the samples that the discriminator
                has just seen, rather than from fresh ones. It saves one of two passes through
                the generator, and both players' gradients then share their noise.
            **kwargs: `jit_compile`, `run_eagerly` and `steps_per_execution`, as in Keras.

        Raises:
            ValueError: If anything named is unknown or does not fit the networks; the model
                stays as it was.
        """
        compilation = Compilation.resolve(
            loss=loss,
            optimizer=optimizer,
            generator_optimizer=generator_optimizer,
            discriminator_optimizer=discriminator_optimizer,
            extra_penalties=penalties,
            metrics=metrics,
            discriminator_steps=discriminator_steps,
            generator_steps=generator_steps,
            fakes_per_real=fakes_per_real,
            updates_simultaneously=updates_simultaneously,
            reuses_fakes=reuses_fakes,
            trainer_arguments=kwargs,
        )
        device_checks.check_compilation(self, compilation)
        compilation.check(
            self.discriminator,
            self.specification.outputs,
            is_conditional=self.specification.label is not None,
        )
        check_gradients(
            compilation.objective,
            compilation.penalties,
            self.generator,
            self.discriminator,
            self.specification,
            self.seed_generator,
        )
        trackers = compilation.trackers()
        check_metric_names(compilation.metrics, trackers.names)
        pair = compilation.two_player_optimizer(self.generator, self.discriminator)
        super().compile(optimizer=pair, loss=None, auto_scale_loss=False, **kwargs)
        self._compilation = compilation
        self._step = self._make_step(compilation, pair, trackers)
        # In an attribute of the model, because so Keras saves the weights of the features.
        self.distribution_metrics = list(compilation.metrics)
        self._measurement = Measurement(
            self.distribution_metrics, self.evaluation_samples, self.data_of_all
        )

    def adversarial_step(self, data: Any) -> dict[str, Any]:
        """One round of the game; `train_step` of the backend calls it."""
        return self._step.play_round(data)

    def evaluation_step(self, data: Any) -> dict[str, Any]:
        """Both players' losses on a batch; `test_step` of the backend calls it."""
        return self._step.evaluate(data)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Plays the game on data.

        Args:
            x: Real samples: an array, `tf.data.Dataset`, `PyDataset`, generator or torch
                `DataLoader`, where Keras takes one.
            y: Labels, for conditional networks and arrays.
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
            ValueError: If the data do not fit the networks, before anything changes.
        """
        self.check_free("fit")
        self._check_ready("fit", kwargs)
        prepare(kwargs.get("callbacks"), self)
        data_checks.check_data(x, y, self.specification)
        if kwargs.get("validation_data") is not None:
            samples, labels, _ = keras.utils.unpack_x_y_sample_weight(kwargs["validation_data"])
            data_checks.check_data(samples, labels, self.specification)
        x, y, kwargs = split_validation(x, y, kwargs)
        device_checks.check_fit(self, x, batch_size, self._compilation.discriminator_steps, kwargs)
        self._warn_of_range(x)
        validation = validation_batches(batch_size, kwargs) if self.distribution_metrics else None
        x, batch_size, kwargs = prepare_data(
            x, batch_size, kwargs, self._compilation.discriminator_steps
        )
        kwargs["callbacks"] = self._measurement.with_callback(kwargs.get("callbacks"))
        shows_progress = kwargs.get("verbose") != 0
        with self._measurement.remembering(validation, shows_progress=shows_progress):
            return fit_run(self, super().fit, x, y, batch_size=batch_size, epochs=epochs, **kwargs)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        *,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Both players' losses on data in inference mode, and the metrics given to `compile`.

        Penalties are left out. Generated samples come from a seed of their own, the same at each
        call, so that the values change with the networks alone and training's random numbers are
        left untouched.

        Args:
            x: Real samples, as in `fit`.
            y: Labels, for conditional networks and arrays.
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
        data_checks.check_data(x, y, self.specification)
        device_checks.check_shards(self, x, batch_size)
        if self.distribution_metrics:
            batches = Batches(x, y, batch_size or DEFAULT_BATCH_SIZE, kwargs.get("steps"))
            self._measurement.begin(batches, shows_progress=verbose != 0)
        kwargs["callbacks"] = self._measurement.with_callback(kwargs.get("callbacks"))
        start = keras.ops.convert_to_numpy(self.evaluation_seed_generator.state)
        try:
            with preserved_random_state():
                logs = super().evaluate(
                    x, y, batch_size=batch_size, verbose=verbose, return_dict=True, **kwargs
                )
                logs.update(self._measurement.values())
        finally:
            self.evaluation_seed_generator.state.assign(start)
        return logs if return_dict else self._in_order(logs)

    def measure(
        self,
        x: Any,
        y: Any = None,
        *,
        metrics: Sequence[str | DistributionMetric],
        batch_size: int = 256,
        steps: int | None = None,
        shows_progress: bool = False,
    ) -> dict[str, float]:
        """Values of metrics on data, whether or not `compile` knows them.

        Args:
            x: Real samples: an array, `tf.data.Dataset`, `PyDataset` or torch `DataLoader`.
            y: Labels, for conditional networks and arrays.
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
        data_checks.check_data(x, y, self.specification)
        chosen = [metrics_module.get(metric) for metric in metrics]
        check_metric_names(chosen, [])
        measurement = Measurement(chosen, self.evaluation_samples)
        with preserved_random_state():
            measurement.begin(Batches(x, y, batch_size, steps), shows_progress=shows_progress)
            return measurement.values()

    @property
    def game(self) -> Game | None:
        """Networks and rules, as the training step knows them; None before `compile`."""
        return None if self._step is None else self._step.game

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Running means behind the logs."""
        return [] if self._step is None else self._step.metrics

    def _make_step(
        self, compilation: Compilation, pair: TwoPlayerOptimizer, trackers: Trackers
    ) -> AdversarialStep:
        game = Game(
            generator=self.generator,
            discriminator=self.discriminator,
            specification=self.specification,
            compilation=compilation,
            optimizer=pair,
            latent_sampler=self.latent_sampler,
            seed_generator=self.seed_generator,
            trackers=trackers,
            average=lambda: self.generator_average,
            state=self._state,
        )
        return AdversarialStep(game, self.evaluation_seed_generator)

    def _in_order(self, logs: dict[str, float]) -> list[float]:
        names = [name for name in self._step.game.trackers.names if name in logs]
        return [logs[name] for name in [*names, *(name for name in logs if name not in names)]]

    def _state(self) -> list[keras.Variable]:
        return [*self.variables, *self.optimizer.variables, *self.metrics_variables]

    def _check_ready(self, method: str, arguments: dict[str, Any]) -> None:
        if self._compilation is None:
            raise ValueError(f"Call `compile` before `{method}`: gan.compile(loss='wgan_gp').")
        if any(arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
            data_checks.refuse_weights()
        self._step.check_unchanged()

    def _warn_of_range(self, x: Any) -> None:
        if self._has_warned_of_range or not ends_in(self.generator, "tanh"):
            return
        found = data_checks.unreachable_range(x)
        if found:
            self._has_warned_of_range = True
            warnings.warn(
                f"Training on {found}, but the generator ends in a tanh with values in [-1, 1]: "
                "the discriminator wins without learning. Scale images by x / 127.5 - 1.",
                stacklevel=3,
            )
