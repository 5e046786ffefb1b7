"""What pictures of objectives take, and how they label it."""

from collections.abc import Mapping, Sequence

import keras

from keras_gan_losses.objectives import Objective
from keras_gan_losses.objectives import get as get_objective

# What an objective can be chosen by.
Chosen = str | Objective | Mapping[str, keras.losses.Loss]


def labelled_objectives(wanted: Chosen | Sequence[Chosen]) -> dict[str, Objective]:
    """Objectives by labels: their names, numbered where one occurs again.

    Args:
        wanted: One or several names, `Objective` objects, or pairs of losses.

    Raises:
        ValueError: If there are none, or a name is unknown.
        TypeError: If something is no objective.

    Example:
    >>> list(labelled_objectives(["hinge", "ebgan", "hinge"]))
    ['hinge', 'ebgan (energies)', 'hinge #2']
    """
    chosen = [wanted] if isinstance(wanted, str | Objective | Mapping) else list(wanted)
    if not chosen:
        raise ValueError(
            "`objectives` must hold at least one objective. Received: none. Use "
            '["minimax", "non_saturating"] for a beginning.'
        )
    games: dict[str, Objective] = {}
    for one in chosen:
        objective = get_objective(one)
        label = one if isinstance(one, str) else objective.name
        if objective.generator_loss.scores_are_energies:
            label += " (energies)"
        earlier = sum(known.split(" #")[0] == label for known in games)
        games[f"{label} #{earlier + 1}" if earlier else label] = objective
    return games
