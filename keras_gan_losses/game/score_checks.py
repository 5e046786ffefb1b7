"""Whether losses and the discriminator mean the same by a score."""

import keras

from keras_gan_losses import objectives
from keras_gan_losses.game.inspection import ends_in


def check_scores(discriminator: keras.Model, objective: objectives.Objective) -> None:
    """Raises if a sigmoid meets a loss of raw scores, or raw scores one of probabilities.

    Raises:
        ValueError: With what to change.
    """
    both = (objective.generator_loss, objective.discriminator_loss)
    wants_raw = [loss.from_logits for loss in both]
    if ends_in(discriminator, "sigmoid") and True in wants_raw:
        raise ValueError(
            "The discriminator ends in a sigmoid, but the loss "
            f"{both[wants_raw.index(True)].name!r} expects raw scores. Remove the sigmoid, which "
            "trains better, or choose a cross-entropy loss with from_logits=False."
        )
    if ends_in(discriminator, "linear") and False in wants_raw:
        raise ValueError(
            f"The loss {both[wants_raw.index(False)].name!r} has from_logits=False and expects "
            "probabilities, but the discriminator ends in a linear layer. Leave from_logits=True, "
            "which trains better, or end the discriminator in a sigmoid."
        )


def check_energies(objective: objectives.Objective) -> None:
    """Raises if for one player a higher score is more real, and for the other a lower one.

    Raises:
        ValueError: With both losses.
    """
    players = {
        "generator": objective.generator_loss,
        "discriminator": objective.discriminator_loss,
    }
    takes = {
        player: "energies" if loss.scores_are_energies else "scores"
        for player, loss in players.items()
    }
    if len(set(takes.values())) > 1:
        raise ValueError(
            "Both players must read the discriminator's output in the same way, but the "
            f"generator's loss takes {takes['generator']} (higher is more real, for energies "
            f"lower) and the discriminator's takes {takes['discriminator']}. Take both losses "
            "from one family."
        )
