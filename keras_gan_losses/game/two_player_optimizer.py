"""Both players' optimizers, seen by Keras as the one optimizer of a model."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Self, TypeGuard

import keras
import numpy as np

from keras_gan_losses.game.state import OPTIMIZERS, flat
from keras_gan_losses.registration import register, serialize_optimizer
from keras_gan_losses.types import Config, Tensor
from keras_gan_losses.validation import check_number


@register
class TwoPlayerOptimizer(keras.optimizers.Optimizer):
    """Holds the generator's and the discriminator's optimizer where Keras expects one.

    `GAN.compile` makes it; `gan.optimizer` is it. Its `optimizers` are what Keras's callbacks
    for learning rates and averaged weights act on, its `iterations` count rounds, and its
    `variables` are all of both, so that saving needs nothing of its own.

    Its `learning_rate` is the rate that both players have in common; where they differ it reads
    NaN, so that a logger of one rate goes on and shows none. Setting it sets both. Loggers and
    schedules that know of `optimizers` take each rate by itself.

    Args:
        generator_optimizer: Updates the generator.
        discriminator_optimizer: Updates the discriminator.
        name: Name of the optimizer.
    """

    def __init__(
        self,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        name: str = "two_player_optimizer",
    ) -> None:
        # No number, for which Keras would make a variable.
        super().__init__(learning_rate=lambda: self.learning_rate, name=name)
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        self._finalizes = True

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """The generator's and the discriminator's optimizer, without loss scaling around them."""
        players = (self.generator_optimizer, self.discriminator_optimizer)
        return [getattr(player, "inner_optimizer", player) for player in players]

    @property
    def learning_rate(self) -> keras.Variable:
        """The rate of both players, NaN where they differ; assigning to it sets both."""
        return _CommonRate(self)

    @learning_rate.setter
    def learning_rate(self, rate: float | Tensor) -> None:
        """Sets both players' rates.

        Raises:
            ValueError: If it is no number of at least 0, or a player's rate has a schedule;
                neither is changed.
        """
        number = rate if _is_number(rate) else _number(rate)
        check_number(
            "learning_rate",
            number,
            minimum=0.0,
            advice="It sets both players' rates, and reads NaN where they differ: use "
            "`gan.optimizer.generator_optimizer` and `gan.optimizer.discriminator_optimizer`.",
        )
        for optimizer in self.optimizers:
            check_has_no_schedule(optimizer, advice="Give it a number as its learning rate.")
        for optimizer in self.optimizers:
            optimizer.learning_rate = number

    @property
    def parts(self) -> dict[str, list[keras.Variable]]:
        """The rounds' count and the variables of both players' optimizers, by owner."""
        return {
            f"{OPTIMIZERS}rounds": super().variables,
            f"{OPTIMIZERS}generator": self.generator_optimizer.variables,
            f"{OPTIMIZERS}discriminator": self.discriminator_optimizer.variables,
        }

    @property
    def variables(self) -> list[keras.Variable]:
        """The rounds' count and the variables of both players' optimizers."""
        return flat(self.parts)

    def build_players(
        self,
        generator_variables: Sequence[keras.Variable],
        discriminator_variables: Sequence[keras.Variable],
    ) -> None:
        """Makes the slots of both optimizers.

        Raises:
            ValueError: If one has slots for other variables.
        """
        for optimizer, variables in zip(
            (self.generator_optimizer, self.discriminator_optimizer),
            (generator_variables, discriminator_variables),
            strict=True,
        ):
            _check_unused(optimizer, variables)
            optimizer.build(variables)
        # In a function, because Keras takes variables in attributes for the optimizer's own.
        self._player_variables = lambda: (generator_variables, discriminator_variables)
        self.built = True

    def apply(
        self, grads: Sequence[Tensor], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """Refused: each player is updated by its own optimizer."""
        raise NotImplementedError(
            "A GAN's two players are updated one by one. Use `gan.optimizer.generator_optimizer` "
            "and `gan.optimizer.discriminator_optimizer`."
        )

    @contextlib.contextmanager
    def finalizing_put_off(self) -> Iterator[None]:
        """Context of a run of which one call of Keras's `fit` is a part only."""
        self._finalizes = False
        try:
            yield
        finally:
            self._finalizes = True

    def finalize_variable_values(self, var_list: Sequence[keras.Variable]) -> None:
        """Lets each optimizer that averages weights write the average, as Keras does after fit."""
        if not self._finalizes:
            return
        for optimizer, variables in zip(self.optimizers, self._player_variables(), strict=True):
            optimizer.finalize_variable_values(variables)

    def save_own_variables(self, store: dict[str, np.ndarray]) -> None:
        """Saves the count of rounds; Keras saves the two optimizers beside it."""
        for index, variable in enumerate(super().variables):
            store[str(index)] = keras.ops.convert_to_numpy(variable)

    def load_own_variables(self, store: dict[str, np.ndarray]) -> None:
        """Restores the count of rounds."""
        for index, variable in enumerate(super().variables):
            variable.assign(store[str(index)])

    def get_config(self) -> Config:
        """Both optimizers, serialized."""
        return {
            "generator_optimizer": serialize_optimizer(self.generator_optimizer),
            "discriminator_optimizer": serialize_optimizer(self.discriminator_optimizer),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, type] | None = None) -> Self:
        """Optimizer of both players' configurations."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))


class _CommonRate(keras.Variable):
    """Both players' learning rate where a variable is expected, whose `assign` sets both."""

    def __init__(self, pair: TwoPlayerOptimizer) -> None:
        rates = {_number(each.learning_rate) for each in pair.optimizers}
        rate = rates.pop() if len(rates) == 1 else float("nan")
        super().__init__(rate, trainable=False, dtype="float32", name="learning_rate")
        self._pair = pair

    def assign(self, value: float | Tensor) -> Tensor:
        """Sets the rates of both players."""
        self._pair.learning_rate = value
        return super().assign(value)


def _check_unused(
    optimizer: keras.optimizers.Optimizer, variables: Sequence[keras.Variable]
) -> None:
    known = {id(variable) for variable in optimizer._trainable_variables} if optimizer.built else ()
    if optimizer.built and known != {id(variable) for variable in variables}:
        raise ValueError(
            f"The optimizer {optimizer.name!r} holds the state of other variables: those of "
            "another model, or of this one before layers were frozen. Make a new one: "
            f"keras.optimizers.{type(optimizer).__name__}(…)."
        )


def check_has_no_schedule(optimizer: keras.optimizers.Optimizer, *, advice: str) -> None:
    """Raises if an optimizer's learning rate cannot be set.

    Args:
        optimizer: One player's.
        advice: What to do then.

    Raises:
        ValueError: With its name.
    """
    if not isinstance(optimizer.get_config()["learning_rate"], float):
        raise ValueError(
            f"The learning rate of {optimizer.name!r} follows a schedule of its own and cannot be "
            f"set. {advice}"
        )


def _is_number(rate: float | Tensor) -> TypeGuard[float]:
    return not (keras.ops.is_tensor(rate) or isinstance(rate, np.ndarray | keras.Variable))


def _number(rate: float | Tensor) -> float:
    return float(keras.ops.convert_to_numpy(rate))
