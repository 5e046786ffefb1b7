"""What an objective is: all that a paper says of the game, save the networks and the data."""

import abc
from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_gan_losses.losses.foreign_loss import as_adversarial
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.penalties import get as get_penalty
from keras_gan_losses.registration import Configurable, register
from keras_gan_losses.validation import check_count


def paper_optimizer(kind: Callable[..., Any], *arguments: float) -> Callable[..., Any]:
    """Function that makes a new optimizer with a paper's settings, whenever it is called."""

    def make(name: str) -> keras.optimizers.Optimizer:
        return kind(*arguments, name=name)

    return make


# Radford et al., 2015, arXiv:1511.06434, section 4: the settings that most papers start from.
DCGAN_OPTIMIZER = paper_optimizer(keras.optimizers.Adam, 2e-4, 0.5, 0.999)


class Objective(Configurable, abc.ABC):
    """Holds both players' losses, the penalties, the schedule and the recommended optimizers.

    Subclass it to give a combination of your own a name: call this constructor, and keep each
    argument of yours in an attribute of the same name, so that it is saved.

    Args:
        generator_loss: What the generator minimises.
        discriminator_loss: What the discriminator minimises.
        penalties: What is added to the discriminator's loss.
        discriminator_steps: Updates of the discriminator in one round, at least 1.
        discriminator_constraint: Applied to each of the discriminator's weights after its
            updates, as weight clipping is.
        optimizer: Makes a player's optimizer, given its name.

    Raises:
        ValueError: If `discriminator_steps` is not a positive whole number.
    """

    @abc.abstractmethod
    def __init__(
        self,
        *,
        generator_loss: keras.losses.Loss,
        discriminator_loss: keras.losses.Loss,
        penalties: Sequence[Penalty] = (),
        discriminator_steps: int = 1,
        discriminator_constraint: keras.constraints.Constraint | None = None,
        optimizer: Callable[..., Any] = DCGAN_OPTIMIZER,
    ) -> None:
        advice = "Use 1 to train both players equally often, or leave the paper's default."
        check_count("discriminator_steps", discriminator_steps, advice=advice)
        self.generator_loss = as_adversarial(generator_loss, "generator")
        self.discriminator_loss = as_adversarial(discriminator_loss, "discriminator")
        self.penalties = tuple(map(get_penalty, penalties))
        self.discriminator_steps = discriminator_steps
        self.discriminator_constraint = discriminator_constraint
        self.optimizer = optimizer

    @property
    def variables(self) -> list[keras.Variable]:
        """State of losses and penalties that changes while training and is saved."""
        parts = (self.generator_loss, self.discriminator_loss, *self.penalties)
        return [variable for part in parts for variable in part.variables]


@register
class CustomObjective(Objective):
    """Joins any two losses and penalties into an objective.

    Choose it to combine what no paper has: `gan.compile(loss={"generator": …, "discriminator":
    …}, penalties=[…])` makes one for you.

    Args:
        generator_loss: What the generator minimises.
        discriminator_loss: What the discriminator minimises.
        penalties: What is added to the discriminator's loss.
        discriminator_steps: Updates of the discriminator in one round, at least 1.

    Raises:
        TypeError: If a loss is not a `keras.losses.Loss`.
        ValueError: If `discriminator_steps` is not a positive whole number.

    Example:
    >>> from keras_gan_losses import losses
    >>> objective = CustomObjective(
    ...     generator_loss=losses.NonSaturatingGeneratorLoss(),
    ...     discriminator_loss=losses.HingeDiscriminatorLoss(),
    ... )
    >>> objective.discriminator_steps
    1
    """

    def __init__(
        self,
        *,
        generator_loss: keras.losses.Loss,
        discriminator_loss: keras.losses.Loss,
        penalties: Sequence[Penalty] = (),
        discriminator_steps: int = 1,
    ) -> None:
        super().__init__(
            generator_loss=generator_loss,
            discriminator_loss=discriminator_loss,
            penalties=penalties,
            discriminator_steps=discriminator_steps,
        )
