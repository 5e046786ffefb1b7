"""A penalty in one setting, evaluated as in training, beside the formula it must agree with."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from keras_gan_losses.penalties import AdversarialBatch, Penalty
from keras_gan_losses.testing.differences import backend_gradients
from keras_gan_losses.testing.discriminators import BATCH_SIZE, NUM_DIMENSIONS, real_and_fake
from keras_gan_losses.testing.settings import Arguments, settings, title
from keras_gan_losses.types import ArrayLike, Samples, Tensor

Formula = Callable[..., ArrayLike]
MakePenalty = Callable[..., Penalty]


@dataclass(frozen=True)
class PenaltyCase:
    """Joins a penalty to its formula.

    Args:
        make_penalty: The penalty's class.
        formula: Gives the right values for a linear discriminator, in float64.
        arguments: What both get beside samples and weights.
    """

    make_penalty: MakePenalty
    formula: Formula
    arguments: Arguments

    @property
    def title(self) -> str:
        """The penalty, as messages call it."""
        return title(self.make_penalty, self.arguments)

    def penalty(self) -> Penalty:
        """A new penalty, whose state is as at the start of training."""
        return self.make_penalty(**self.arguments)

    def expected(self, weights: np.ndarray) -> np.ndarray:
        """Right values for the scores `samples · weights`, one per sample, shape `(batch,)`."""
        real, fake = real_and_fake().astype("float64").reshape(2, BATCH_SIZE, NUM_DIMENSIONS)
        values = self.formula(real, fake, weights, **self.arguments)
        return np.broadcast_to(np.asarray(values, "float64"), BATCH_SIZE)


def penalty_cases(
    make_penalty: MakePenalty, formula: Formula, arguments: Arguments | None
) -> list[PenaltyCase]:
    """The penalty with its defaults and with the given arguments."""
    return [PenaltyCase(make_penalty, formula, s) for s in settings(make_penalty, arguments)]


def penalty_values(penalty: Penalty, network: keras.Model) -> Tensor:
    """The penalty's values, from the same random numbers in each call."""
    evaluate, _ = _evaluation(penalty, network)
    return evaluate()[0]


def penalty_gradients(penalty: Penalty, network: keras.Model) -> list[np.ndarray]:
    """Gradients of the values' mean by the network's weights."""
    evaluate, state = _evaluation(penalty, network)
    return backend_gradients(
        lambda: (ops.mean(evaluate()[0]), None), network.trainable_variables, state
    )


def asks_for_gradient(penalty: Penalty, network: keras.Model) -> bool:
    """Whether the penalty uses the discriminator's gradient."""
    evaluate, _ = _evaluation(penalty, network)
    return evaluate()[1].has_given_gradient


class _WatchedBatch(AdversarialBatch):
    has_given_gradient = False

    def score_gradient(self, samples: Samples) -> Samples:
        self.has_given_gradient = True
        return super().score_gradient(samples)

    @property
    def real_gradient(self) -> Samples:
        self.has_given_gradient = True
        return super().real_gradient

    @property
    def fake_gradient(self) -> Samples:
        self.has_given_gradient = True
        return super().fake_gradient


def _evaluation(
    penalty: Penalty, network: keras.Model
) -> tuple[Callable[[], tuple[Tensor, _WatchedBatch]], list[keras.Variable]]:
    seed_generator = keras.random.SeedGenerator(0)
    state = [*network.variables, seed_generator.state, *penalty.variables]

    def evaluate() -> tuple[Tensor, _WatchedBatch]:
        # A batch keeps its scores: one made outside would keep them undifferentiated.
        samples = real_and_fake()
        batch = _WatchedBatch(network, *samples, seed_generator=seed_generator, state=state)
        return penalty(batch), batch

    return evaluate, state
