"""Latents of one's own, from which samples are to be made."""

from collections.abc import Mapping

import numpy as np

from keras_gan_losses.feeding.array_form import as_array
from keras_gan_losses.types import Data, Latents


def with_given(drawn: Data, given: Data) -> Latents | None:
    """Latents as they were given, and drawn ones where nothing was.

    Args:
        drawn: All of them, as arrays, a row for each sample; None for a generator without any.
        given: A row for each sample or one for all; of named ones some.

    Raises:
        ValueError: If they are of another shape or number, not finite, or there are none of a name.

    Example:
    >>> drawn = {"code": np.zeros((2, 2)), "noise": np.ones((2, 1))}
    >>> with_given(drawn, {"code": [1.0, 0.0]})["code"].tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    if given is None:
        return drawn
    if not isinstance(drawn, Mapping):
        if drawn is None or isinstance(given, Mapping):
            kind = "no latents" if drawn is None else "latents without names"
            raise ValueError(f"The generator takes {kind}. Received: latents={given!r}.")
        return _rows("latents", given, drawn)
    unknown = set(given) - set(drawn) if isinstance(given, Mapping) else {"an array"}
    if unknown:
        raise ValueError(
            f"The generator takes the latents {sorted(drawn)}. Received: {sorted(unknown)}. Give "
            "a dictionary of some of them; the others are drawn."
        )
    return {name: _rows(name, given.get(name), each) for name, each in drawn.items()}


def _rows(name: str, given: Data, drawn: np.ndarray) -> np.ndarray:
    if given is None:
        return drawn
    values = np.asarray(as_array(given), dtype=drawn.dtype)
    values = values[None] if values.shape == drawn.shape[1:] else values
    is_right = values.shape[1:] == drawn.shape[1:] and len(values) in (1, len(drawn))
    if not is_right or not np.isfinite(values).all():
        raise ValueError(
            f"The latents {name!r} must be finite numbers of shape {drawn.shape}, or one row for "
            f"all. Received: shape {np.shape(given)}."
        )
    return np.broadcast_to(values, drawn.shape)
