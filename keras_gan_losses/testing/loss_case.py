"""A loss in one setting, beside the formula that it must agree with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.settings import Arguments, settings, title
from keras_gan_losses.types import ArrayLike, Tensor

Formula = Callable[..., ArrayLike]
MakeLoss = Callable[..., keras.losses.Loss]

# Scores of one number a sample, of that number in a dimension of its own, and a patch map.
SHAPES = ((4,), (4, 1), (4, 2, 3, 1))


@dataclass(frozen=True)
class LossCase:
    """Compares a loss with its formula, at given scores.

    Args:
        make_loss: The loss's class.
        formula: Gives the right values, from real and fake scores in float64.
        arguments: What both get beside the scores.
    """

    make_loss: MakeLoss
    formula: Formula
    arguments: Arguments

    @property
    def title(self) -> str:
        """The loss, as messages call it."""
        return title(self.make_loss, self.arguments)

    def loss(self, **common: Any) -> keras.losses.Loss:
        """A new loss, whose state is as at the start of training."""
        return self.make_loss(**self.arguments, **common)

    def expected(self, real_scores: np.ndarray, fake_scores: np.ndarray) -> np.ndarray:
        """Right values, one per sample, shape `(batch,)`."""
        real, fake = (s.reshape(len(s), -1).astype("float64") for s in (real_scores, fake_scores))
        with np.errstate(all="ignore"):
            values = np.asarray(self.formula(real, fake, **self.arguments), "float64")
        if values.shape not in (real.shape, real.shape[:1]):
            raise ValueError(
                f"The formula must give one value per score, shape {real.shape}, or per sample, "
                f"shape {real.shape[:1]}. Its shape is {values.shape}."
            )
        if not np.all(np.isfinite(values)):
            raise ValueError(
                f"The formula gives {values.tolist()} at scores of up to {np.abs(real).max():g}. "
                "Write it so that it does not overflow, with np.logaddexp for instance, or give "
                "smaller `extreme_scores`."
            )
        return values.mean(axis=1) if values.ndim == 2 else values

    def check_values(self, real_scores: np.ndarray, fake_scores: np.ndarray, where: str) -> None:
        """Raises unless the values per sample are the formula's."""
        expected = self.expected(real_scores, fake_scores)
        values = self.loss(reduction=None)(real_scores, fake_scores)
        check_close(
            f"Values per sample of {self.title} {where}",
            keras.ops.convert_to_numpy(values),
            expected,
            suspects={
                "Is the sign reversed": -expected,
                "Are real and fake scores swapped": self.expected(fake_scores, real_scores),
            },
        )

    def check_gradients(self, real_scores: np.ndarray, fake_scores: np.ndarray, where: str) -> None:
        """Raises unless the gradients of the values' sum are the formula's."""
        by_player = {
            "real": lambda scores: self.expected(scores, fake_scores),
            "fake": lambda scores: self.expected(real_scores, scores),
        }
        gradients = score_gradients(self.loss(reduction="sum"), real_scores, fake_scores)
        points = (real_scores, fake_scores)
        for (player, value), point, gradient in zip(
            by_player.items(), points, gradients, strict=True
        ):
            check_close(
                f"Gradient of {self.title} with respect to the {player} scores {where}",
                gradient,
                central_differences(value, point),
                tolerance=1e-4,
                suspects={"Does an operation stop the gradient": np.zeros(point.shape)},
            )


def score_gradients(
    loss: keras.losses.Loss, real_scores: np.ndarray, fake_scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of a scalar loss with respect to real and to fake scores, in their shapes."""
    scores = [keras.Variable(array, dtype="float32") for array in (real_scores, fake_scores)]

    def function() -> tuple[Tensor, None]:
        real, fake = (keras.ops.convert_to_tensor(variable) for variable in scores)
        return loss(real, fake), None

    own = loss.variables if isinstance(loss, AdversarialLoss) else ()
    real_gradient, fake_gradient = backend_gradients(function, scores, [*scores, *own])
    return real_gradient, fake_gradient


def moderate_scores(shape: tuple[int, ...], *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Real and fake scores as they are met in training, float32."""
    generator = np.random.default_rng(seed)
    real, fake = (2.0 * generator.normal(mean, size=shape) for mean in (0.25, -0.25))
    return real.astype("float32"), fake.astype("float32")


def scores_of_magnitude(magnitude: float) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of signs of one magnitude, shape `(4, 1)`: their means are exact in float32."""
    real, fake = ([[1], [1], [-1], [-1]], [[1], [-1], [1], [-1]])
    scale = np.float32(magnitude)
    return scale * np.array(real, "float32"), scale * np.array(fake, "float32")


def loss_cases(
    make_loss: MakeLoss, formula: Formula, arguments: Arguments | None
) -> list[LossCase]:
    """The loss with its defaults and with the given arguments."""
    return [LossCase(make_loss, formula, setting) for setting in settings(make_loss, arguments)]
