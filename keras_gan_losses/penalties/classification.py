"""The discriminator as a classifier of real samples, of which only some have a label."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.class_labels import labels_of
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


@register
class ClassificationPenalty(Penalty):
    """Teaches the discriminator the classes of those real samples whose class is known.

    Choose it to train a classifier of few labels and many samples without any. The discriminator
    returns `{"scores": …, "class_logits": …}`; with scores = log Σ exp(class_logits) it is the
    paper's classifier of K + 1 classes, the last of which is "generated". Labels are one-hot, and
    those of samples without a class a row of zeros. Only penalties ask for them:
    `GAN(…, condition_shape={"label": (classes,)})`, `fit(samples, {"label": labels})`.

    Formula, per sample: weight · Σ label · (log Σ exp(class_logits(real)) − class_logits(real)),
    the cross-entropy, which is 0 for a row of zeros.

    Args:
        weight: At least 0; 1 / the share of samples with a label gives the mean over those, as the
            paper has it.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite; in a call, if there are no labels, or
            they are not one-hot.

    Example:
    >>> outputs = lambda samples, training: {"scores": samples, "class_logits": 0.0 * samples}
    >>> real, label = ops.ones((2, 4)), ops.convert_to_tensor([[0, 1, 0, 0], [0, 0, 0, 0]])
    >>> batch = AdversarialBatch(outputs, real, real, condition={"label": label},
    ...     discriminator_inputs=lambda samples, condition: samples)
    >>> values = ops.convert_to_numpy(ClassificationPenalty()(batch))  # log 4
    >>> [round(value, 3) for value in values.tolist()]
    [1.386, 0.0]

    Reference:
        Salimans et al., 2016, arXiv:1606.03498, section 5.
    """

    required_outputs: tuple[str, ...] = ("class_logits",)

    def __init__(self, *, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="1.0 is a start.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        logits = ops.convert_to_tensor(batch.real_outputs["class_logits"])
        labels = labels_of(batch.condition)
        if tuple(labels.shape[1:]) != tuple(logits.shape[1:]):
            raise ValueError(
                f"The penalty {self.name!r} needs one-hot labels, one number for each class. "
                f"Received labels of shape {tuple(labels.shape)} with logits of shape "
                f"{tuple(logits.shape)}. Use keras.utils.to_categorical(labels), and zeros where "
                "there is no label."
            )
        known = ops.cast(labels, "float32") * -ops.log_softmax(logits)
        return self.weight * ops.sum(known, axis=-1)
