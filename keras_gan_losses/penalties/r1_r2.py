"""R1 and R2: penalties on the squared gradient at real and at generated samples."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.trees import in_float32, num_rows
from keras_gan_losses.types import Condition, Samples, Scores, Tensor
from keras_gan_losses.validation import check_number

# Below it, differences of scores in float32 are rounding.
_LEAST_STEP = 1e-6


class SquaredGradientPenalty(Penalty):
    """Penalises the squared gradient at one kind of samples.

    With a `step` σ the squared norm is replaced by ((D(x + σε) − D(x)) / σ)², with ε ~ N(0, 1)
    for each number of a sample: for small steps its mean is the squared norm. It costs one more
    pass, but no second derivative. So torch can compile it, and any layer will do. Each value is
    noisy, by √2 times itself, where the exact one is not. Give the discriminator smooth
    activations, SiLU or GELU: at a kink the noise of the weights' gradient grows as 1/√σ.

    Args:
        gamma: γ, at least 0; the penalty is γ/2 times the squared norm.
        step: σ in the samples' units, at least 1e-6; None computes the gradient.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.
    """

    def __init__(self, *, gamma: float = 10.0, step: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        advice = "Use 10.0 for the setting of the paper."
        check_number("gamma", gamma, minimum=0.0, advice=advice)
        if step is not None:
            advice = "Use 0.01 for samples in [−1, 1], or None for the exact gradient."
            check_number("step", step, minimum=_LEAST_STEP, advice=advice)
        self.gamma = gamma
        self.step = step
        self.uses_gradient = step is None

    def _squared_slope(
        self,
        batch: AdversarialBatch,
        samples: Samples,
        condition: Condition | None,
        scores: Scores,
        step: float,
    ) -> Tensor:
        """Squared difference quotient of each sample's scores, in a random direction."""

        def moved(leaf: Tensor) -> Tensor:
            shape, seed = ops.shape(leaf), batch.seed_generator
            return leaf + step * global_batch.draw(keras.random.normal, shape, seed=seed)

        points = keras.tree.map_structure(moved, in_float32(samples))
        differences = batch.score(points, condition) - scores
        # Of several scores, the sum, whose gradient the exact penalty takes.
        difference = ops.sum(ops.reshape(differences, (num_rows(samples), -1)), axis=1)
        return ops.square(difference / step)


@register
class R1Penalty(SquaredGradientPenalty):
    """Flattens the discriminator at real samples.

    Choose it with the non-saturating loss: near the optimum it makes alternating training
    converge. It shares the forward pass of the real samples with the loss. Give it a `step` where
    no second derivative can be had: for `jit_compile=True` on torch, behind bilinear resizing or
    Keras's layer normalisation on TensorFlow.

    Formula, per sample: γ/2 · ‖g(real)‖², or γ/2 · ((D(real + σε) − D(real)) / σ)² where σ = step.
    The first paper's own code leaves out the ½: its 10 is γ = 20 here. APT's weight λ multiplies
    the squared difference itself: its λ = 100 with σ = 0.01 is γ = 0.02.

    Args:
        gamma: γ, at least 0; 10 in the paper.
        step: σ, at least 1e-6, in the units of the samples; 0.01 in APT, for images. By default
            None: the exact gradient. ε is normal, drawn anew in each update. Scores in bfloat16
            are rounded to a 256th: keep the discriminator in float32 there, or take a step of 0.1.
            Use smooth activations with it: behind ReLU, gradients are so noisy that the penalty
            may do harm.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `gamma` is negative, `step` below 1e-6, or one of them not finite.

    Example:
    >>> R1Penalty(gamma=1.0).name
    'r1_penalty'

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, equation 9; by differences: Lin et al., 2025,
        arXiv:2501.08316.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        if self.step is None:
            return 0.5 * self.gamma * squared_norm(batch.real_gradient)
        slopes = self._squared_slope(
            batch, batch.real, batch.condition, batch.real_scores, self.step
        )
        return 0.5 * self.gamma * slopes


@register
class R2Penalty(SquaredGradientPenalty):
    """Flattens the discriminator at generated samples.

    Choose it beside `R1Penalty`, as R3GAN does: with a relativistic loss, R1 alone diverges
    where both together converge. It shares the forward pass of the generated samples with the
    loss.

    Formula, per sample: γ/2 · ‖g(fake)‖², or γ/2 · ((D(fake + σε) − D(fake)) / σ)² where σ = step.

    Args:
        gamma: γ, at least 0; 10 in the paper.
        step: σ, at least 1e-6; by default None: the exact gradient. As in `R1Penalty`.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `gamma` is negative, `step` below 1e-6, or one of them not finite.

    Example:
    >>> R2Penalty(gamma=1.0).name
    'r2_penalty'

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, equation 10; Huang et al., 2025,
        arXiv:2501.05441.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        if self.step is None:
            return 0.5 * self.gamma * squared_norm(batch.fake_gradient)
        slopes = self._squared_slope(
            batch, batch.fake, batch.fake_condition, batch.fake_scores, self.step
        )
        return 0.5 * self.gamma * slopes
