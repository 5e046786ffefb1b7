"""Both players' terms of the auxiliary classifier GAN: the discriminator tells the class too."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.class_labels import class_indices
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.types import Condition, Outputs, Tensor
from keras_gan_losses.validation import check_number

_ADVICE = "The paper's weight is 1.0."


@register
class AuxiliaryClassifierPenalty(Penalty):
    """Teaches the discriminator to tell the class of real and of generated samples.

    Choose it with `AuxiliaryClassifierGeneratorPenalty`, for a conditional generator. The
    discriminator takes samples alone, no labels, and returns `{"scores": …, "class_logits": …}`,
    the latter of shape `(batch, classes)`.

    Formula, per sample: weight · (H(class_logits(real), label) + H(class_logits(fake), label)),
    with the cross-entropy H = −log softmax(class_logits)[label]. The paper has the term of the
    generated samples for both players; implementations that leave it out of the discriminator's
    are another variant.

    Args:
        weight: At least 0; 1 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite; in a call, if there are no labels, or
            they are not one class index each.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples, "class_logits": 0.0 * samples}
    >>> samples = ops.ones((2, 4))
    >>> batch = AdversarialBatch(
    ...     outputs, samples, samples, condition=[1, 3],
    ...     discriminator_inputs=lambda samples, condition: samples,
    ... )
    >>> values = ops.convert_to_numpy(AuxiliaryClassifierPenalty()(batch))  # 2 log 4
    >>> [round(value, 3) for value in values.tolist()]
    [2.773, 2.773]

    Reference:
        Odena et al., 2016, arXiv:1610.09585, section 3.
    """

    required_outputs: tuple[str, ...] = ("class_logits",)

    def __init__(self, *, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice=_ADVICE)
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        real = _cross_entropy(batch.condition, batch.real_outputs)
        fake = _cross_entropy(batch.fake_condition, batch.fake_outputs)
        return self.weight * (real + sample_means(fake, ops.shape(real)[0]))


@register
class AuxiliaryClassifierGeneratorPenalty(Penalty):
    """Teaches the generator to make samples whose class the discriminator can tell.

    Choose it with `AuxiliaryClassifierPenalty`, which teaches the discriminator the classes.

    Formula, per sample: weight · H(class_logits(fake), label), with the cross-entropy
    H = −log softmax(class_logits)[label].

    Args:
        weight: At least 0; 1 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite; in a call, if there are no labels, or
            they are not one class index each.

    Example:
    >>> AuxiliaryClassifierGeneratorPenalty().name
    'auxiliary_classifier_generator_penalty'

    Reference:
        Odena et al., 2016, arXiv:1610.09585, section 3.
    """

    player = "generator"
    required_outputs: tuple[str, ...] = ("class_logits",)

    def __init__(self, *, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice=_ADVICE)
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self.weight * _cross_entropy(batch.fake_condition, batch.fake_outputs)


def _cross_entropy(condition: Condition | None, outputs: Outputs) -> Tensor:
    return ops.sparse_categorical_crossentropy(
        class_indices(condition), outputs["class_logits"], from_logits=True
    )
