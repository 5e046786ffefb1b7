"""A discriminator's scores, of one head or of several."""

from collections.abc import Sequence

import keras
from keras import ops

from keras_gan_losses.types import Scores, Tree


def heads(scores: Tree) -> list[Scores]:
    """Scores of each head: of each scale or period that a discriminator looks at.

    Args:
        scores: One tensor `(batch, …)`, or a list or dictionary of such.

    Example:
    >>> len(heads([ops.zeros((2, 1)), ops.zeros((2, 4))]))
    2
    """
    return list(keras.tree.flatten(scores))


def joined(scores: Sequence[Scores]) -> Scores:
    """All scores of each sample in one tensor; of one head as they are.

    Args:
        scores: Those of each head.

    Returns:
        Shape `(batch, scores of a sample)`, or that of the only head.

    Example:
    >>> tuple(joined([ops.zeros((2, 1)), ops.zeros((2, 2, 2))]).shape)
    (2, 5)
    """
    if len(scores) == 1:
        return scores[0]
    rows = [ops.reshape(each, (ops.shape(each)[0], -1)) for each in scores]
    return ops.concatenate(rows, axis=1)
