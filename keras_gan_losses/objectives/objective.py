"""What an objective is: all that a paper says of the game, save the networks and the data."""

from collections.abc import Sequence

import keras

from keras_gan_losses.losses.adversarial_loss import AdversarialLoss
from keras_gan_losses.losses.foreign_loss import as_adversarial
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.penalties import get as get_penalty
from keras_gan_losses.registration import Configurable, register, serialize_optimizer
from keras_gan_losses.types import Config
from keras_gan_losses.validation import check_count


@register
class Objective(Configurable):
    """Holds both players' losses, the penalties, the schedule and the recommended optimizer.

    Choose it to combine what no paper has; `objectives.register` gives a combination a name.

    Args:
        generator_loss: What the generator minimises: an `AdversarialLoss`, or a
            `keras.losses.Loss` of real and fake scores.
        discriminator_loss: What the discriminator minimises, likewise.
        penalties: What is added to either player's loss: penalties, or their names.
        discriminator_steps: Updates of the discriminator in one round, at least 1.
        discriminator_constraint: Applied to each of the discriminator's weights after its
            updates, as weight clipping is.
        optimizer: A Keras optimizer or its name, of which each player gets a copy; by default
            that of DCGAN, Adam 2e-4 with β 0.5 and 0.999.
        name: What legends call it.

    Raises:
        TypeError: If a loss is none, or one of Keras's own, which compare predictions with labels.
        ValueError: If `discriminator_steps` is not a positive whole number, or Keras has no
            optimizer or constraint of that name.

    Example:
    >>> from keras_gan_losses import losses
    >>> objective = Objective(
    ...     generator_loss=losses.NonSaturatingGeneratorLoss(),
    ...     discriminator_loss=losses.HingeDiscriminatorLoss(),
    ...     penalties=["r1"],
    ... )
    >>> objective.discriminator_steps
    1
    """

    def __init__(
        self,
        *,
        generator_loss: keras.losses.Loss,
        discriminator_loss: keras.losses.Loss,
        penalties: Sequence[str | Penalty] = (),
        discriminator_steps: int = 1,
        discriminator_constraint: keras.constraints.Constraint | None = None,
        optimizer: str | keras.optimizers.Optimizer | None = None,
        name: str = "custom",
    ) -> None:
        advice = "Use 1 to train both players equally often, or leave the paper's default."
        check_count("discriminator_steps", discriminator_steps, advice=advice)
        self.generator_loss = as_adversarial(generator_loss, "generator")
        self.discriminator_loss = as_adversarial(discriminator_loss, "discriminator")
        self.penalties = tuple(map(get_penalty, penalties))
        self.discriminator_steps = discriminator_steps
        self.discriminator_constraint = keras.constraints.get(discriminator_constraint)
        # Radford et al., 2015, arXiv:1511.06434, section 4: what most papers start from.
        default = keras.optimizers.Adam(2e-4, 0.5, 0.999) if optimizer is None else optimizer
        self.optimizer = keras.optimizers.get(default)
        self.name = name

    def player_optimizer(self, name: str) -> keras.optimizers.Optimizer:
        """A new optimizer with the recommended settings, under a player's name."""
        return type(self.optimizer).from_config({**self.optimizer.get_config(), "name": name})

    def get_config(self) -> Config:
        """Constructor arguments, serialized by Keras."""
        optimizer = serialize_optimizer(self.optimizer)
        # Keras numbers it, and players have names of their own.
        del optimizer["config"]["name"]
        return {**super().get_config(), "optimizer": optimizer}

    @property
    def variables(self) -> list[keras.Variable]:
        """State of losses and penalties that changes while training and is saved."""
        losses = (self.generator_loss, self.discriminator_loss)
        parts: tuple[AdversarialLoss | Penalty, ...] = (*losses, *self.penalties)
        return [variable for part in parts for variable in part.variables]
