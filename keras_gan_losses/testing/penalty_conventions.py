"""Checks of what training and Keras rely on in a penalty, beside its values."""

from keras import ops
from keras.optimizers.schedules import ExponentialDecay

from keras_gan_losses.testing.comparisons import check_close
from keras_gan_losses.testing.discriminators import curved_discriminator
from keras_gan_losses.testing.penalty_case import (
    MakePenalty,
    asks_for_gradient,
    penalty_values,
)
from keras_gan_losses.testing.saving import check_round_trip
from keras_gan_losses.testing.settings import Arguments, settings, title

SAVED_ARGUMENTS = {
    "every": 3,
    "fraction": 0.5,
    "schedule": ExponentialDecay(1.0, decay_steps=10, decay_rate=0.5),
    "name": "saved_penalty",
}
"""Values other than the defaults of what every penalty takes."""


def check_penalty_uses_gradient(
    make_penalty: MakePenalty, *, arguments: Arguments | None = None
) -> None:
    """Checks that `uses_gradient` is true exactly if a penalty asks for the gradient.

    Choose it for a penalty of your own: where `uses_gradient` is true, training warns of layers
    through which second derivatives are inexact.

    Args:
        make_penalty: The penalty's class.
        arguments: Constructor arguments.

    Raises:
        AssertionError: If the attribute is wrong.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> check_penalty_uses_gradient(R1Penalty)
    """
    for setting in settings(make_penalty, arguments):
        declared = make_penalty(**setting).uses_gradient
        asks = asks_for_gradient(make_penalty(**setting), curved_discriminator())
        if asks != declared:
            raise AssertionError(
                f"{title(make_penalty, setting)} says uses_gradient={declared}, yet it "
                f"{'asks' if asks else 'does not ask'} for the gradient. Set it to {asks}."
            )


def check_penalty_serialization(
    make_penalty: MakePenalty, *, arguments: Arguments | None = None
) -> None:
    """Saves and loads a penalty, and compares its arguments and its values.

    Choose it for a penalty with a constructor or a `get_config` of its own.

    Args:
        make_penalty: The penalty's class.
        arguments: A value other than the default for each constructor argument but `every`,
            `fraction`, `schedule` and `name`.

    Raises:
        AssertionError: If it cannot be saved and loaded, or an argument is lost.
        ValueError: If an argument is missing here, or has its default value.

    Example:
    >>> from keras_gan_losses.penalties import R1Penalty
    >>> check_penalty_serialization(R1Penalty, arguments={"gamma": 3.0, "step": 0.1})
    """
    arguments = arguments or {}
    network = curved_discriminator()
    original, copy = (
        ops.convert_to_numpy(penalty_values(penalty, network))
        for penalty in check_round_trip(make_penalty, arguments, common=SAVED_ARGUMENTS)
    )
    check_close(f"{title(make_penalty, arguments)} after loading", copy, original)
