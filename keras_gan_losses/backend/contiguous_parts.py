"""How a batch on one device is divided."""

import itertools
from typing import Any

from keras import ops


def contiguous_parts(values: Any, num_parts: int, axis: int = 0) -> list[Any]:
    """Parts of a tensor along one of its first two axes, their sizes alike to one."""
    size = ops.shape(values)[axis]
    ends = [part * size // num_parts for part in range(num_parts + 1)]
    slices = itertools.starmap(slice, itertools.pairwise(ends))
    return [values[(slice(None),) * axis + (part,)] for part in slices]
