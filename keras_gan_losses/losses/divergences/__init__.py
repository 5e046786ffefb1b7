"""Divergences for the f-GAN, by the names of its paper."""

from collections.abc import Mapping

from keras_gan_losses.losses.divergences.alpha import AlphaDivergence
from keras_gan_losses.losses.divergences.chi_squared import (
    NeymanDivergence,
    PearsonDivergence,
    SquaredHellingerDivergence,
    TotalVariationDivergence,
)
from keras_gan_losses.losses.divergences.divergence import Divergence
from keras_gan_losses.losses.divergences.jensen_shannon import (
    GANDivergence,
    JensenShannonDivergence,
)
from keras_gan_losses.losses.divergences.kullback_leibler import (
    JeffreyDivergence,
    KullbackLeiblerDivergence,
    ReverseKullbackLeiblerDivergence,
)
from keras_gan_losses.losses.divergences.stable_functions import EXPONENT_LIMIT
from keras_gan_losses.registration import look_up

__all__ = [
    "EXPONENT_LIMIT",
    "AlphaDivergence",
    "Divergence",
    "GANDivergence",
    "JeffreyDivergence",
    "JensenShannonDivergence",
    "KullbackLeiblerDivergence",
    "NeymanDivergence",
    "PearsonDivergence",
    "ReverseKullbackLeiblerDivergence",
    "SquaredHellingerDivergence",
    "TotalVariationDivergence",
    "get",
    "names",
]

_DIVERGENCES: Mapping[str, type[Divergence]] = {
    "alpha": AlphaDivergence,
    "gan": GANDivergence,
    "jeffrey": JeffreyDivergence,
    "jensen_shannon": JensenShannonDivergence,
    "kl": KullbackLeiblerDivergence,
    "neyman": NeymanDivergence,
    "pearson": PearsonDivergence,
    "reverse_kl": ReverseKullbackLeiblerDivergence,
    "squared_hellinger": SquaredHellingerDivergence,
    "total_variation": TotalVariationDivergence,
}


def names() -> list[str]:
    """Names of all divergences, sorted.

    Example:
    >>> "kl" in names()
    True
    """
    return sorted(_DIVERGENCES)


def get(identifier: str | Divergence) -> Divergence:
    """Divergence of a name; a divergence is returned as it is.

    Args:
        identifier: `"kl"`, `"pearson"` … or a `Divergence`.

    Raises:
        ValueError: If there is no divergence of that name.

    Example:
    >>> get("alpha").alpha
    0.5
    """
    if isinstance(identifier, Divergence):
        return identifier
    return look_up(identifier, _DIVERGENCES, "divergence")()
