"""Whether columns of a generated table depend on each other as real ones do."""

from collections.abc import Sequence

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.table_metric import TableMetric
from keras_gan_losses.metrics.table_rows import as_row_sets, columns_of
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike


def column_associations(rows: ArrayLike, *, sizes: Sequence[int]) -> np.ndarray:
    """Tells how strongly each two columns of a table depend on each other.

    Choose it to look at the pairs that a generator has missed: the difference of two such matrices
    says which.

    Formula: of two numbers Pearson's correlation r, in [−1, 1]; of two categories Cramér's V,
    √(χ²/(n · (min(k, l) − 1))), and of a number and a category the correlation ratio η, the root of
    the share of the variance that lies between the categories' means, both in [0, 1]. Where a
    column has one value all are 0. Rows of `datasets.table` have normal scores, of which r is a
    correlation of ranks.

    Args:
        rows: `(n, sum(sizes))`, at least two, finite. Of a category its greatest entry counts.
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.

    Returns:
        A symmetric matrix with a row for each entry of `sizes`, whose diagonal is 1.

    Raises:
        ValueError: If there are too few rows, or they are not finite or of another width.

    Example:
    >>> column_associations([[0.0, 1, 0], [1.0, 0, 1], [0.0, 1, 0]], sizes=(1, 2)).round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]

    Reference:
        Zhao et al., CTAB-GAN: Effective Table Data Synthesizing, arXiv:2102.08369, has the
        uncertainty coefficient in the place of Cramér's V, which SDMetrics has.
    """
    columns = columns_of(as_row_sets(sizes=sizes, minimum=2, rows=rows)[0], sizes)
    associations = np.eye(len(columns))
    for first in range(len(columns)):
        for second in range(first):
            value = _association(columns[first], columns[second])
            associations[first, second] = associations[second, first] = value
    return associations


def association_difference(real: ArrayLike, fake: ArrayLike, *, sizes: Sequence[int]) -> float:
    """Averages over pairs of columns how far their association is from that of real ones.

    Choose it for tables beside `column_distances`, which looks at each column alone. Each category
    has Cramér's V a little above 0 by chance, so compare values of equal numbers of rows only.

    Formula: mean over pairs i < j of |A_ij(real) − A_ij(fake)|, A the `column_associations`; 0 for
    a table of one column.

    Args:
        real: Real rows, `(n, sum(sizes))`, at least two, finite.
        fake: Generated ones, `(m, sum(sizes))`.
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.

    Returns:
        A number in [0, 2], exactly 0 for identical sets.

    Raises:
        ValueError: If there are too few rows, or they are not finite or of another width.

    Example:
    >>> real, fake = [[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]
    >>> round(association_difference(real, fake, sizes=(1, 1)), 6)
    2.0

    Reference:
        Zhao et al., CTAB-GAN: Effective Table Data Synthesizing, arXiv:2102.08369.
    """
    real, fake = as_row_sets(sizes=sizes, minimum=2, real=real, fake=fake)
    matrices = [column_associations(rows, sizes=sizes) for rows in (real, fake)]
    pairs = np.tril_indices(len(sizes), -1)
    differences = np.abs(matrices[0] - matrices[1])[pairs]
    return float(differences.mean()) if len(differences) else 0.0


@register
class AssociationDifference(TableMetric):
    """Logs how far the dependence between columns is from that of real ones; lower is better.

    Choose it for tables, beside `ColumnDistance`. See `association_difference` for the formula.

    Args:
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.
        features: What is compared of each sample; None for the rows themselves.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If sizes are no counts.

    Example:
    >>> metric = AssociationDifference((1, 1))
    >>> round(metric([[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]), 6)
    2.0

    Reference:
        Zhao et al., CTAB-GAN: Effective Table Data Synthesizing, arXiv:2102.08369.
    """

    modules = ("scipy",)
    higher_is_better = False
    minimum_samples = 2

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Mean difference of the associations."""
        return association_difference(real.values, fake.values, sizes=self.sizes)


def _association(first: np.ndarray, second: np.ndarray) -> float:
    """Of two columns, each numbers `(n,)` or a category in one-hot form."""
    if first.ndim == second.ndim == 1:
        return _correlation(first, second)
    if first.ndim == second.ndim:
        return _cramers_v(first, second)
    return (
        _correlation_ratio(first, second) if first.ndim == 1 else _correlation_ratio(second, first)
    )


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _cramers_v(first: np.ndarray, second: np.ndarray) -> float:
    with needs_extra("metrics"):
        from scipy.stats.contingency import association

    counts = (first.T @ second).astype("int64")
    counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    return float(association(counts, method="cramer")) if min(counts.shape) > 1 else 0.0


def _correlation_ratio(numbers: np.ndarray, category: np.ndarray) -> float:
    if np.ptp(numbers) == 0.0:
        return 0.0
    centred = numbers - numbers.mean()
    counts = category.sum(axis=0)
    means = category.T @ centred / np.maximum(counts, 1.0)
    return float(np.sqrt(min(counts @ means**2 / (centred @ centred), 1.0)))
