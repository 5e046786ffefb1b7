"""How a GAN is written to files and read again, whole."""

from typing import Any, Self

import keras

from keras_gan_losses.models.training_state import extra_variables, load_extra, save_extra


class SavedWhole:
    """Gives a GAN the methods by which Keras saves and loads it, with all that training changes.

    Mixin of `GAN`, whose attributes it reads.
    """

    @property
    def variables(self) -> list[keras.Variable]:
        """Variables of both networks, random generators, and stateful losses and penalties."""
        extra = [] if self.rules is None else self.rules.objective_variables
        return [*super().variables, *extra]

    def get_config(self) -> dict[str, Any]:
        """Both networks and all arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "latent_sampler": serialize(self.latent_sampler),
            "label_shape": self.label_shape,
            "seed": self.seed,
            "generator_average": self.generator_average and self.generator_average.pace,
            "name": self.name,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """GAN of a configuration, with an averaged generator if the saved one had one."""
        config = keras.saving.deserialize_keras_object(config, custom_objects=custom_objects)
        pace = config.pop("generator_average", None)
        gan = cls(**config)
        if pace is not None:
            gan.average_generator(**pace)
        return gan

    def get_compile_config(self) -> dict[str, Any]:
        """Arguments of `compile`, for saving."""
        return {} if self.rules is None else self.rules.get_config()

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as the saved model was."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Saves what Keras does not: random generators, stateful losses and penalties."""
        save_extra(extra_variables(self), store)

    def load_own_variables(self, store: dict[str, Any]) -> None:
        """Restores what `save_own_variables` saved."""
        load_extra(extra_variables(self), store, compiled=self.compiled)
