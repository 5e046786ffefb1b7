"""What `GAN.compile` was told: checked, completed by the objective's defaults, serializable."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self, TypeAlias

import keras

from keras_gan_losses import augmentation as augmentation_module
from keras_gan_losses import losses, objectives, penalties
from keras_gan_losses import metrics as metrics_module
from keras_gan_losses.augmentation import Augmentation
from keras_gan_losses.backend import backend
from keras_gan_losses.game.adaptive_weight import AdaptiveWeight
from keras_gan_losses.game.augmentation_checks import check_augmentation
from keras_gan_losses.game.fake_pool import check_pool
from keras_gan_losses.game.generator_average import GeneratorAverage
from keras_gan_losses.game.kept_rules import KeptRules
from keras_gan_losses.game.optimizer_settings import keras_optimizer, rate_of, scaled, with_rate
from keras_gan_losses.game.penalty_needs import check_needs, runs_generator
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.game.score_checks import check_energies, check_scores
from keras_gan_losses.game.trackers import Trackers
from keras_gan_losses.game.two_player_optimizer import TwoPlayerOptimizer
from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.penalties.schedule import Weight, check_weight
from keras_gan_losses.registration import serialize_optimizer
from keras_gan_losses.types import Arguments, Config, Json, OptimizerLike, Scores, Tensor
from keras_gan_losses.validation import check_count, check_flag, listed

Optimizer: TypeAlias = keras.optimizers.Optimizer

_OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")
# Where the configuration of a functional model that a penalty holds has names of layers.
_REFERENCES = ("keras_history", "input_layers", "output_layers")
# What does not change how the players move.
_LOOKS_ON = {"changes_training": False}


@dataclass(frozen=True, kw_only=True)
class Rules(KeptRules):
    """The game to be played: a field for each argument of `GAN.compile` that outlives the call.

    Args:
        loss: The objective: both losses, and the defaults of what follows.
        penalties: Those that the user adds to the objective's own.
        generator_optimizer: Updates the generator.
        discriminator_optimizer: Updates the discriminator.
        discriminator_steps: Updates of the discriminator in one round.
        generator_steps: Updates of the generator in one round.
        fakes_per_real: Generated samples for each real one in the discriminator's updates.
        fake_pool: How many past generated samples are kept for the discriminator.
        updates_simultaneously: Whether both players move from the same point.
        reuses_fakes: Whether both players learn from the same generated samples.
        adversarial_weight: Factor of the generator's adversarial loss.
        discriminator_start: Round before which only the generator learns, without that loss.
        augmentation: Changes what the discriminator sees; None leaves that out.
        average: How the generator's weights are averaged; None leaves that out.
        metrics: Distances that evaluation computes.
        trainer_arguments: What Keras's own `compile` is told.
    """

    loss: objectives.Objective
    penalties: tuple[Penalty, ...]
    generator_optimizer: Optimizer
    discriminator_optimizer: Optimizer
    discriminator_steps: int
    generator_steps: int
    fakes_per_real: int
    fake_pool: int
    updates_simultaneously: bool
    reuses_fakes: bool
    adversarial_weight: Weight | AdaptiveWeight
    discriminator_start: int
    augmentation: Augmentation | None
    average: GeneratorAverage | None
    metrics: tuple[metrics_module.DistributionMetric, ...] = field(metadata=_LOOKS_ON)
    trainer_arguments: Arguments = field(metadata=_LOOKS_ON)
    # Of each object, and yet no field.
    _first_rates: ClassVar[Mapping[str, float]]

    def __post_init__(self) -> None:
        self._check_schedule()
        if not isinstance(self.average, GeneratorAverage | None):
            raise TypeError(
                "`average` must be a keras_gan_losses.GeneratorAverage or None. Received: "
                f"average={self.average!r}. Use GeneratorAverage(half_life=10_000)."
            )
        # Training moves the rates, and a resumed run is compared by those of the script.
        rates = {name: rate_of(getattr(self, name)) for name in _OPTIMIZERS}
        object.__setattr__(self, "_first_rates", rates)

    @classmethod
    def resolve(
        cls, *, optimizer: OptimizerLike | None, trainer_arguments: Arguments, **told: Any
    ) -> Self:
        """Rules of what the user wrote.

        Args:
            optimizer: Gives each player a copy.
            trainer_arguments: What Keras's own `compile` is told.
            **told: The other fields, as `GAN.compile` takes them.

        Raises:
            ValueError: If something is unknown, or does not go together.
        """
        check_trainer_arguments(trainer_arguments)
        objective = objectives.get(told["loss"])
        if told["discriminator_steps"] is None:
            told["discriminator_steps"] = objective.discriminator_steps
        if told["augmentation"] is not None:
            told["augmentation"] = augmentation_module.get(told["augmentation"])
        own = [told[name] for name in _OPTIMIZERS]
        players = dict(zip(_OPTIMIZERS, _players(objective, optimizer, *own), strict=True))
        told |= {
            "loss": objective,
            "penalties": tuple(map(penalties.get, listed("penalties", told["penalties"]))),
            "metrics": tuple(map(metrics_module.get, listed("metrics", told["metrics"]))),
        }
        return cls(**{**told, **players}, trainer_arguments=trainer_arguments)

    def _check_schedule(self) -> None:
        check_count("discriminator_steps", self.discriminator_steps, advice="None is the usual.")
        check_count("generator_steps", self.generator_steps, advice="1 is usual.")
        check_count("fakes_per_real", self.fakes_per_real, advice="1 is usual.")
        check_flag("updates_simultaneously", self.updates_simultaneously)
        check_flag("reuses_fakes", self.reuses_fakes)
        check_count("fake_pool", self.fake_pool, minimum=0, advice="CycleGAN has 50.")
        if not isinstance(self.adversarial_weight, AdaptiveWeight):
            check_weight("adversarial_weight", self.adversarial_weight, advice="1.0 is usual.")
        start = self.discriminator_start
        check_count("discriminator_start", start, minimum=0, advice="0 is usual.")
        if start and not self.generator_penalties:
            raise ValueError(
                "Before `discriminator_start` the generator learns by penalties alone. Received: "
                f"discriminator_start={start} without any of the generator's. Add one, such as "
                'penalties.ReconstructionPenalty("sample", "real"), or leave it at 0.'
            )
        if self.updates_simultaneously and self.generator_steps > 1:
            raise ValueError(
                "Players that move from the same point take one step each. Received: "
                f"generator_steps={self.generator_steps} with updates_simultaneously=True."
            )
        if self.reuses_fakes and (self.generator_steps > 1 or self.fakes_per_real > 1):
            raise ValueError(
                "With reuses_fakes=True the generator learns from the samples of one update of the "
                f"discriminator. Received: generator_steps={self.generator_steps} and "
                f"fakes_per_real={self.fakes_per_real}. Leave both at 1."
            )

    @property
    def objective(self) -> objectives.Objective:
        """What `loss` stands for."""
        return self.loss

    @property
    def all_penalties(self) -> tuple[Penalty, ...]:
        """The objective's penalties and the user's."""
        return (*self.objective.penalties, *self.penalties)

    @property
    def discriminator_penalties(self) -> tuple[Penalty, ...]:
        """What is added to the discriminator's loss."""
        return tuple(p for p in self.all_penalties if p.player == "discriminator")

    @property
    def generator_penalties(self) -> tuple[Penalty, ...]:
        """What is added to the generator's loss."""
        return tuple(p for p in self.all_penalties if p.player == "generator")

    @property
    def scores_are_energies(self) -> bool:
        """Whether a lower output of the discriminator means "more real"."""
        return self.objective.discriminator_loss.scores_are_energies

    def measures(self, real_scores: Scores, fake_scores: Scores) -> dict[str, Tensor]:
        """What the discriminator's loss tells of the state of training, for the logs."""
        return self.objective.discriminator_loss.measures(real_scores, fake_scores)

    def trackers(self) -> Trackers:
        """Means for the logs of this game."""
        scores = keras.ops.zeros((1,))
        own = [penalty.name for penalty in self.discriminator_penalties]
        others = [penalty.name for penalty in self.generator_penalties]
        if isinstance(self.adversarial_weight, AdaptiveWeight):
            others.append("adversarial_weight")
        augmented = [] if self.augmentation is None else self.augmentation.measures()
        return Trackers([*own, *self.measures(scores, scores), *augmented], others)

    @property
    def holders(self) -> dict[str, AdversarialLoss | Penalty | Augmentation]:
        """Losses, penalties and augmentation, which may hold variables and networks."""
        losses = {
            "generator_loss": self.objective.generator_loss,
            "discriminator_loss": self.objective.discriminator_loss,
        }
        own = {f"discriminator_penalty/{each.name}": each for each in self.discriminator_penalties}
        others = {f"generator_penalty/{each.name}": each for each in self.generator_penalties}
        augmented = {} if self.augmentation is None else {"augmentation": self.augmentation}
        return {**losses, **own, **others, **augmented}

    def check(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        specification: NetworkSpecification,
    ) -> None:
        """Raises if the networks or the parts of the game do not fit each other.

        Raises:
            ValueError: If a sigmoid meets a loss of raw scores or the reverse, if a penalty
                needs something that is not there or a second derivative that cannot be compiled,
                if two penalties have one name, if the game cannot have more generated than
                real samples, or if the augmentation does not suit it.
        """
        check_scores(discriminator, self.objective)
        check_energies(self.objective)
        self._check_numbers()
        self._check_second_order()
        check_needs(self.all_penalties, specification)
        check_pool(self.fake_pool, self.discriminator_penalties, specification)
        check_augmentation(self.augmentation, self.objective, specification)
        running = [p.name for p in self.generator_penalties if runs_generator(p, specification)]
        if isinstance(self.adversarial_weight, AdaptiveWeight):
            self.adversarial_weight.check(generator, self.generator_penalties)
            running.append("adversarial_weight")
        if self.reuses_fakes and running:
            raise ValueError(
                f"{running[0]!r} needs the generator to run in "
                "its own update. Leave out reuses_fakes=True."
            )

    def _check_numbers(self) -> None:
        loss = self.objective.discriminator_loss
        if self.fakes_per_real > 1 and not isinstance(loss, losses.SeparableDiscriminatorLoss):
            raise ValueError(
                f"fakes_per_real={self.fakes_per_real} cannot be used here, because the "
                "discriminator's loss compares pairs of one real and one generated sample. Use "
                "fakes_per_real=1."
            )

    def _check_second_order(self) -> None:
        differentiating = [penalty.name for penalty in self.all_penalties if penalty.uses_gradient]
        is_compiled = self.trainer_arguments.get("jit_compile") is True
        if differentiating and is_compiled and not backend.COMPILES_SECOND_ORDER:
            raise ValueError(
                f"The penalty {differentiating[0]!r} is the gradient of a gradient, which "
                "torch.compile cannot compute. Leave out jit_compile=True, use the JAX or "
                "TensorFlow backend, or take R1Penalty and R2Penalty with step=0.01."
            )

    def two_player_optimizer(
        self, generator: keras.Model, discriminator: keras.Model
    ) -> TwoPlayerOptimizer:
        """Both optimizers as one, with their slots made."""
        pair = TwoPlayerOptimizer(
            scaled(self.generator_optimizer, generator),
            scaled(self.discriminator_optimizer, discriminator),
        )
        networks = {"generator": generator, "discriminator": discriminator}
        pair.build_players({name: each.trainable_variables for name, each in networks.items()})
        return pair

    def get_config(self) -> Config:
        """Arguments of `GAN.compile`, serialized."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        trainer_arguments = told.pop("trainer_arguments")
        return {**{name: _serialized(value) for name, value in told.items()}, **trainer_arguments}

    @property
    def optimizer_classes(self) -> dict[str, str]:
        """Names of the players' optimizers' classes: slots of two classes may look alike."""
        return {name: type(getattr(self, name)).__name__ for name in _OPTIMIZERS}

    @property
    def description(self) -> Config:
        """All that two runs have in common if they play one game, as JSON has it.

        Settings of optimizers stand one by one, and their rates are those of `compile`. Names are
        left out: Keras numbers layers and optimizers in the order in which a process makes them.
        """
        numbers: dict[str, int] = {}
        config: Config = {n: _without_names(v, numbers) for n, v in self.get_config().items()}
        found: Config = {}
        for each in fields(self):
            if each.metadata == _LOOKS_ON:
                continue
            value = config[each.name]
            if each.name in _OPTIMIZERS:
                settings = with_rate(value["config"], self._first_rates[each.name])
                found |= {f"{each.name}.{name}": settings[name] for name in settings}
            else:
                found[each.name] = value
        return json.loads(json.dumps(found))


def check_trainer_arguments(arguments: Arguments) -> None:
    """Raises unless Keras's `compile` is given what a game leaves to it.

    Raises:
        ValueError: With what it does not take.
    """
    valid = {"jit_compile", "run_eagerly", "steps_per_execution"}
    unknown = sorted(set(arguments) - valid)
    if unknown:
        raise ValueError(
            f"`compile` does not take {unknown[0]!r}. Beside the game's own arguments it takes "
            f"{sorted(valid)}."
        )
    count = arguments.get("steps_per_execution", 1)
    check_count("steps_per_execution", count, advice="1 is usual.")


def _players(
    objective: objectives.Objective, both: OptimizerLike | None, *own: OptimizerLike | None
) -> list[Optimizer]:
    if both is not None and any(one is not None for one in own):
        raise ValueError(
            "`optimizer` gives each player a copy of one optimizer. Pass it alone, or pass "
            "`generator_optimizer` and `discriminator_optimizer`."
        )
    if own[0] is not None and own[0] is own[1] and isinstance(own[0], keras.optimizers.Optimizer):
        raise ValueError(
            "One optimizer object cannot serve both players, whose slots it would mix. Make two, "
            "or pass it as `optimizer`, of which each player gets a copy."
        )
    named = list(zip(own, _OPTIMIZERS, strict=True))
    players = [_player(objective, both, one, name) for one, name in named]
    if players[0].name == players[1].name:
        for player, name in zip(players, _OPTIMIZERS, strict=True):
            player.name = name
    return players


def _player(
    objective: objectives.Objective,
    both: OptimizerLike | None,
    own: OptimizerLike | None,
    name: str,
) -> Optimizer:
    if both is not None:
        original = keras_optimizer(both, "optimizer")
        return type(original).from_config({**original.get_config(), "name": name})
    if own is None:
        return objective.player_optimizer(name)
    optimizer = keras_optimizer(own, name)
    if optimizer is not own:
        optimizer.name = name
    return optimizer


def _serialized(value: object) -> Json:
    if isinstance(value, keras.optimizers.Optimizer):
        return serialize_optimizer(value)
    value = list(value) if isinstance(value, tuple) else value
    return keras.saving.serialize_keras_object(value)


def _without_names(config: Json, numbers: dict[str, int], *, is_reference: bool = False) -> Json:
    """The configuration with numbers in the order of appearance where it refers to layers."""
    if isinstance(config, str) and is_reference:
        return numbers.setdefault(config, len(numbers))
    if isinstance(config, list | tuple):
        return [_without_names(each, numbers, is_reference=is_reference) for each in config]
    if not isinstance(config, Mapping):
        return config
    return {
        name: _without_names(value, numbers, is_reference=name in _REFERENCES)
        for name, value in config.items()
        if name != "name"
    }
