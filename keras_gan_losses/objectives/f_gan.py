"""The f-GAN."""

import functools

from keras_gan_losses.losses import (
    FDivergenceDiscriminatorLoss,
    FDivergenceGeneratorLoss,
    divergences,
)
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import enter


def fgan(*, divergence: str | divergences.Divergence, is_zero_sum: bool = False) -> Objective:
    """An f-divergence of your choice, estimated and lowered: `"fgan_kl"`, for instance.

    Choose it to study which error a divergence forgives; `losses.divergences` tells each.
    Optimizers: those of DCGAN (Adam 2e-4, β₁ 0.5).

    Args:
        divergence: A `Divergence`, or its name: one of `losses.divergences.names()`.
        is_zero_sum: Whether the generator minimises just what the discriminator maximises,
            rather than the paper's practical form.

    Raises:
        ValueError: If there is no divergence of that name.

    Example:
    >>> fgan(divergence="kl").discriminator_loss.divergence.threshold
    1.0

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709.
    """
    return Objective(
        name="fgan",
        generator_loss=FDivergenceGeneratorLoss(divergence=divergence, is_zero_sum=is_zero_sum),
        discriminator_loss=FDivergenceDiscriminatorLoss(divergence=divergence),
    )


for _name in divergences.names():
    _make = functools.partial(fgan, divergence=_name)
    functools.update_wrapper(_make, fgan)
    # Its signature is its own: the divergence has a default.
    del vars(_make)["__wrapped__"]
    enter(f"fgan_{_name}", _make)
