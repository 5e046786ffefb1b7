"""R1 and R2: penalties on the squared gradient at real and at generated samples."""

from typing import Any, ClassVar

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


class SquaredGradientPenalty(Penalty):
    """Penalises the squared gradient at one kind of samples.

    Args:
        gamma: γ, at least 0; the penalty is γ/2 times the squared norm.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.
    """

    uses_gradient: ClassVar[bool] = True

    def __init__(self, *, gamma: float = 10.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 10.0 for the setting of the paper."
        check_number("gamma", gamma, minimum=0.0, advice=advice)
        self.gamma = gamma


@register
class R1Penalty(SquaredGradientPenalty):
    """Flattens the discriminator at real samples.

    Choose it with the non-saturating loss: near the optimum it makes alternating training
    converge. It shares the forward pass of the real samples with the loss.

    Formula, per sample: γ/2 · ‖g(real)‖². The paper's own code leaves out the ½: its 10 is
    γ = 20 here.

    Args:
        gamma: γ, at least 0; 10 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> R1Penalty(gamma=1.0).name
    'r1_penalty'

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, equation 9.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return 0.5 * self.gamma * squared_norm(batch.real_gradient)


@register
class R2Penalty(SquaredGradientPenalty):
    """Flattens the discriminator at generated samples.

    Choose it beside `R1Penalty`, as R3GAN does: with a relativistic loss, R1 alone diverges
    where both together converge. It shares the forward pass of the generated samples with the
    loss.

    Formula, per sample: γ/2 · ‖g(fake)‖².

    Args:
        gamma: γ, at least 0; 10 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `gamma` is negative or not finite.

    Example:
    >>> R2Penalty(gamma=1.0).name
    'r2_penalty'

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, equation 10; Huang et al., 2025,
        arXiv:2501.05441.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return 0.5 * self.gamma * squared_norm(batch.fake_gradient)
