"""Maximum mean discrepancy: the generator aims at the whole distribution of real features."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.feature_matching import feature_layers
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number, check_numbers

_LEAST_BANDWIDTH = 1e-6


@register
class MaximumMeanDiscrepancyPenalty(Penalty):
    """Draws the distribution of generated samples' features to that of real ones.

    Choose it in place of `FeatureMatchingPenalty` where more than means shall match: the spread of
    samples too, so that it holds against collapse. The features are those of an inner layer: the
    discriminator returns `{"scores": …, "features": …}`. Batches of some hundred samples are
    needed, since its value is that of the batch.

    Formula, per batch: weight · (E k(real, real′) + E k(fake, fake′) − 2 E k(real, fake)), with
    k(x, y) = Σ exp(−‖x − y‖² / (2 bandwidth²)) over the bandwidths, the means over all pairs of the
    batch, each sample with itself too, and the sum over all layers, where `"features"` are a list
    of several; each sample's value is the same. MMD-GAN trains the discriminator on its negative
    instead of scores, GMMN has none; here it is added to the generator's loss.

    Args:
        weight: At least 0.
        bandwidths: Scales in units of the features, at least one, each at least 1e-6. The default
            is MMD-GAN's.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If a number is out of its range or not finite.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples[:, :1], "features": samples}
    >>> batch = AdversarialBatch(outputs, ops.ones((2, 1)), ops.zeros((2, 1)))
    >>> penalty = MaximumMeanDiscrepancyPenalty(bandwidths=[1.0])
    >>> [f"{value:.3f}" for value in ops.convert_to_numpy(penalty(batch))]  # 2 − 2 exp(−½)
    ['0.787', '0.787']

    Reference:
        Li et al., 2015, arXiv:1502.02761 (GMMN); Li et al., 2017, arXiv:1705.08584 (MMD-GAN).
    """

    player = "generator"
    required_outputs: tuple[str, ...] = ("features",)

    def __init__(
        self,
        *,
        weight: float = 1.0,
        bandwidths: Sequence[float] = (1.0, 2.0, 4.0, 8.0, 16.0),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="Use 1.0 for a beginning.")
        advice = "MMD-GAN has [1.0, 2.0, 4.0, 8.0, 16.0]."
        check_numbers("bandwidths", bandwidths, minimum=_LEAST_BANDWIDTH, advice=advice)
        self.weight = weight
        self.bandwidths = bandwidths

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`, all of them the same."""
        distance = sum(self._distance(real, fake) for real, fake in feature_layers(batch))
        return ops.broadcast_to(self.weight * distance, (num_rows(batch.fake),))

    def _distance(self, real: Tensor, fake: Tensor) -> Tensor:
        sides = (ops.reshape(side, (ops.shape(side)[0], -1)) for side in (real, fake))
        real, fake = map(global_batch.all_rows, sides)
        # Near the origin, products of float32 lose least of small distances.
        centre = ops.mean(real, axis=0)
        real, fake = real - centre, fake - centre
        across = self._mean_kernel(real, fake)
        return self._mean_kernel(real, real) + self._mean_kernel(fake, fake) - 2.0 * across

    def _mean_kernel(self, first: Tensor, second: Tensor) -> Tensor:
        products = ops.matmul(first, ops.transpose(second))
        squares = squared_norm(first)[:, None] + squared_norm(second)[None, :] - 2.0 * products
        # Rounding makes some that are 0 negative.
        squares = ops.relu(squares)
        return sum(ops.mean(ops.exp(squares / (-2.0 * width**2))) for width in self.bandwidths)
