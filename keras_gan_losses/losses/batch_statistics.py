"""Where losses look beyond one sample: the only place that says which samples "the batch" means.

All scores count alike, those of patch maps included: a patch is a sample of the discriminator
that sees patches. With several replicas the batch is the global one, of which each has a part.
"""

from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.types import Scores, Tensor


def batch_mean(scores: Scores) -> Tensor:
    """Mean over the batch and its patches, a scalar.

    Example:
    >>> float(batch_mean(ops.convert_to_tensor([[1.0], [3.0]])))
    2.0
    """
    return global_batch.mean(scores)


def batch_weights(scores: Scores) -> Tensor:
    """Exponential of each score over the batch's mean exponential, so that their mean is 1.

    Args:
        scores: Shape `(batch, scores per sample)`.

    Returns:
        Weights of the same shape, finite however large the scores are.

    Example:
    >>> [float(weight) for weight in batch_weights(ops.zeros((2, 1)))[:, 0]]
    [1.0, 1.0]
    """
    scores = global_batch.all_rows(scores)
    # Not `ops.softmax`, which warns of a batch of one.
    shares = ops.exp(ops.log_softmax(ops.reshape(scores, (-1,))))
    shares = ops.reshape(shares, ops.shape(scores))
    return global_batch.own_rows(shares) * ops.cast(ops.size(scores), scores.dtype)


def batch_log_sum_exp(scores: Scores, references: Tensor) -> Tensor:
    """Log Σ exp(score − reference) over the batch's scores, for each reference.

    Args:
        scores: Summed over, shape `(batch, scores per sample)`.
        references: What is subtracted, any shape.

    Returns:
        The shape of `references`.

    Example:
    >>> scores = ops.convert_to_tensor([[100.0], [0.0]])
    >>> [float(value) for value in batch_log_sum_exp(scores, scores)[:, 0]]
    [0.0, 100.0]
    """
    scores = global_batch.all_rows(scores)
    greatest = ops.stop_gradient(ops.max(scores))
    # Large terms meet first: near the greatest score their difference loses no digits.
    return (greatest - references) + ops.log(ops.sum(ops.exp(scores - greatest)))
