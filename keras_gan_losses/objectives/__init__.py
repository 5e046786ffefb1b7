"""Objectives: everything a paper says of the game, by the paper's name."""

from collections.abc import Mapping
from typing import Any

from keras_gan_losses.objectives.cross_entropy import R1, Minimax, NonSaturating
from keras_gan_losses.objectives.hinge import Hinge
from keras_gan_losses.objectives.least_squares import LeastSquares
from keras_gan_losses.objectives.objective import CustomObjective, Objective
from keras_gan_losses.objectives.wasserstein import Wasserstein, WassersteinGP, WassersteinLP
from keras_gan_losses.registration import look_up

__all__ = [
    "R1",
    "CustomObjective",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Objective",
    "Wasserstein",
    "WassersteinGP",
    "WassersteinLP",
    "aliases",
    "get",
    "names",
]

_OBJECTIVES: Mapping[str, type[Objective]] = {
    "hinge": Hinge,
    "lsgan": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "r1": R1,
    "wgan": Wasserstein,
    "wgan_gp": WassersteinGP,
    "wgan_lp": WassersteinLP,
}

_ALIASES: Mapping[str, str] = {
    "binary_crossentropy": "non_saturating",
    "least_squares": "lsgan",
    "wasserstein": "wgan",
    "wasserstein_gp": "wgan_gp",
    "wasserstein_lp": "wgan_lp",
}


def names() -> list[str]:
    """Names of all objectives, sorted; each is a valid `loss` in `GAN.compile`.

    Example:
    >>> "wgan_gp" in names()
    True
    """
    return sorted(_OBJECTIVES)


def aliases() -> dict[str, str]:
    """Other names people use, and the objective that each stands for.

    Example:
    >>> aliases()["binary_crossentropy"]
    'non_saturating'
    """
    return dict(_ALIASES)


def get(identifier: str | Objective | Mapping[str, Any]) -> Objective:
    """Objective of a name, of a pair of losses, or itself.

    Args:
        identifier: A name such as `"wgan_gp"`, an `Objective`, or a dictionary
            `{"generator": Loss, "discriminator": Loss}`.

    Returns:
        A named objective has its paper's settings.

    Raises:
        ValueError: If there is no objective of that name, or a player lacks its loss.
        TypeError: If it is none of the above.

    Example:
    >>> get("wgan_gp").discriminator_steps
    5
    """
    if isinstance(identifier, Objective):
        return identifier
    if isinstance(identifier, str):
        return look_up(identifier, {**_OBJECTIVES, **_by_alias()}, "objective")()
    if isinstance(identifier, Mapping):
        return _pair(identifier)
    raise TypeError(
        "`loss` must be the name of an objective, an Objective, or a dictionary "
        f'{{"generator": Loss, "discriminator": Loss}}. Received: {identifier!r}.'
    )


def _by_alias() -> dict[str, type[Objective]]:
    return {alias: _OBJECTIVES[name] for alias, name in _ALIASES.items()}


def _pair(losses: Mapping[str, Any]) -> Objective:
    if set(losses) != {"generator", "discriminator"}:
        raise ValueError(
            '`loss` as a dictionary needs exactly the keys "generator" and "discriminator". '
            f"Received keys: {sorted(losses)}."
        )
    return CustomObjective(
        generator_loss=losses["generator"], discriminator_loss=losses["discriminator"]
    )
