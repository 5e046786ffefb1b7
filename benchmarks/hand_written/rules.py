"""What the hand-written loops minimise: formulas of scores, in operations of every framework."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops


@dataclass(frozen=True)
class Rules:
    """Losses of both players, and which gradients the discriminator is penalised for.

    Args:
        discriminator_loss: Of real and fake scores.
        generator_loss: Of real and fake scores.
        penalises_between: Whether the gradient between real and generated samples shall be 1.
        penalises_at_samples: Whether the gradients at real and generated samples shall be 0.
        generator_sees_real: Whether the generator's loss depends on real scores.
        betas: Adam's.
    """

    discriminator_loss: Callable[[Any, Any], Any]
    generator_loss: Callable[[Any, Any], Any]
    penalises_between: bool = False
    penalises_at_samples: bool = False
    generator_sees_real: bool = False
    betas: tuple[float, float] = (0.5, 0.999)


RULES = {
    "non_saturating": Rules(
        lambda real, fake: ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake)),
        lambda real, fake: ops.mean(ops.softplus(-fake)),
    ),
    "wgan_gp": Rules(
        lambda real, fake: ops.mean(fake) - ops.mean(real),
        lambda real, fake: -ops.mean(fake),
        penalises_between=True,
        betas=(0.0, 0.9),
    ),
    "hinge": Rules(
        lambda real, fake: ops.mean(ops.relu(1.0 - real)) + ops.mean(ops.relu(1.0 + fake)),
        lambda real, fake: -ops.mean(fake),
        betas=(0.0, 0.9),
    ),
    "r3gan": Rules(
        lambda real, fake: ops.mean(ops.softplus(fake - real)),
        lambda real, fake: ops.mean(ops.softplus(real - fake)),
        penalises_at_samples=True,
        generator_sees_real=True,
        betas=(0.0, 0.9),
    ),
}
LEARNING_RATE = 1e-4


def unit_gradient_penalty(gradient: Any) -> Any:
    """10 · (‖gradient‖ − 1)², mean over samples."""
    squares = ops.sum(ops.square(ops.reshape(gradient, (gradient.shape[0], -1))), axis=1)
    return 10.0 * ops.mean(ops.square(ops.sqrt(squares + 1e-12) - 1.0))


def zero_gradient_penalty(gradient: Any) -> Any:
    """½ · ‖gradient‖², mean over samples."""
    squares = ops.sum(ops.square(ops.reshape(gradient, (gradient.shape[0], -1))), axis=1)
    return 0.5 * ops.mean(squares)
