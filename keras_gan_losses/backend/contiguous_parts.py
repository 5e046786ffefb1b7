"""How a batch on one device is divided."""

import itertools

from keras import ops

from keras_gan_losses.types import Tensor


def contiguous_parts(values: Tensor, num_parts: int, axis: int = 0) -> list[Tensor]:
    """Parts of a tensor along one of its first two axes, their sizes alike to one."""
    size = ops.shape(values)[axis]
    ends = [part * size // num_parts for part in range(num_parts + 1)]
    slices = itertools.starmap(slice, itertools.pairwise(ends))
    return [values[(slice(None),) * axis + (part,)] for part in slices]
