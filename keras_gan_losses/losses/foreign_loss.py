"""Where losses that know nothing of this package come in."""

import keras

from keras_gan_losses.losses.adversarial_loss import AdversarialLoss
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike, Scores, Tensor

_LABEL_LOSSES = tuple(
    cls
    for cls in vars(keras.losses).values()
    if isinstance(cls, type) and issubclass(cls, keras.losses.Loss) and cls is not keras.losses.Loss
)
_FAMILIES = {
    **dict.fromkeys(("Hinge", "SquaredHinge", "CategoricalHinge"), "Hinge"),
    **dict.fromkeys(("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"), "LeastSquares"),
}


@register
class ForeignLoss(AdversarialLoss):
    """Takes a `keras.losses.Loss` of real and fake scores for an `AdversarialLoss`.

    It has the loss's own name, reduction and dtype, and says nothing of its scores.

    Args:
        loss: What is called, as `loss(real_scores, fake_scores)`.
    """

    # Whether they are raw is not known, so that a sigmoid is taken as well.
    from_logits = None

    def __init__(self, loss: keras.losses.Loss) -> None:
        super().__init__(name=loss.name, reduction=loss.reduction, dtype=loss.dtype)
        self.loss = loss

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Tensor:
        """Reduced loss, as the wrapped loss reduces it."""
        return self.loss(y_true, y_pred, sample_weight=sample_weight)

    def call(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """What the wrapped loss gives: values per sample, or one for the batch."""
        return self.loss.call(real_scores, fake_scores)

    def score_losses(self, real_scores: Scores, fake_scores: Scores) -> Tensor:
        """The same, for scores of any shape."""
        return self.call(real_scores, fake_scores)


def as_adversarial(loss: object, player: str) -> AdversarialLoss:
    """The loss, if it is adversarial, or else wrapped.

    Args:
        loss: An `AdversarialLoss`, or a `keras.losses.Loss` of real and fake scores.
        player: Whose loss it is, "generator" or "discriminator".

    Raises:
        TypeError: If it is no loss, or one of Keras's own, which compare predictions with labels.

    Example:
    >>> from keras_gan_losses.losses.hinge import HingeGeneratorLoss
    >>> as_adversarial(HingeGeneratorLoss(), "generator").name
    'hinge_generator_loss'
    """
    if isinstance(loss, AdversarialLoss):
        return loss
    if isinstance(loss, _LABEL_LOSSES):
        raise TypeError(
            f"The {player}'s loss must be of the scores of real and of generated samples, but "
            f"keras.losses.{label_loss(loss)} compares labels with predictions: it would take the "
            f"real scores for labels. Use keras_gan_losses.losses.{matching_loss(loss, player)}()."
        )
    if isinstance(loss, keras.losses.Loss):
        return ForeignLoss(loss)
    raise TypeError(
        f"The {player}'s loss must be a keras.losses.Loss that takes real and fake scores. "
        f"Received: {loss!r}. Use one of keras_gan_losses.losses, or subclass "
        "keras_gan_losses.losses.AdversarialLoss."
    )


def label_loss(loss: keras.losses.Loss) -> str:
    """Name of the loss of Keras's own that this is, or is a subclass of.

    Example:
    >>> label_loss(keras.losses.Hinge())
    'Hinge'
    """
    return next(cls.__name__ for cls in type(loss).__mro__ if cls in _LABEL_LOSSES)


def matching_loss(loss: keras.losses.Loss, player: str) -> str:
    """Name of the adversarial loss of what Keras has with labels.

    Example:
    >>> matching_loss(keras.losses.MeanSquaredError(), "generator")
    'LeastSquaresGeneratorLoss'
    """
    is_known = isinstance(loss, _LABEL_LOSSES)
    family = _FAMILIES.get(label_loss(loss), "NonSaturating") if is_known else "NonSaturating"
    return f"{family}{player.capitalize()}Loss"
