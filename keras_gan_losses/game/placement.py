"""Checks, before training, of what several devices ask of a model."""

from collections.abc import Sequence

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.game.state import flat


def check_placement(
    model: keras.Model, variables: Sequence[keras.Variable], *, is_building: bool = False
) -> None:
    """Raises if variables were not made on the devices that are to train them.

    Args:
        model: The GAN.
        variables: Of networks, losses, penalties, optimizers and random generators.
        is_building: Whether more of them are about to be made.

    Raises:
        ValueError: With what to build where.
    """
    problem = backend.misplaced(model, variables, is_building=is_building)
    if problem:
        raise ValueError(problem)


def check_rules(model: keras.Model, rules: Rules) -> None:
    """Raises if networks, losses or penalties cannot be trained by the devices at hand.

    Raises:
        ValueError: If something was built for other devices; or if there are several and a loss
            gives one value for a batch, which Keras would take whole on each.
    """
    variables = [*model.variables, *flat(rules.parts)]
    check_placement(model, variables, is_building=True)
    if backend.num_shards(model) == 1 == len(backend.all_gather(0)):
        return
    scores = keras.ops.zeros((2, 1))
    objective = rules.objective
    for loss in (objective.generator_loss, objective.discriminator_loss):
        if len(loss.call(scores, scores).shape) == 0:
            raise ValueError(
                f"The loss {loss.name!r} gives one number for a batch. On several devices a loss "
                "must give one value per sample, shape (batch,), of which Keras takes the mean."
            )
