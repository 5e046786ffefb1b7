"""A code that is distributed as normal latents are: the term of variational autoencoders."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class NormalCodePenalty(Penalty):
    """Draws the code of an encoder within the generator to a standard normal distribution.

    Choose it where the generator encodes its condition, and samples shall be made from codes
    drawn at random too: VAE-GAN, GauGAN's encoder of style, BicycleGAN. The generator returns
    `{"sample": …, "mean": …, "log_variance": …}`; give the penalty a rising `schedule` where codes
    collapse to the mean early in training.

    Formula, per sample: weight · ½ Σ (mean² + exp(log_variance) − 1 − log_variance), the sum over
    the code's dimensions: the Kullback-Leibler divergence from the standard normal distribution.

    Args:
        mean_output: Name of the code's mean among what the generator gives.
        log_variance_output: Name of the logarithm of its variance.
        weight: At least 0; 0.05 in GauGAN.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite; in `compile`, if the generator gives
            nothing of these names.

    Example:
    >>> latents = ops.zeros((2, 3))
    >>> generator = lambda latents, training: {"sample": latents, "mean": latents, "v": latents}
    >>> batch = AdversarialBatch(None, latents, generator=generator, latents=latents)
    >>> ops.convert_to_numpy(NormalCodePenalty("mean", "v")(batch)).tolist()
    [0.0, 0.0]

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, appendix B; beside an adversarial loss: Larsen
        et al., 2015, arXiv:1512.09300; Park et al., 2019, arXiv:1903.07291 (GauGAN).
    """

    player = "generator"

    def __init__(
        self,
        mean_output: str = "mean",
        log_variance_output: str = "log_variance",
        *,
        weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="GauGAN has 0.05.")
        self.mean_output = mean_output
        self.log_variance_output = log_variance_output
        self.weight = weight
        self.required_names = (mean_output, log_variance_output)

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        mean, log_variance = (ops.cast(batch.named(n), "float32") for n in self.required_names)
        values = ops.square(mean) + ops.exp(log_variance) - 1.0 - log_variance
        return self.weight * 0.5 * ops.sum(ops.reshape(values, (ops.shape(values)[0], -1)), axis=1)
