"""Whether a change of samples can be differentiated twice, and right: by trial."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.types import Drawn, Shape, Size, Tensor

Draw = Callable[[tuple[Size, ...], keras.random.SeedGenerator], Drawn]
Change = Callable[[Tensor, Drawn], Tensor]

# Samples near the middle of [−1, 1], which few changes clip.
_REACH, _STEP, _TOLERANCE = 0.1, 1e-3, 0.02
# What no change of such samples gives, unless it takes them for intensities from 0 to 255.
_TOO_MUCH = 10.0
_FAILURES = (LookupError, NotImplementedError, RuntimeError, TypeError, ValueError)


def check_differentiable(
    name: str, draw: Draw, change: Change, shape: Shape, state: Sequence[keras.Variable]
) -> None:
    """Raises unless derivatives by the samples agree with differences of values.

    Args:
        name: What it is called in messages.
        draw: Gives random numbers for samples of a shape.
        change: Function of the samples and those numbers.
        shape: Of one sample; with sizes that nobody knows, nothing is checked.
        state: Variables that it may read or change; they get their values back.

    Raises:
        ValueError: If the change gives another shape, or has no derivatives or wrong ones.
    """
    sizes = tuple(size for size in shape if size is not None)
    if sizes != shape:
        return
    before = [ops.convert_to_numpy(variable) for variable in state]
    try:
        _check(name, draw, change, sizes, state)
    finally:
        for variable, value in zip(state, before, strict=True):
            variable.assign(value)


def _check(
    name: str, draw: Draw, change: Change, shape: tuple[int, ...], state: Sequence[keras.Variable]
) -> None:
    seed_generator = keras.random.SeedGenerator(0)
    rng = np.random.default_rng(0)
    point, direction, weights = rng.uniform(-1.0, 1.0, (3, 2, *shape)).astype("float32")
    factors, steps = map(ops.convert_to_tensor, (weights, direction))
    drawn = draw((2, *shape), seed_generator)

    def first(samples: Tensor) -> tuple[Tensor, None]:
        changed = change(samples, drawn)
        return ops.sum(factors * (changed + ops.square(changed))), None

    def second(samples: Tensor) -> tuple[Tensor, None]:
        _, gradient = backend.input_gradient(first, samples, known)
        return ops.sum(steps * gradient), None

    known = [*state, seed_generator.state]
    try:
        changed = change(ops.convert_to_tensor(_REACH * point), drawn)
        _check_changed((2, *shape), changed)
        is_right = all(_agrees(each, _REACH * point, direction, known) for each in (first, second))
    except _FAILURES as error:
        raise ValueError(f"{name} cannot augment samples of shape {shape}: {error}") from error
    if not is_right:
        raise ValueError(
            f"{name} cannot be an augmentation on the {keras.backend.backend()} backend, which has "
            "no derivative of it, or a wrong one. Use an augmentation of "
            "keras_gan_losses.augmentation, or another backend; docs/augmentation.md tells which "
            "layers of Keras are right where."
        )


def _check_changed(expected: Shape, changed: Tensor) -> None:
    if tuple(changed.shape) != expected:
        raise ValueError(f"it must give the shape {expected}. Received: {tuple(changed.shape)}.")
    greatest = float(ops.convert_to_numpy(ops.max(ops.abs(changed))))
    if not greatest <= _TOO_MUCH:
        raise ValueError(
            f"it makes values up to {greatest:.3g} of samples between −0.1 and 0.1. Images are in "
            "[−1, 1] here: tell a layer of Keras so, by value_range=(-1, 1)."
        )


def _agrees(
    function: Callable[[Tensor], tuple[Tensor, None]],
    point: np.ndarray,
    direction: np.ndarray,
    state: Sequence[keras.Variable],
) -> bool:
    """Whether the derivative in a direction is the difference quotient, and the gradient not 0."""
    ends = [ops.convert_to_tensor(point + step * direction) for step in (_STEP, -_STEP)]
    above, below = (float(ops.convert_to_numpy(_value(function, end))) for end in ends)
    quotient = (above - below) / (2.0 * _STEP)
    _, gradient = backend.input_gradient(function, ops.convert_to_tensor(point), state)
    slopes = ops.convert_to_numpy(ops.stop_gradient(gradient)).astype("float64") * direction
    size = float(np.sqrt(np.sum(np.square(slopes))))
    return size > 0.0 and abs(float(slopes.sum()) - quotient) <= _TOLERANCE * size


def _value(function: Callable[[Tensor], tuple[Tensor, None]], samples: Tensor) -> Tensor:
    return ops.stop_gradient(function(samples)[0])
