"""Path length regularisation: steps of one length in the latents change samples by one length."""

from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number

# Keeps the square root's gradient finite where the generator ignores its latents.
_EPSILON = 1e-12


@register
class PathLengthPenalty(Penalty):
    """Makes a step in the latents change samples by the same amount, wherever it is taken.

    Choose it for generators whose latents are to be walked through or found again from images.
    It costs a second pass through the generator, differentiated twice: `every=4`, the setting of
    the authors' code, makes that cheap.

    Formula, per sample: weight · (‖Jᵀy‖ − a)², where J is the derivative of the sample by its
    latents, y ~ N(0, 1) / sqrt(number of pixels) is one noise image a sample, and a is the moving
    average of E ‖Jᵀy‖, to which the batch itself belongs. The pixels are height · width, all axes
    but batch and channels; a vector counts as one, and of samples that are trees each leaf has a y.
    The scaling is that of the authors' code, and its weight of 2 goes with it: the paper's own
    formula has y ~ N(0, 1). The code differentiates a as well, by a hundredth; here a is a
    constant. It takes the derivative by the mapping network's output, averaged over layers; here
    it is by what the generator is given, all of it one vector.

    a is state: it starts at 0, is in `variables`, saved with a GAN, and follows each call. It
    cannot wait for `update_state`, which sees scores alone: the lengths are known in the call,
    and to compute them again would double the penalty's cost.

    Args:
        weight: At least 0; 2 in the authors' code.
        decay: Share of a that is kept at each call, from 0 to 1; 0.99 in the authors' code.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite, or `decay` outside [0, 1].

    Example:
    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    >>> batch = AdversarialBatch(
    ...     discriminator, ops.ones((4, 3)), generator=generator, latents=ops.ones((4, 2))
    ... )
    >>> penalty = PathLengthPenalty()
    >>> tuple(penalty(batch).shape), bool(ops.convert_to_numpy(penalty.mean_length.value) > 0.0)
    ((4,), True)

    Reference:
        Karras et al., 2019, arXiv:1912.04958, section 3.2.
    """

    player = "generator"
    needs_generator = True
    needs_latents: ClassVar[bool] = True
    uses_gradient = True

    def __init__(self, *, weight: float = 2.0, decay: float = 0.99, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The authors' weight is 2.0.")
        advice = "The authors' decay is 0.99."
        check_number("decay", decay, minimum=0.0, maximum=1.0, advice=advice)
        self.weight = weight
        self.decay = decay
        self.mean_length = keras.Variable(
            0.0, trainable=False, dtype="float32", aggregation="mean", name="mean_length"
        )

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        gradient = batch.input_gradient(
            lambda latents: _noise_product(batch, latents), ops.cast(batch.latents, "float32")
        )
        lengths = ops.sqrt(squared_norm(gradient) + _EPSILON)
        return self.weight * ops.square(lengths - self._followed(lengths))

    def _followed(self, lengths: Tensor) -> Tensor:
        """Moving average of the lengths, these included."""
        moved = self.decay * self.mean_length + (1.0 - self.decay) * global_batch.mean(lengths)
        mean_length = ops.stop_gradient(moved)
        self.mean_length.assign(mean_length)
        return mean_length


def _noise_product(batch: AdversarialBatch, latents: Tensor) -> Tensor:
    """Product of each sample with a noise image, the gradient of which is Jᵀy."""

    def product(leaf: Tensor) -> Tensor:
        return _leaf_product(leaf, batch.seed_generator)

    first, *others = map(product, keras.tree.flatten(batch.generate(latents)))
    return sum(others, start=first)


def _leaf_product(leaf: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
    shape = ops.shape(leaf)
    num_pixels = ops.cast(ops.prod(ops.convert_to_tensor([1, *shape[1:-1]])), "float32")
    noise = global_batch.draw(keras.random.normal, shape, seed=seed) / ops.sqrt(num_pixels)
    return ops.sum(leaf * noise, axis=tuple(range(1, len(leaf.shape))))
