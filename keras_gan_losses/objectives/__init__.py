"""Objectives: everything a paper says of the game, by the paper's name."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import keras

from keras_gan_losses.losses import divergences
from keras_gan_losses.losses.foreign_loss import matching_loss
from keras_gan_losses.objectives.auxiliary_classifier import AuxiliaryClassifier
from keras_gan_losses.objectives.cross_entropy import R1, Minimax, NonSaturating
from keras_gan_losses.objectives.dragan import DRAGAN
from keras_gan_losses.objectives.dual_contrastive import DualContrastive
from keras_gan_losses.objectives.energy_based import BoundaryEquilibrium, EnergyBased
from keras_gan_losses.objectives.f_divergence import FDivergence
from keras_gan_losses.objectives.hinge import Hinge
from keras_gan_losses.objectives.kl_wasserstein import KLWasserstein
from keras_gan_losses.objectives.least_squares import LeastSquares
from keras_gan_losses.objectives.objective import CustomObjective, Objective
from keras_gan_losses.objectives.relativistic import (
    R3GAN,
    RelativisticAverage,
    RelativisticAverageHinge,
    RelativisticAverageLeastSquares,
    RelativisticPaired,
    RelativisticPairedHinge,
    RelativisticPairedLeastSquares,
)
from keras_gan_losses.objectives.spectral_normalization import SpectralNormalizationGAN
from keras_gan_losses.objectives.wasserstein import Wasserstein, WassersteinGP, WassersteinLP
from keras_gan_losses.registration import look_up

__all__ = [
    "DRAGAN",
    "R1",
    "R3GAN",
    "AuxiliaryClassifier",
    "BoundaryEquilibrium",
    "CustomObjective",
    "DualContrastive",
    "EnergyBased",
    "FDivergence",
    "Hinge",
    "KLWasserstein",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Objective",
    "RelativisticAverage",
    "RelativisticAverageHinge",
    "RelativisticAverageLeastSquares",
    "RelativisticPaired",
    "RelativisticPairedHinge",
    "RelativisticPairedLeastSquares",
    "SpectralNormalizationGAN",
    "Wasserstein",
    "WassersteinGP",
    "WassersteinLP",
    "aliases",
    "get",
    "names",
]

_OBJECTIVES: Mapping[str, Callable[[], Objective]] = {
    "acgan": AuxiliaryClassifier,
    "began": BoundaryEquilibrium,
    "dragan": DRAGAN,
    "dual_contrastive": DualContrastive,
    "ebgan": EnergyBased,
    "hinge": Hinge,
    "kl_wgan": KLWasserstein,
    "lsgan": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "r1": R1,
    "r3gan": R3GAN,
    "rahinge": RelativisticAverageHinge,
    "ralsgan": RelativisticAverageLeastSquares,
    "rasgan": RelativisticAverage,
    "rphinge": RelativisticPairedHinge,
    "rplsgan": RelativisticPairedLeastSquares,
    "rsgan": RelativisticPaired,
    "sngan": SpectralNormalizationGAN,
    "wgan": Wasserstein,
    "wgan_gp": WassersteinGP,
    "wgan_lp": WassersteinLP,
    **{
        f"fgan_{name}": functools.partial(FDivergence, divergence=name)
        for name in divergences.names()
    },
}

_ALIASES: Mapping[str, str] = {
    "auxiliary_classifier": "acgan",
    "binary_crossentropy": "non_saturating",
    "boundary_equilibrium": "began",
    "energy_based": "ebgan",
    "kl_wasserstein": "kl_wgan",
    "least_squares": "lsgan",
    "ragan": "rasgan",
    "relativistic": "rsgan",
    "relativistic_average": "rasgan",
    "relativistic_average_hinge": "rahinge",
    "relativistic_average_least_squares": "ralsgan",
    "relativistic_paired": "rsgan",
    "relativistic_paired_hinge": "rphinge",
    "relativistic_paired_least_squares": "rplsgan",
    "rgan": "rsgan",
    "rpgan": "rsgan",
    "spectral_normalization": "sngan",
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
        + (_advice(identifier) if isinstance(identifier, keras.losses.Loss) else "")
    )


def _advice(loss: keras.losses.Loss) -> str:
    pair = ", ".join(
        f'"{player}": losses.{matching_loss(loss, player)}()'
        for player in ("generator", "discriminator")
    )
    return f' One loss does for one player only. Write loss="non_saturating", or {{{pair}}}.'


def _by_alias() -> dict[str, Callable[[], Objective]]:
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
