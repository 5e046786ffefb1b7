"""Both players' optimizers, seen by Keras as the one optimizer of a model."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Self

import keras

from keras_gan_losses.registration import register


@register
class TwoPlayerOptimizer(keras.optimizers.Optimizer):
    """Holds the generator's and the discriminator's optimizer where Keras expects one.

    `GAN.compile` makes it; `gan.optimizer` is it. Its `optimizers` are what Keras's callbacks
    for learning rates and averaged weights act on, its `iterations` count rounds, and its
    `variables` are all of both, so that saving needs nothing of its own.

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
        super().__init__(learning_rate=0.0, name=name)
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        self._finalizes = True

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """The generator's and the discriminator's optimizer, without loss scaling around them."""
        players = (self.generator_optimizer, self.discriminator_optimizer)
        return [getattr(player, "inner_optimizer", player) for player in players]

    @property
    def variables(self) -> list[keras.Variable]:
        """The rounds' count and the variables of both players' optimizers."""
        players = (self.generator_optimizer, self.discriminator_optimizer)
        return [*super().variables, *(v for player in players for v in player.variables)]

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

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
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

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Saves the count of rounds; Keras saves the two optimizers beside it."""
        for index, variable in enumerate(super().variables):
            store[str(index)] = keras.ops.convert_to_numpy(variable)

    def load_own_variables(self, store: dict[str, Any]) -> None:
        """Restores the count of rounds."""
        for index, variable in enumerate(super().variables):
            variable.assign(store[str(index)])

    def get_config(self) -> dict[str, Any]:
        """Both optimizers, serialized."""
        return {
            "generator_optimizer": serialize_optimizer(self.generator_optimizer),
            "discriminator_optimizer": serialize_optimizer(self.discriminator_optimizer),
            "name": self.name,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Optimizer of both players' configurations."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))


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


def serialize_optimizer(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Configuration of an optimizer that every backend can load.

    Under torch Keras names the module of a torch-only subclass, which other backends lack.
    """
    config = keras.saving.serialize_keras_object(optimizer)
    name = config["class_name"]
    if config.get("registered_name") in (None, name) and hasattr(keras.optimizers, name):
        config["module"] = "keras.optimizers"
    return config
