"""The order of each pass over data that are shuffled, from its number alone."""

import numpy as np


def shuffled_order(seed: int, pass_number: int, num_items: int) -> np.ndarray:
    """Order of a pass, which whoever resumes a run finds again.

    Args:
        seed: Of the run.
        pass_number: Which pass over the data, from 0.
        num_items: How many things are put in order.

    Example:
    >>> sorted(shuffled_order(0, 1, 3).tolist())
    [0, 1, 2]
    """
    return np.random.default_rng((seed, pass_number)).permutation(num_items)
