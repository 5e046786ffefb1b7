"""Checks of what training and Keras rely on in a loss, beside its values."""

import keras
import numpy as np

from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.registration import Configurable
from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.loss_case import (
    SHAPES,
    Formula,
    MakeLoss,
    loss_cases,
    moderate_scores,
    score_gradients,
)
from keras_gan_losses.testing.saving import check_round_trip
from keras_gan_losses.testing.settings import Arguments, settings, title

_SAMPLE_WEIGHTS = np.array([0.5, 2.0, 0.0, 1.5], "float32")
_SAVED_ARGUMENTS = {"reduction": "sum", "name": "saved_loss", "dtype": "float16"}


def check_loss_reductions(
    make_loss: MakeLoss, formula: Formula, *, arguments: Arguments | None = None
) -> None:
    """Compares what Keras makes of a loss's values: their reduction and their sample weights.

    Choose it for a loss that overrides `__call__`, or whose values do not belong to one sample.

    Args:
        make_loss: The loss's class.
        formula: What each value must be, as in `check_loss`.
        arguments: Constructor arguments that the formula takes too.

    Raises:
        AssertionError: If a reduction gives a wrong value.

    Example:
    >>> from keras_gan_losses.losses import HingeGeneratorLoss
    >>> check_loss_reductions(HingeGeneratorLoss, lambda real_scores, fake_scores: -fake_scores)
    """
    scores = moderate_scores(SHAPES[-1])
    for case in loss_cases(make_loss, formula, arguments):
        values = case.expected(*scores)
        check_close(
            f"{case.title} without `reduction`",
            keras.ops.convert_to_numpy(case.loss()(*scores)),
            np.mean(values),
        )
        for weights in (None, _SAMPLE_WEIGHTS):
            for reduction, expected in _reduced(values, weights).items():
                value = case.loss(reduction=reduction)(*scores, sample_weight=weights)
                check_close(
                    f"{case.title} with reduction={reduction!r}, sample_weight={weights}",
                    keras.ops.convert_to_numpy(value),
                    expected,
                )


def _reduced(values: np.ndarray, weights: np.ndarray | None) -> dict[str | None, np.ndarray]:
    weights = np.ones(len(values)) if weights is None else weights
    weighted = values * weights
    return {
        None: weighted,
        "sum": np.sum(weighted),
        "sum_over_batch_size": np.mean(weighted),
        "mean_with_sample_weight": np.sum(weighted) / np.sum(weights),
    }


def check_loss_uses_real_scores(make_loss: MakeLoss, *, arguments: Arguments | None = None) -> None:
    """Checks that a loss's `uses_real_scores` is true exactly if real scores have an effect.

    Choose it for a generator's loss: training computes real scores for it only where
    `uses_real_scores` is true, and otherwise hands it something else in their place.

    Args:
        make_loss: The loss's class. One that is no `AdversarialLoss` counts as using them.
        arguments: Constructor arguments.

    Raises:
        AssertionError: If the attribute is wrong.

    Example:
    >>> from keras_gan_losses.losses import HingeGeneratorLoss
    >>> check_loss_uses_real_scores(HingeGeneratorLoss)
    """
    for setting in settings(make_loss, arguments):
        has_effect = _depends_on_real_scores(make_loss, setting)
        loss = make_loss(**setting)
        declared = loss.uses_real_scores if isinstance(loss, AdversarialLoss) else None
        if has_effect and declared is False:
            raise AssertionError(
                f"{title(make_loss, setting)} says uses_real_scores=False, yet real scores change "
                "it. Training would give it other scores in their place: set it to True."
            )
        if declared is True and not has_effect:
            raise AssertionError(
                f"{title(make_loss, setting)} says uses_real_scores=True, yet real scores have "
                "no effect. Set it to False: training then need not compute them."
            )


def _depends_on_real_scores(make_loss: MakeLoss, setting: Arguments) -> bool:
    real, fake = moderate_scores((4, 1))
    values = [
        keras.ops.convert_to_numpy(make_loss(**setting)(scores, fake)) for scores in (real, -real)
    ]
    real_gradient, _ = score_gradients(make_loss(**setting), real, fake)
    return bool(values[0] != values[1] or np.any(real_gradient))


def check_loss_serialization(make_loss: MakeLoss, *, arguments: Arguments | None = None) -> None:
    """Saves and loads a loss, and compares its arguments and its values.

    Choose it for a loss with a constructor or a `get_config` of its own.

    Args:
        make_loss: The loss's class.
        arguments: A value other than the default for each constructor argument but `reduction`,
            `name` and `dtype`.

    Raises:
        AssertionError: If it cannot be saved and loaded, or an argument is lost.
        ValueError: If an argument is missing here, or has its default value.

    Example:
    >>> from keras_gan_losses.losses import LeastSquaresGeneratorLoss
    >>> check_loss_serialization(LeastSquaresGeneratorLoss, arguments={"target": 0.5})
    """
    arguments = arguments or {}
    # Keras's own `get_config` leaves the dtype out.
    unsaved = () if isinstance(make_loss(**arguments), Configurable) else ("dtype",)
    losses = check_round_trip(make_loss, arguments, common=_SAVED_ARGUMENTS, unsaved=unsaved)
    # Valid both as raw scores and as probabilities.
    scores = np.random.default_rng(0).uniform(0.1, 0.9, (2, 4, 1)).astype("float32")
    values = [keras.ops.convert_to_numpy(loss(*scores)) for loss in losses]
    check_close(f"{title(make_loss, arguments)} after loading", values[1], values[0])
