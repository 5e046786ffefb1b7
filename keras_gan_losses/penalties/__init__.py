"""Penalties on the discriminator's gradient or scores, to be added to any objective."""

from collections.abc import Mapping

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.gradient_penalty import GradientPenalty
from keras_gan_losses.penalties.penalty import GeneratorPenalty, Penalty
from keras_gan_losses.penalties.r1_r2 import R1Penalty, R2Penalty
from keras_gan_losses.registration import look_up

__all__ = [
    "AdversarialBatch",
    "GeneratorPenalty",
    "GradientPenalty",
    "Penalty",
    "R1Penalty",
    "R2Penalty",
    "get",
]

_PENALTIES: Mapping[str, type[Penalty]] = {
    "gradient_penalty": GradientPenalty,
    "r1": R1Penalty,
    "r2": R2Penalty,
}


def get(identifier: str | Penalty) -> Penalty:
    """Penalty of a name, with its paper's weight; a penalty is returned as it is.

    Args:
        identifier: `"gradient_penalty"`, `"r1"`, `"r2"` … or a `Penalty`.

    Raises:
        ValueError: If there is no penalty of that name.

    Example:
    >>> get("r1").gamma
    10.0
    """
    if isinstance(identifier, Penalty):
        return identifier
    return look_up(identifier, _PENALTIES, "penalty")()
