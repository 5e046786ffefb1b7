"""Both players' optimizers of a GAN."""

from typing import Self

import keras

from keras_gan_losses.game.players_optimizer import PlayersOptimizer
from keras_gan_losses.registration import register, serialize_optimizer
from keras_gan_losses.types import Config


@register
class TwoPlayerOptimizer(PlayersOptimizer):
    """Holds the generator's and the discriminator's optimizer where Keras expects one.

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
        super().__init__(name)
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer

    @property
    def players(self) -> dict[str, keras.optimizers.Optimizer]:
        """Both optimizers, by the player's name."""
        return {
            "generator": self.generator_optimizer,
            "discriminator": self.discriminator_optimizer,
        }

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

    @property
    def _paths(self) -> list[str]:
        return [f"`gan.optimizer.{name}_optimizer`" for name in self.players]
