"""Checks of augmentations, for augmentations of your own."""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from keras_gan_losses.augmentation import Augmentation
from keras_gan_losses.testing.saving import check_round_trip
from keras_gan_losses.testing.settings import Arguments, settings, title

_NUM_SAMPLES = 32


def check_augmentation(
    make_augmentation: Callable[..., Augmentation],
    *,
    arguments: Arguments | None = None,
    sample_shape: tuple[int, ...] = (8, 8, 3),
) -> None:
    """Checks everything that training relies on in an augmentation.

    Args:
        make_augmentation: The augmentation's class.
        arguments: A value other than the default for each constructor argument, with which it
            changes samples. It is checked with them and, if it has defaults, with those.
        sample_shape: Shape of one sample that it takes.

    Raises:
        AssertionError: If the augmentation is wrong. The message says in what.
        ValueError: If an argument is missing.

    Example:
    >>> from keras_gan_losses.augmentation import Cutout
    >>> check_augmentation(Cutout, arguments={"ratio": 0.25, "data_format": "channels_first"})
    """
    for setting in settings(make_augmentation, arguments):
        name = title(make_augmentation, setting)
        augmentation = make_augmentation(**setting)
        _check_numbers(name, augmentation, sample_shape)
        _check_rows(name, augmentation, sample_shape)
        _check_derivatives(name, augmentation, sample_shape)
    check_round_trip(make_augmentation, arguments or {}, common={})


def check_augmentation_changes(
    make_augmentation: Callable[..., Augmentation],
    *,
    arguments: Arguments | None = None,
    sample_shape: tuple[int, ...] = (8, 8, 3),
) -> None:
    """Checks that an augmentation changes equal samples differently, and anew in each update.

    Choose it beside `check_augmentation` for augmentations that draw random numbers.

    Args:
        make_augmentation: The augmentation's class.
        arguments: Constructor arguments.
        sample_shape: Shape of one sample that it takes.

    Raises:
        AssertionError: If all samples are changed in one way, or each time in the same.

    Example:
    >>> from keras_gan_losses.augmentation import Flip
    >>> check_augmentation_changes(Flip)
    """
    for setting in settings(make_augmentation, arguments):
        name, augmentation = title(make_augmentation, setting), make_augmentation(**setting)
        seed_generator = keras.random.SeedGenerator(0)
        same = np.repeat(_samples((1, *sample_shape)), _NUM_SAMPLES, axis=0)
        first, second = (
            ops.convert_to_numpy(augmentation(ops.convert_to_tensor(same), seed_generator))
            for _ in range(2)
        )
        if np.array_equal(first, second):
            raise AssertionError(
                f"{name} changes samples alike in every update. Draw random numbers in `draw`, "
                "from the seed generator that it is given."
            )
        if all(np.array_equal(first[0], each) for each in first):
            raise AssertionError(
                f"{name} changes all samples of a batch alike. Draw numbers for each: their first "
                "axis is the batch."
            )


def _samples(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1.0, 1.0, shape).astype("float32")


def _check_derivatives(name: str, augmentation: Augmentation, shape: tuple[int, ...]) -> None:
    try:
        Augmentation.check(augmentation, shape)
        augmentation.check(shape)
    except ValueError as error:
        raise AssertionError(f"{name}: {error}") from error


def _check_numbers(name: str, augmentation: Augmentation, shape: tuple[int, ...]) -> None:
    samples = ops.convert_to_tensor(_samples((_NUM_SAMPLES, *shape)))
    drawn = augmentation.draw(tuple(samples.shape), keras.random.SeedGenerator(0))
    first, second = (augmentation.call(samples, drawn) for _ in range(2))
    dtype = keras.backend.standardize_dtype(first.dtype)
    if dtype != "float32" or not np.all(np.isfinite(ops.convert_to_numpy(first))):
        raise AssertionError(f"{name}: must give finite numbers in float32. Received: {dtype}.")
    if not np.array_equal(ops.convert_to_numpy(samples), _samples((_NUM_SAMPLES, *shape))):
        raise AssertionError(f"{name} changes the samples that it is given. Make new ones.")
    if not np.array_equal(*map(ops.convert_to_numpy, (first, second))):
        raise AssertionError(
            f"{name}: `call` gives another result for the same numbers. Draw all of them in "
            "`draw`, so that in one update a row is changed in one way."
        )


def _check_rows(name: str, augmentation: Augmentation, shape: tuple[int, ...]) -> None:
    samples = _samples((_NUM_SAMPLES, *shape))
    drawn = augmentation.draw(samples.shape, keras.random.SeedGenerator(0))
    half = _NUM_SAMPLES // 2
    others = np.concatenate([samples[:half], 0.5 * samples[half:]])
    first, second = (
        ops.convert_to_numpy(augmentation.call(ops.convert_to_tensor(each), drawn))
        for each in (samples, others)
    )
    if not np.allclose(first[:half], second[:half], atol=1e-6):
        raise AssertionError(
            f"{name}: what becomes of a sample depends on other samples of the batch, so that "
            "several devices would not train as one. Compute with each sample alone."
        )
