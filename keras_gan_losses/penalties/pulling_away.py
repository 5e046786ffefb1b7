"""The pulling-away term of the energy-based GAN."""

from typing import Any

from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number

# Keeps the length's gradient finite for features that are all zero.
_EPSILON = 1e-12


@register
class PullingAwayPenalty(Penalty):
    """Pulls the features of a batch's generated samples into different directions.

    Choose it against collapse, as the energy-based GAN does, whose features are the code of its
    autoencoder. The discriminator gives the features as a further output: it returns
    `{"scores": …, "features": …}`.

    Formula, per sample: weight · E cos²(features(own), features(other)), the mean over the
    batch's other samples. Its mean over the batch is the paper's term, a sum over all pairs
    divided by N (N − 1); a batch of one sample has no pair and the value 0.

    Args:
        weight: At least 0; 0.1 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples[:, :1], "features": samples}
    >>> fake = ops.convert_to_tensor([[2.0, 0.0], [3.0, 0.0], [0.0, 1.0]])
    >>> batch = AdversarialBatch(outputs, fake, fake)
    >>> ops.convert_to_numpy(PullingAwayPenalty(weight=1.0)(batch)).round(3).tolist()
    [0.5, 0.5, 0.0]

    Reference:
        Zhao et al., 2016, arXiv:1609.03126, section 2.4.
    """

    player = "generator"
    required_outputs: tuple[str, ...] = ("features",)

    def __init__(self, *, weight: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 0.1.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        features = batch.fake_outputs["features"]
        features = ops.reshape(features, (ops.shape(features)[0], -1))
        lengths = ops.sqrt(squared_norm(features) + _EPSILON)
        directions = features / ops.expand_dims(lengths, axis=1)
        others = ops.transpose(global_batch.all_rows(directions))
        likeness = ops.square(ops.matmul(directions, others))
        with_itself = ops.square(squared_norm(directions))
        num_others = ops.maximum(ops.cast(ops.shape(others)[1], "float32") - 1.0, 1.0)
        return self.weight * (ops.sum(likeness, axis=1) - with_itself) / num_others
