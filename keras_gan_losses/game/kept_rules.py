"""What files and resumed runs ask the rules of any game."""

import abc
from collections.abc import Mapping

import keras

from keras_gan_losses.held_variables import HoldsVariables
from keras_gan_losses.types import Config


class KeptRules(abc.ABC):
    """What `compile` was told, as far as it is saved, compared and restored."""

    @property
    @abc.abstractmethod
    def holders(self) -> Mapping[str, HoldsVariables]:
        """Losses and penalties, which may hold variables and networks."""

    @property
    @abc.abstractmethod
    def optimizer_classes(self) -> dict[str, str]:
        """Names of the players' optimizers' classes: slots of two classes may look alike."""

    @property
    @abc.abstractmethod
    def description(self) -> Config:
        """All that two runs have in common if they play one game, as JSON has it."""

    @abc.abstractmethod
    def get_config(self) -> Config:
        """Arguments of `compile`, serialized."""

    @property
    def parts(self) -> dict[str, list[keras.Variable]]:
        """State of losses and penalties that changes while training, by what has it."""
        return {name: list(part.variables) for name, part in self.holders.items()}
