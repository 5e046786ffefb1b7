"""Perceptual distance: what another network sees in generated and in real samples."""

from typing import Any

import keras
from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName, leaf_of
from keras_gan_losses.types import Samples, Tensor
from keras_gan_losses.validation import check_number


@register
class PerceptualPenalty(Penalty):
    """Draws generated samples to the real ones of their rows in a frozen network's features.

    Choose it beside or instead of `ReconstructionPenalty`, whose mean of all possible answers is
    blurred: super-resolution, restoration, autoencoders.

    Formula, per sample: weight · Σ_layers mean |network_l(fake) − network_l(real)|.

    Args:
        network: Model from samples to features, one tensor or several:
            `keras.Model(vgg.input, [vgg.get_layer(name).output for name in names])`. It must take
            samples as they are; put a `Rescaling` before it where it wants other values. It is
            saved with the GAN, and nobody trains it.
        on: Name of the leaf that the network takes, where samples are trees.
        weight: At least 0.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.
        TypeError: If `network` is no model.

    Example:
    >>> network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, use_bias=False)])
    >>> batch = AdversarialBatch(None, ops.ones((2, 3)), ops.ones((2, 3)))
    >>> ops.convert_to_numpy(PerceptualPenalty(network)(batch)).tolist()
    [0.0, 0.0]

    Reference:
        Johnson et al., 2016, arXiv:1603.08155, section 3.2, with squares in place of absolute
        differences; those: Wang et al., 2021, arXiv:2107.10833 (Real-ESRGAN, weight 1).
    """

    player = "generator"
    required_names = ("sample", "real")
    sees_one_leaf = True

    def __init__(
        self,
        network: keras.Model,
        *,
        on: LeafName = None,
        weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="Real-ESRGAN has 1.0.")
        if not isinstance(network, keras.Model):
            raise TypeError(
                "`network` must be a keras.Model from samples to features. Received: "
                f"{network!r}. Wrap a function in a layer of a model."
            )
        self.network = network
        self.on = on
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        pairs = zip(self._features(batch.fake), self._features(batch.real), strict=True)
        distances = [sample_means(ops.abs(fake - ops.stop_gradient(real))) for fake, real in pairs]
        return self.weight * sum(distances[1:], start=distances[0])

    def _features(self, samples: Samples) -> list[Tensor]:
        outputs = keras.tree.flatten(self.network(leaf_of(samples, self.on), training=False))
        return [ops.cast(each, "float32") for each in outputs]
