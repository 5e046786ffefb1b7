"""The players' optimizers, seen by Keras as the one optimizer of a model."""

import abc
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

import keras
import numpy as np

from keras_gan_losses.game.state import OPTIMIZERS, flat
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


class PlayersOptimizer(keras.optimizers.Optimizer, abc.ABC):
    """Holds the optimizer of each player where Keras expects one.

    `compile` makes it; `gan.optimizer` is it. Its `optimizers` are what Keras's callbacks for
    learning rates and averaged weights act on, its `iterations` count rounds, and its `variables`
    are all of theirs, so that saving needs nothing of its own.

    Its `learning_rate` is the rate that all players have in common; where they differ it reads
    NaN, so that a logger of one rate goes on and shows none. Setting it sets all. Loggers and
    schedules that know of `optimizers` take each rate by itself.

    Args:
        name: Name of the optimizer.
    """

    def __init__(self, name: str) -> None:
        # No number, for which Keras would make a variable.
        super().__init__(learning_rate=lambda: self.learning_rate, name=name)
        self._finalizes = True

    @property
    @abc.abstractmethod
    def players(self) -> dict[str, keras.optimizers.Optimizer]:
        """Each player's optimizer, by the player's name."""

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """The players' optimizers, without loss scaling around them."""
        return [getattr(player, "inner_optimizer", player) for player in self.players.values()]

    @property
    def learning_rate(self) -> keras.Variable:
        """The rate of all players, NaN where they differ; assigning to it sets all."""
        return _CommonRate(self)

    @learning_rate.setter
    def learning_rate(self, rate: float | Tensor) -> None:
        """Sets the rates of all players.

        Raises:
            ValueError: If it is no number of at least 0, or a player's rate has a schedule;
                none is changed.
        """
        number = rate if _is_number(rate) else _number(rate)
        check_number(
            "learning_rate",
            number,
            minimum=0.0,
            advice=f"It sets all players' rates, and reads NaN where they differ: {self._advice}",
        )
        for optimizer in self.optimizers:
            check_has_no_schedule(optimizer, advice="Give it a number as its learning rate.")
        for optimizer in self.optimizers:
            optimizer.learning_rate = number

    @property
    def parts(self) -> dict[str, list[keras.Variable]]:
        """The rounds' count and the variables of the players' optimizers, by owner."""
        parts = {f"{OPTIMIZERS}rounds": super().variables}
        return parts | {
            f"{OPTIMIZERS}{n}": list(each.variables) for n, each in self.players.items()
        }

    @property
    def variables(self) -> list[keras.Variable]:
        """The rounds' count and the variables of the players' optimizers."""
        return flat(self.parts)

    def build_players(self, variables: Mapping[str, Sequence[keras.Variable]]) -> None:
        """Makes the slots of all optimizers.

        Args:
            variables: What each player trains, by the player's name.

        Raises:
            ValueError: If an optimizer has slots for other variables.
        """
        for name, optimizer in self.players.items():
            _check_unused(optimizer, variables[name])
            optimizer.build(variables[name])
        # In a function, because Keras takes variables in attributes for the optimizer's own.
        self._player_variables = lambda: [variables[name] for name in self.players]
        self.built = True

    def apply(
        self, grads: Sequence[Tensor], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """Refused: each player is updated by its own optimizer."""
        raise NotImplementedError(f"The players are updated one by one: {self._advice}")

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
        """Saves the count of rounds; Keras saves the players' optimizers beside it."""
        for index, variable in enumerate(super().variables):
            store[str(index)] = keras.ops.convert_to_numpy(variable)

    def load_own_variables(self, store: dict[str, np.ndarray]) -> None:
        """Restores the count of rounds."""
        for index, variable in enumerate(super().variables):
            variable.assign(store[str(index)])

    @property
    def _advice(self) -> str:
        """Where each player's optimizer is found, in words."""
        return f"use {' and '.join(self._paths)}."

    @property
    @abc.abstractmethod
    def _paths(self) -> list[str]:
        """Where each player's optimizer is found."""


class _CommonRate(keras.Variable):
    """The players' learning rate where a variable is expected, whose `assign` sets all."""

    def __init__(self, players: PlayersOptimizer) -> None:
        rates = {_number(each.learning_rate) for each in players.optimizers}
        rate = rates.pop() if len(rates) == 1 else float("nan")
        super().__init__(rate, trainable=False, dtype="float32", name="learning_rate")
        self._players = players

    def assign(self, value: float | Tensor) -> Tensor:
        """Sets the rates of all players."""
        self._players.learning_rate = value
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
