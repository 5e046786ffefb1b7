"""The gradient penalty of DRAGAN, around the data alone."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.noise import Noise, get_noise
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.trees import in_float32
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number

# Keeps the square root's gradient finite where the discriminator's gradient is zero.
_EPSILON = 1e-12


@register
class DraganPenalty(Penalty):
    """Draws the norm of the discriminator's gradient to a target, at points near real samples.

    Choose it to steady the non-saturating game: it keeps the discriminator from growing sharp
    around the data, and unlike `GradientPenalty` asks nothing of the samples in between.

    Formula, per sample: weight · (‖g‖ − target)², where g is the gradient of the score at a
    point near a real sample, and ‖·‖ is over all dimensions of one sample. Three definitions of
    "near" circulate: that of the authors' code (`"uniform"`, the default, whose points lie
    only above the data), a symmetric one, and that of the paper's formula (`"normal"`).

    Args:
        weight: λ, at least 0; 10 in the authors' code.
        target: Norm wanted, at least 0; 1 in the paper.
        noise: How points are made of real samples: `"uniform"`, `"symmetric"`, `"normal"`, or a
            `Noise`, such as `UniformNoise(scale=0.2)`.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` or `target` is negative or not finite, or there is no noise of
            that name.

    Example:
    >>> import keras
    >>> discriminator = keras.Sequential(
    ...     [keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")]
    ... )
    >>> batch = AdversarialBatch(discriminator, ops.ones((4, 2)))
    >>> penalty = DraganPenalty()(batch)  # the gradient is (1, 1) everywhere
    >>> [round(value, 3) for value in ops.convert_to_numpy(penalty).tolist()]
    [1.716, 1.716, 1.716, 1.716]

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.
    """

    uses_gradient = True

    def __init__(
        self,
        *,
        weight: float = 10.0,
        target: float = 1.0,
        noise: str | Noise = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The authors' weight is 10.0.")
        check_number("target", target, minimum=0.0, advice="The paper's target is 1.0.")
        self.weight = weight
        self.target = target
        self.noise = get_noise(noise)

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        points = self.noise(in_float32(batch.real), batch.seed_generator)
        norm = ops.sqrt(squared_norm(batch.score_gradient(points)) + _EPSILON)
        return self.weight * ops.square(norm - self.target)
