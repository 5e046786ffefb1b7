"""How penalties on scores become one value per sample."""

from typing import Any

from keras import ops


def sample_means(values: Any) -> Any:
    """Mean of each sample's values: of one score, or of the patches of a map.

    Args:
        values: Shape `(batch,)`, `(batch, 1)` or `(batch, …)`.

    Returns:
        Shape `(batch,)`.

    Example:
    >>> ops.convert_to_numpy(sample_means(ops.convert_to_tensor([[1.0, 3.0]]))).tolist()
    [2.0]
    """
    return ops.mean(ops.reshape(values, (ops.shape(values)[0], -1)), axis=1)
