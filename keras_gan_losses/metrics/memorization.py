"""Whether a generator copies its training data."""

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.sample_checks import as_sample_sets, flatten
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.training_set_metric import TrainingSetMetric
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike


def nearest_neighbor_memorization(
    training: ArrayLike, held_out: ArrayLike, fake: ArrayLike
) -> float:
    """Tells how often a generated sample lies nearer to the training set than a held-out one.

    Choose it where training data must not leak, or are few: 0.5 means that the generator is as
    far from its training data as fresh real data are, 1 that it copies, and clearly below 0.5
    that its samples lie farther away than real ones, that is underfitting. Use features
    rather than pixels for images, where distances mean little.

    Formula, d(x) the Euclidean distance of x to the nearest training sample:
    P(d(fake) < d(held_out)) + ½ P(d(fake) = d(held_out)), over all pairs of a generated and a
    held-out sample. It is the Mann–Whitney statistic divided by the number of pairs. The paper
    standardises the same statistic, with the opposite sign, and averages it over cells of the
    data; its C_T < 0 corresponds to values above 0.5 here. Without memorisation, the
    standard error is √((n + m + 1)/(12 n m)), 0.013 for 1,000 samples each.

    The order of the samples does not matter. Memory: the three sets in float64, and distances
    in blocks chosen by scikit-learn.

    Args:
        training: Samples or features that the generator was trained on, `(k, …)`, finite.
        held_out: Real ones that it has never seen, `(n, …)`, of the same shape each.
        fake: Generated ones, `(m, …)`, likewise.

    Returns:
        A number in [0, 1].

    Raises:
        ValueError: If a set is empty, not finite, or of another shape.

    Example:
    >>> training, held_out = [[0.0], [1.0]], [[0.4], [0.6]]
    >>> nearest_neighbor_memorization(training, held_out, fake=training)
    1.0
    >>> nearest_neighbor_memorization(training, held_out, fake=held_out)
    0.5

    Reference:
        Meehan et al., A non-parametric test to detect data-copying in generative models, 2020
        (arXiv:2004.05675).
    """
    sets = as_sample_sets(training=training, held_out=held_out, fake=fake)
    training, held_out, fake = (flatten(samples) for samples in sets)
    held_out, fake = _distances(training, held_out, fake)
    held_out = np.sort(held_out)
    num_not_nearer = np.searchsorted(held_out, fake, side="left").sum()
    num_nearer_or_tied = np.searchsorted(held_out, fake, side="right").sum()
    num_pairs = len(fake) * len(held_out)
    return float(1.0 - (num_not_nearer + num_nearer_or_tied) / (2 * num_pairs))


@register
class NearestNeighborMemorization(TrainingSetMetric):
    """Logs how often generated samples lie nearer to the training set than held-out ones do.

    Choose it with validation data that were never trained on, to see a generator begin to copy:
    0.5 is none, 1 is copying. See `nearest_neighbor_memorization` for the formula. It is lower
    for a generator that is simply bad, so do not choose a checkpoint by it alone.

    The training samples are not saved with a GAN, since a file of weights must not carry the data
    that it is tested for leaking. After loading, set the attribute `training` again:
    `gan.distribution_metrics[0].training = x_train`.

    Args:
        training: Samples that the generator is trained on, `(k, …)`. None, as after loading,
            leaves the metric without a value until they are set.
        features: What is compared of each sample; None for the samples themselves. Prefer a
            network's features for images.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If training samples are empty or not finite.

    Example:
    >>> training = np.array([[0.0], [1.0]])
    >>> metric = NearestNeighborMemorization(training)
    >>> metric([[0.4], [0.6]], training)
    1.0

    Reference:
        Meehan et al., A non-parametric test to detect data-copying in generative models, 2020
        (arXiv:2004.05675).
    """

    modules = ("sklearn",)
    higher_is_better = False

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> float:
        """Share of pairs in which the generated sample lies nearer."""
        return nearest_neighbor_memorization(self.training_features, real.values, fake.values)


def _distances(training: np.ndarray, *sets: np.ndarray) -> list[np.ndarray]:
    """Distance of each sample to its nearest training sample."""
    with needs_extra("metrics"):
        from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=1).fit(training)
    distances = []
    for samples in sets:
        nearest = search.kneighbors(samples, return_distance=False)[:, 0]
        # By differences: by inner products, as in the search, a copy may not lie at 0.
        distances.append(np.linalg.norm(samples - training[nearest], axis=1))
    return distances
