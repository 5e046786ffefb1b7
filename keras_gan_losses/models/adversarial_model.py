"""A round of one's own between named players, for what two networks in turn cannot say."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.feeding.batch_reader import RangeWatch
from keras_gan_losses.feeding.held_out import rounds_and_validation
from keras_gan_losses.feeding.source import Source, letting_go
from keras_gan_losses.game.named_players import (
    NamedRules,
    Networks,
    networks_of_players,
    no_players,
)
from keras_gan_losses.game.network_inputs import told
from keras_gan_losses.game.placement import check_placement
from keras_gan_losses.game.player_update import Loss, PlayerUpdate
from keras_gan_losses.game.players import NetworkSpecification, PartSpecification
from keras_gan_losses.game.round import split_batch
from keras_gan_losses.game.rules import check_trainer_arguments
from keras_gan_losses.game.state import Parts, flat
from keras_gan_losses.game.trackers import EpochMeans
from keras_gan_losses.game.trained_variables import TrainedVariables, averaged_over_replicas
from keras_gan_losses.held_variables import holders_among
from keras_gan_losses.models.fixed_noise import fixed_noise
from keras_gan_losses.models.replicas import means_of_all
from keras_gan_losses.models.round_logs import RoundLogs
from keras_gan_losses.models.saved_whole import SavedWhole
from keras_gan_losses.models.single_batches import SingleBatches
from keras_gan_losses.penalties import AdversarialBatch
from keras_gan_losses.registration import configuration, look_up
from keras_gan_losses.runs.players_watch import PlayersWatch
from keras_gan_losses.runs.resumable_fit import fit_run
from keras_gan_losses.trees import checked_shapes, num_rows
from keras_gan_losses.types import (
    Batch,
    Condition,
    Config,
    Data,
    Logs,
    OptimizerLike,
    Samples,
    Shape,
    Shapes,
    Tensor,
    Tree,
)
from keras_gan_losses.validation import check_seed, listed


class AdversarialModel(SingleBatches, backend.AdversarialTrainer, SavedWhole):  # type: ignore[name-defined]
    """Trains named players by a round that you write; `fit`, saving and resuming are a GAN's.

    Choose it for a game that `GAN` cannot say: a trained network on the side of the real samples
    (BiGAN), more than two players (TimeGAN), a schedule of your own. Where two networks suffice,
    `GAN` checks more, and has objectives, penalties and measures by name.

    Subclass it, write `round`, and keep each argument of your constructor in an attribute of its
    name: then the model can be saved. Let the constructor take `**kwargs` and pass them on.

    Args:
        players: Each player's network, or its networks, by the player's name. A player is what
            one optimizer trains. A network may belong to several.
        sample_shape: Shape of one real sample, or of each part of samples that are trees.
        condition_shape: Shape of one condition, or of each of several by name.
        logs: Names of what `round` and `evaluation_round` log beside the players' losses.
        seed: Seed of `seed_generator`; by default drawn from Keras's global seed.
        name: Name of the model.

    Raises:
        TypeError: If a network is no Keras model.
        ValueError: If a player has no network, or one that is not built, or a name or a shape is
            none.

    Example:
    >>> class Regression(AdversarialModel):  # One player: any loss can be trained by.
    ...     def __init__(self, network, **kwargs):
    ...         super().__init__({"network": network}, sample_shape=(2,), **kwargs)
    ...         self.network = network
    ...
    ...     def round(self, samples, condition):
    ...         self.update("network", lambda: self.network(samples) ** 2)
    >>> model = Regression(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    >>> model.compile(optimizers="sgd")
    >>> history = model.fit(keras.ops.ones((8, 2)), epochs=3, verbose=0)
    >>> sorted(history.history)
    ['network_loss']

    Reference:
        Donahue et al., 2017, arXiv:1605.09782, is such a game: `examples/bigan.py`.
    """

    _compile_example = "model.compile(optimizers='adam')"
    _rules: NamedRules | None = None
    _validation: Source | None = None
    _players: Callable[[], Mapping[str, Networks]] = staticmethod(no_players)

    def __init__(
        self,
        players: Mapping[str, keras.Model | Sequence[keras.Model]],
        *,
        sample_shape: Shapes,
        condition_shape: Shape | Mapping[str, Shape] | None = None,
        logs: Sequence[str] = (),
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        own = networks_of_players(players)
        # In functions, because Keras saves the layers in attributes under their names.
        self._players = lambda: own
        parts = {
            name: PartSpecification(tuple(each.shape[1:]), each.dtype)
            for name, each in told(condition_shape).parts.items()
        }
        shapes = checked_shapes("sample_shape", sample_shape)
        self.specification = NetworkSpecification(None, shapes, parts)
        self.seed = None if seed is None else check_seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        names = [*(f"{name}_loss" for name in own), *listed("logs", logs)]
        self._logs = RoundLogs(names)
        self._means = EpochMeans(names, "round_means")
        self._range_watch = RangeWatch()
        self.built = True

    def round(self, samples: Samples, condition: Condition | None) -> None:
        """Plays one round on a batch: calls `update` for each player, and `log` if it likes.

        Args:
            samples: Real samples, float32, shape `(batch, …)`.
            condition: What they are conditioned on, if the data have it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `round`.")

    def evaluation_round(self, samples: Samples, condition: Condition | None) -> None:
        """Looks at one batch without training: calls `log`. Define it to have `evaluate`.

        Args:
            samples: Real samples, float32, shape `(batch, …)`.
            condition: What they are conditioned on, if the data have it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `evaluation_round`.")

    def update(self, player: str, loss: Loss) -> None:
        """Moves a player's weights down the gradient of its loss, within `round`.

        What the player's networks add to the loss themselves, by `add_loss` and regularizers in
        their last pass, is added. The log `<player>_loss` is without it.

        Args:
            player: Which one.
            loss: Function without arguments that calls the networks and gives the loss: one number
                or one value per sample, whose mean is taken; or several such terms by name, which
                are added, and logged under their names.
        """
        if self.rules is None:
            raise ValueError(f"Call `compile` before `update`: {self._compile_example}.")
        update = look_up(player, self._updates(), "player")
        terms_of_loss = functools.partial(self._logs.terms, player, loss)
        own, terms = update.play(terms_of_loss, flat(self.state_parts()))
        self.log(f"{player}_loss", own)
        for name, value in terms.items():
            self.log(name, value)

    def log(self, name: str, value: Tensor) -> None:
        """Takes a number into the epoch's means; several in one round are averaged.

        Args:
            name: `<player>_loss`, or one of the constructor's `logs`.
            value: A scalar, or one value per sample. It may not come out of the inside of a loss:
                let that give terms by name.
        """
        self._logs.add(name, value)

    def adversarial_batch(
        self, discriminator: Callable[..., Tree], real: Samples, fake: Samples
    ) -> AdversarialBatch:
        """What penalties take, within a loss: `penalty.mean(self.adversarial_batch(…), 0)`.

        Args:
            discriminator: Function or model from samples to scores.
            real: Real samples.
            fake: Generated samples.
        """
        return AdversarialBatch(
            discriminator,
            real,
            fake,
            seed_generator=self.seed_generator,
            state=flat(self.state_parts()),
        )

    def compile(
        self,
        *,
        optimizers: OptimizerLike | Mapping[str, OptimizerLike] = "adam",
        **trainer_arguments: Any,
    ) -> None:
        """Chooses the players' optimizers.

        Args:
            optimizers: One for each player by its name, or one of which each gets a copy.
            **trainer_arguments: `jit_compile`, `run_eagerly`, `steps_per_execution`, as in Keras.

        Raises:
            ValueError: If a player has no optimizer, or one of another model; nothing is changed.
            RuntimeError: If the constructor of the subclass has not called that of this class.
        """
        self.check_free("compile")
        check_trainer_arguments(trainer_arguments)
        held = dict(holders_among("held", vars(self)))
        players = self._players()
        rules = NamedRules.resolve(optimizers, players, held, trainer_arguments)
        super().compile(
            optimizer=rules.optimizer(players),
            loss=None,
            auto_scale_loss=False,
            **trainer_arguments,
        )
        networks = list(self.networks.values())
        self._trained = TrainedVariables(networks)
        averaged = averaged_over_replicas(networks)
        self._averaged = lambda: averaged
        updates = {n: PlayerUpdate(players[n], each) for n, each in self.optimizer.players.items()}
        self._updates = lambda: updates
        self._rules = rules

    def fit(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        epochs: int = 1,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Plays rounds on data.

        Args:
            x: Real samples, of any kind that `GAN.fit` takes.
            y: Their condition, for arrays.
            batch_size: Samples in a round, for arrays; 32 by default.
            epochs: At which epoch to end.
            **kwargs: As in Keras.

        Returns:
            History of epoch means: `<player>_loss` and what `round` logs.

        Raises:
            ValueError: If the data do not fit, before anything changes.
        """
        self.check_free("fit")
        self._check_ready("fit", {"epochs": epochs, **kwargs})
        reader, validation_reader = self._reader(), self._reader("validation data")
        rounds, validation, kwargs = rounds_and_validation(
            self,
            Source.of(x, y, batch_size).read_by(reader),
            kwargs,
            validation_reader,
            batch_size=batch_size,
            num_updates=1,
        )
        if validation is not None:
            self._check_evaluation()
        watch = PlayersWatch(self.check_unchanged)
        kwargs["callbacks"] = watch.after(kwargs.get("callbacks"))
        check_placement(self, list(self.state().values()))
        backend.start_alike([*self.variables, *self.optimizer.variables])
        let_go = letting_go(rounds, validation)
        self._validation = validation
        try:
            with let_go, reader.speaking(), validation_reader.speaking(), watch.speaking():
                return fit_run(self, super().fit, rounds, epochs=epochs, **kwargs)
        finally:
            self._validation = None

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
        """Means of what `evaluation_round` logs, with the same random numbers at each call.

        Args:
            x: Real samples, as in `fit`.
            y: Their condition, for arrays.
            batch_size: As in Keras.
            verbose: As in Keras.
            return_dict: Whether to return a dictionary instead of a list.
            **kwargs: As in Keras.

        Returns:
            As in Keras.

        Raises:
            ValueError: If the data do not fit, or there is no `evaluation_round`.
        """
        self._check_ready("evaluate", kwargs)
        self._check_evaluation()
        reader, source, own = self._reader(), self._validation, None
        if source is None or source.data is not x:
            source = own = Source.of(x, y, batch_size).read_by(reader)
        kwargs |= source.evaluate_arguments()
        noise = fixed_noise(self, seed=self.seed or 0)
        with letting_go(own), reader.speaking(), preserved_random_state(), noise:
            logs = super().evaluate(verbose=verbose, return_dict=True, **kwargs)
        return logs if return_dict else list(logs.values())

    def adversarial_step(self, data: Batch) -> dict[str, Tensor]:
        """One round; `train_step` of the backend calls it."""
        names = self._play(self.round, data)
        backend.average_over_replicas(self._averaged())
        self.optimizer.iterations.assign_add(1)
        return self._results(names)

    def evaluation_step(self, data: Batch) -> dict[str, Tensor]:
        """A look at one batch; `test_step` of the backend calls it."""
        return backend.share_logs(self._results(self._play(self.evaluation_round, data)))

    def get_metrics_result(self) -> Logs:
        """Means of the epoch so far, over all processes."""
        return means_of_all(self.metrics)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Running means behind the logs."""
        return [self._means]

    @property
    def rules(self) -> NamedRules | None:
        """What `compile` was told; None before it."""
        return self._rules

    @property
    def networks(self) -> dict[str, keras.Model]:
        """All networks, by the first player that has them, numbered where it has several."""
        found: dict[int, tuple[str, keras.Model]] = {}
        for player, networks in self._players().items():
            for index, network in enumerate(networks):
                name = player if len(networks) == 1 else f"{player}/{index}"
                found.setdefault(id(network), (name, network))
        return dict(found.values())

    @property
    def parts(self) -> Parts:
        """Variables of all networks, and the random generator."""
        networks = {name: each.variables for name, each in self.networks.items()}
        return {**networks, "random/training": [self.seed_generator.state]}

    def check_unchanged(self) -> None:
        """Raises if layers were frozen or thawed since `compile`."""
        self._trained.check_unchanged()

    def get_config(self) -> Config:
        """The constructor's arguments, each from the attribute of its name."""
        signature = inspect.signature(type(self).__init__).parameters.values()
        names = [each.name for each in signature if each.kind is not each.VAR_KEYWORD][1:]
        if len(names) + 1 < len(signature):
            names += [name for name in ("seed", "name") if name not in names]
        return configuration(self, names)

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, type] | None = None) -> Self:
        """Model of a configuration."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))

    def _play(self, play: Callable[..., None], data: Batch) -> list[str]:
        """Names of what one call has logged, which is in the means."""
        ((samples, condition),) = split_batch(data, 1)
        with self._logs.collecting() as values:
            play(samples, condition)
        if not values:
            raise ValueError(
                f"`{play.__name__}` of {type(self).__name__} has done nothing that can be logged. "
                "Call `self.update(player, loss)` or `self.log(name, value)` in it."
            )
        self._means.update_state(values, num_rows(samples))
        return list(values)

    def _results(self, names: Sequence[str]) -> dict[str, Tensor]:
        means = self._means.result()
        return {name: means[name] for name in self._means.names if name in names}

    def _check_evaluation(self) -> None:
        if type(self).evaluation_round is AdversarialModel.evaluation_round:
            raise ValueError(
                f"{type(self).__name__} does not say what to measure. Define "
                "`evaluation_round(self, samples, condition)`, which calls "
                "`self.log(name, value)`; or leave out `validation_data`."
            )
