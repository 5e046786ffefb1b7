"""How far the columns of a generated table are from real ones, each by itself."""

from collections.abc import Sequence

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.table_metric import TableMetric
from keras_gan_losses.metrics.table_rows import as_row_sets, columns_of
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike


def column_distances(real: ArrayLike, fake: ArrayLike, *, sizes: Sequence[int]) -> np.ndarray:
    """Tells of each column of a table how far its generated values are from real ones.

    Choose it to see which columns are learned. It is blind to dependence between them: pair it with
    `association_difference`. The order of the rows does not matter.

    Formula: of a number the Kolmogorov–Smirnov statistic sup over t of |F(t) − G(t)|, F and G the
    shares of real and of generated values up to t; of a category the total variation
    ½ Σ |p_k − q_k| of its shares. Both lie between 0, where all agree, and 1. Of two samples of one
    distribution the first is about 0.87 √(1/n + 1/m), 0.04 for 1,000 rows each.

    Args:
        real: Real rows, `(n, sum(sizes))`, finite.
        fake: Generated ones, `(m, sum(sizes))`. Of a category its greatest entry counts.
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.

    Returns:
        One distance for each entry of `sizes`.

    Raises:
        ValueError: If rows are empty, not finite, or of another width.

    Example:
    >>> real, fake = [[0.0, 1, 0], [1.0, 0, 1]], [[5.0, 1, 0], [6.0, 1, 0]]
    >>> column_distances(real, fake, sizes=(1, 2)).tolist()
    [1.0, 0.5]

    Reference:
        Zhang et al., Mixed-Type Tabular Data Synthesis with Score-based Diffusion in Latent Space,
        arXiv:2310.09656, which has both, as SDMetrics does.
    """
    with needs_extra("metrics"):
        from scipy.stats import ks_2samp

    real, fake = as_row_sets(sizes=sizes, real=real, fake=fake)
    pairs = zip(columns_of(real, sizes), columns_of(fake, sizes), strict=True)
    return np.array(
        [
            # The p-value, which is not used, would take longer exactly.
            ks_2samp(one, other, method="asymp").statistic
            if one.ndim == 1
            else np.abs(one.mean(axis=0) - other.mean(axis=0)).sum() / 2.0
            for one, other in pairs
        ]
    )


@register
class ColumnDistance(TableMetric):
    """Logs how far the columns of a table are from real ones on average; lower is better.

    Choose it for tables, beside `AssociationDifference`, which sees dependence between columns. See
    `column_distances` for the formula.

    Args:
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.
        features: What is compared of each sample; None for the rows themselves.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If sizes are no counts.

    Example:
    >>> metric = ColumnDistance((1, 2))
    >>> metric([[0.0, 1, 0], [1.0, 0, 1]], [[5.0, 1, 0], [6.0, 1, 0]])
    0.75

    Reference:
        Zhang et al., Mixed-Type Tabular Data Synthesis with Score-based Diffusion in Latent Space,
        arXiv:2310.09656.
    """

    modules = ("scipy",)
    higher_is_better = False

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Mean distance of the columns."""
        return float(column_distances(real.values, fake.values, sizes=self.sizes).mean())
