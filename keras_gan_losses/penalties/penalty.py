"""What all penalties share."""

import abc
from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.registration import Configurable, snake_case


class Penalty(Configurable, abc.ABC):
    """Adds to the discriminator's loss a term that needs its gradient or scores at chosen points.

    Subclass it for a penalty of your own: implement `call`, and keep each constructor argument
    in an attribute of the same name, so that it is saved. Set `uses_gradient` where `call` asks
    for a gradient.

    Args:
        name: Name of the penalty in the logs; by default the class's, in snake case.

    Call arguments:
        batch: The samples of one update, an `AdversarialBatch`.

    Returns:
        One value per sample, shape `(batch,)`, in float32, weight included.
    """

    uses_gradient: ClassVar[bool] = False
    """Whether the penalty is differentiated twice."""

    def __init__(self, *, name: str | None = None) -> None:
        self.name = name or snake_case(type(self).__name__)

    @property
    def variables(self) -> list[keras.Variable]:
        """State that changes while training and is saved with the model; none by default."""
        return []

    def __call__(self, batch: AdversarialBatch) -> Any:
        """One value per sample, shape `(batch,)`."""
        return self.call(batch)

    @abc.abstractmethod
    def call(self, batch: AdversarialBatch) -> Any:
        """One value per sample, shape `(batch,)`."""


def squared_norm(gradient: Any) -> Any:
    """Squared Euclidean norm of each sample's gradient, over all its dimensions, float32.

    Args:
        gradient: Shape `(batch, …)`.

    Returns:
        Shape `(batch,)`.
    """
    gradient = ops.cast(gradient, "float32")
    return ops.sum(ops.square(ops.reshape(gradient, (ops.shape(gradient)[0], -1))), axis=1)
