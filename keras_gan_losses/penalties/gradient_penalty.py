"""The gradient penalty of WGAN-GP, its one-sided and its zero-centred form."""

from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.trees import for_each_row, in_float32, num_rows
from keras_gan_losses.types import Samples, Tensor
from keras_gan_losses.validation import check_count, check_number

# Keeps the square root's gradient finite where the discriminator's gradient is zero.
_EPSILON = 1e-12


@register
class GradientPenalty(Penalty):
    """Draws the norm of the discriminator's gradient to a target, between real and fake samples.

    Choose it to keep a Wasserstein discriminator 1-Lipschitz, or to steady any other game;
    with `is_one_sided=True` (WGAN-LP) smaller norms are left alone, and with `target=0.0` it is
    the zero-centred penalty.

    Formula, per sample: weight · (‖g‖ − target)², one-sided: weight · max(0, ‖g‖ − target)²,
    where g is the gradient of the score at α real + (1 − α) fake, with one α ~ U(0, 1) a sample,
    and ‖·‖ is over all dimensions of one sample, those of all leaves where samples are trees.
    Elsewhere one meets a norm over the whole batch (torchgan), over each pixel (mmgeneration), and
    α from a normal distribution (an old tutorial of Keras): those are other, wrong penalties.

    Args:
        weight: λ, at least 0; 10 in the paper.
        target: Norm wanted, at least 0; 1 in the paper.
        is_one_sided: Whether only norms above the target count.
        num_packed: Neighbouring samples that have one α and one norm, at least 1: as many as
            `layers.Packing` joins, 10 in CTGAN. A rest that fills no pack is left out.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` or `target` is negative or not finite, or `num_packed` below 1.

    Example:
    >>> discriminator = keras.Sequential(
    ...     [keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")]
    ... )
    >>> batch = AdversarialBatch(discriminator, ops.ones((4, 2)), ops.zeros((4, 2)))
    >>> penalty = GradientPenalty(weight=10.0)(batch)  # the gradient is (1, 1) everywhere
    >>> [round(value, 3) for value in ops.convert_to_numpy(penalty).tolist()]
    [1.716, 1.716, 1.716, 1.716]

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028; one-sided: Petzka et al., 2018,
        arXiv:1709.08894; zero-centred: Thanh-Tung et al., 2019, arXiv:1902.03984; of packs: Xu et
        al., 2019, arXiv:1907.00503.
    """

    uses_gradient = True
    pairs_samples: ClassVar[bool] = True

    def __init__(
        self,
        *,
        weight: float = 10.0,
        target: float = 1.0,
        is_one_sided: bool = False,
        num_packed: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 10.0.")
        advice = "Use 1.0 for the setting of the paper, 0.0 for the zero-centred penalty."
        check_number("target", target, minimum=0.0, advice=advice)
        check_count("num_packed", num_packed, advice="1 is usual; CTGAN has 10.")
        self.weight = weight
        self.target = target
        self.is_one_sided = is_one_sided
        self.num_packed = num_packed

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        gradient = batch.score_gradient(self._between(batch))
        excess = ops.sqrt(self._of_packs(squared_norm(gradient)) + _EPSILON) - self.target
        if self.is_one_sided:
            excess = ops.relu(excess)
        return self.weight * ops.square(excess)

    def _of_packs(self, squares: Tensor) -> Tensor:
        """Sum of squares over the pack of each sample."""
        if self.num_packed == 1:
            return squares
        number = ops.shape(squares)[0]
        least, most = (max, min) if isinstance(number, int) else (ops.maximum, ops.minimum)
        num_packs = least(number // self.num_packed, 1)
        whole = most(num_packs * self.num_packed, number)
        sums = ops.sum(ops.reshape(squares[:whole], (num_packs, -1)), axis=1, keepdims=True)
        return ops.reshape(ops.broadcast_to(sums, (num_packs, whole // num_packs)), (-1,))

    def _between(self, batch: AdversarialBatch) -> Samples:
        num_real = num_rows(batch.real)
        num_packs = -(-num_real // self.num_packed)
        drawn = global_batch.draw(keras.random.uniform, (num_packs,), seed=batch.seed_generator)
        shares = ops.repeat(ops.cast(drawn, "float32"), self.num_packed)[:num_real]

        def between(real: Tensor, fake: Tensor) -> Tensor:
            fake = global_batch.one_for_each(fake, num_real)
            return fake + for_each_row(shares, real) * (real - fake)

        return keras.tree.map_structure(between, in_float32(batch.real), in_float32(batch.fake))
