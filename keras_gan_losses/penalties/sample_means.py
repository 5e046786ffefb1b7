"""How penalties on scores become one value per sample."""

from keras import ops

from keras_gan_losses.types import Size, Tensor


def sample_means(values: Tensor, num_samples: Size | None = None) -> Tensor:
    """Mean of each sample's values: of one score, or of the patches of a map.

    Args:
        values: Shape `(batch,)`, `(batch, 1)` or `(batch, …)`.
        num_samples: How many samples they belong to, if several rows belong to each: of all the
            generated samples for one real one the mean is taken.

    Returns:
        Shape `(num_samples,)`, by default `(batch,)`.

    Example:
    >>> ops.convert_to_numpy(sample_means(ops.convert_to_tensor([[1.0, 3.0]]))).tolist()
    [2.0]
    """
    num_samples = ops.shape(values)[0] if num_samples is None else num_samples
    return ops.mean(ops.reshape(values, (num_samples, -1)), axis=1)
