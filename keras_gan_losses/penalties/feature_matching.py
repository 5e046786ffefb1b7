"""Feature matching: the generator aims at the mean features of real samples."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.trees import num_rows
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class FeatureMatchingPenalty(Penalty):
    """Draws the mean features of generated samples to those of real ones.

    Choose it to steady a generator that chases the discriminator in circles; the features are
    those of an inner layer, which the discriminator gives as a further output: it returns
    `{"scores": …, "features": …}`.

    Formula, per batch: weight · ‖E features(real) − E features(fake)‖², the squares summed over
    all dimensions of the features and not averaged, as in the paper, and over all layers, where
    `"features"` are a list of several; each sample's value is the same. Divide the weight by the
    number of features for the mean of other libraries. The paper minimises this in place of the
    adversarial loss, here it is added to it.

    Args:
        weight: At least 0; 1 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples[:, :1], "features": samples}
    >>> batch = AdversarialBatch(outputs, ops.ones((2, 3)), ops.zeros((2, 3)))
    >>> ops.convert_to_numpy(FeatureMatchingPenalty()(batch)).tolist()
    [3.0, 3.0]

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 3.1.
    """

    player = "generator"
    required_outputs: tuple[str, ...] = ("features",)

    def __init__(self, *, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 1.0.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`, all of them the same."""
        distance = sum(_squared_distance(real, fake) for real, fake in feature_layers(batch))
        return ops.broadcast_to(self.weight * distance, (num_rows(batch.fake),))


@register
class PairedFeatureMatchingPenalty(Penalty):
    """Draws the features of each generated sample to those of the real one of its row.

    Choose it where both share a condition that leaves little freedom: translation of pairs,
    vocoders, restoration. The discriminator returns `{"scores": …, "features": [layers]}`.

    Formula, per sample: weight · Σ_layers mean |features_l(real) − features_l(fake)|.

    Args:
        weight: At least 0; 10 in pix2pixHD, 2 in HiFi-GAN.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples[:, :1], "features": [samples]}
    >>> batch = AdversarialBatch(outputs, ops.ones((2, 3)), ops.zeros((2, 3)))
    >>> ops.convert_to_numpy(PairedFeatureMatchingPenalty()(batch)).tolist()
    [10.0, 10.0]

    Reference:
        Wang et al., 2017, arXiv:1711.11585, section 3.3; Kong et al., 2020, arXiv:2010.05646.
    """

    player = "generator"
    required_outputs: tuple[str, ...] = ("features",)

    def __init__(self, *, weight: float = 10.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="pix2pixHD has 10.0.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        distances = [sample_means(ops.abs(real - fake)) for real, fake in feature_layers(batch)]
        return self.weight * sum(distances[1:], start=distances[0])


def feature_layers(batch: AdversarialBatch) -> Iterator[tuple[Tensor, Tensor]]:
    """Features of the real and of the generated samples, layer by layer."""
    both = (batch.real_outputs["features"], batch.fake_outputs["features"])
    return zip(*map(keras.tree.flatten, both), strict=True)


def _squared_distance(real: Tensor, fake: Tensor) -> Tensor:
    difference = global_batch.mean(real, axis=0) - global_batch.mean(fake, axis=0)
    return ops.sum(ops.square(difference))
