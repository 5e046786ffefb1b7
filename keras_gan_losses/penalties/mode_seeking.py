"""The mode seeking term: latents far apart make samples far apart."""

from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number

# Makes the quotient of a batch of one, which has no pair, 0 rather than undefined.
_SMALLEST_DISTANCE = 1e-12


@register
class ModeSeekingPenalty(Penalty):
    """Drives samples apart whose latents are apart, most where they have collapsed into one.

    Choose it against collapse, above all of conditional generators that ignore their latents.

    Formula, per batch: weight / (E |fake − other| / E |z − other z| + epsilon), the absolute
    differences averaged over all dimensions and pairs, as in the authors' code; each sample's
    value is the same. Of samples that are trees the leaves' means are added. The paper writes a
    quotient to be maximised, of which this is the inverse. The other of a pair has the latents of
    the sample before it in the batch and the same label, so that classes are not driven apart:
    with labels the generator makes those samples anew. The authors' code draws two latents for
    each label instead, and so makes twice the samples in every update.

    Args:
        weight: At least 0; 1 in the paper.
        epsilon: Bounds the value to weight / epsilon, above 0; 1e-5 in the authors' code.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite, or `epsilon` is not positive.

    Example:
    >>> doubled = lambda latents, training: 2.0 * latents
    >>> scores = lambda samples, training: samples
    >>> latents = ops.convert_to_tensor([[0.0], [1.0]])
    >>> batch = AdversarialBatch(scores, ops.ones((2, 1)), generator=doubled, latents=latents)
    >>> [round(value, 3) for value in ops.convert_to_numpy(ModeSeekingPenalty()(batch)).tolist()]
    [0.5, 0.5]

    Reference:
        Mao et al., 2019, arXiv:1903.05628, section 3.2.
    """

    player = "generator"
    needs_generator = True
    needs_latents: ClassVar[bool] = True

    def __init__(self, *, weight: float = 1.0, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 1.0.")
        check_number("epsilon", epsilon, minimum=1e-12, advice="The authors' code has 1e-5.")
        self.weight = weight
        self.epsilon = epsilon

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`, all of them the same."""
        latents = ops.cast(batch.latents, "float32")
        other_latents = global_batch.row_before(latents)
        if batch.condition is None:
            other = keras.tree.map_structure(global_batch.row_before, batch.fake)
        else:
            other = batch.generate(other_latents)
        latent_distance = global_batch.mean(ops.abs(latents - other_latents))
        pairs = zip(keras.tree.flatten(batch.fake), keras.tree.flatten(other), strict=True)
        first, *others = (global_batch.mean(ops.abs(one - two)) for one, two in pairs)
        distance = sum(others, start=first)
        # 1 / (distance / latent_distance + epsilon), defined without distances too.
        inverse = latent_distance / (distance + self.epsilon * latent_distance + _SMALLEST_DISTANCE)
        return ops.broadcast_to(self.weight * inverse, (ops.shape(latents)[0],))
