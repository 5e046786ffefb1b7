"""Whether a generated table teaches what a real one does."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.table_metric import TableMetric
from keras_gan_losses.metrics.table_rows import as_row_sets
from keras_gan_losses.registration import register
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count, check_seed

_FEWEST_ROWS = 4


def synthetic_training_scores(
    real: ArrayLike, fake: ArrayLike, *, sizes: Sequence[int], target: int, seed: int = 0
) -> tuple[float, float]:
    """Trains on generated rows and tests on real ones, beside training on real rows.

    Choose it where generated tables shall serve in the place of real ones: the two scores are near
    each other if what predicts the target has been learned.

    A random half of the real rows is tested on. One forest of scikit-learn, with its defaults,
    learns from the other half, another from the generated rows, to tell the target from all others.
    The score of a category is the mean over the classes of F1, that of a number is R², as in the
    paper, which averages several kinds of models.

    Args:
        real: Real rows, `(n, sum(sizes))`, at least four, finite.
        fake: Generated ones, `(m, sum(sizes))`.
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.
        target: Place in `sizes` of what is predicted, from 0; `Table.place(name)` tells it.
        seed: Seed of the halves and of the forests.

    Returns:
        Scores of the forest of generated rows and of that of real ones. 1 is best.

    Raises:
        ValueError: If there are too few rows, they are not finite or of another width, or there is
            no such place, or no other.

    Example:
    >>> generator = np.random.default_rng(0)
    >>> x = generator.normal(size=(200, 1))
    >>> rows = np.concatenate([x, x < 0, x >= 0], axis=1)
    >>> [round(score, 1) for score in synthetic_training_scores(rows, rows, sizes=(1, 2), target=1)]
    [1.0, 1.0]

    Reference:
        Xu et al., Modeling Tabular Data using Conditional GAN, arXiv:1907.00503, section 5.1.
        Esteban et al., Real-valued (Medical) Time Series Generation, arXiv:1706.02633.
    """
    _check_target(target, sizes)
    check_seed("seed", seed)
    real, fake = as_row_sets(sizes=sizes, minimum=_FEWEST_ROWS, real=real, fake=fake)
    order = np.random.default_rng(seed).permutation(len(real))
    training, test = (_parted(rows, sizes, target) for rows in np.array_split(real[order], 2))
    is_number = sizes[target] == 1
    scores = [
        _score(learned, test, is_number=is_number, seed=seed)
        for learned in (_parted(fake, sizes, target), training)
    ]
    return scores[0], scores[1]


@register
class SyntheticTraining(TableMetric):
    """Logs what a forest of trees learns from generated rows of a table; higher is better.

    Choose it where generated tables shall serve in the place of real ones. The logs are
    `synthetic_training`, and `real_training` to compare it with. See `synthetic_training_scores`.

    Args:
        sizes: 1 for a number, k for a category of k places, as `datasets.table` gives them.
        target: Place in `sizes` of what is predicted, from 0; `Table.place(name)` tells it.
        features: What is compared of each sample; None for the rows themselves.
        seed: Seed of the halves and of the forests.
        **kwargs: `on`, `num_samples`, `cache_directory` and `name`, as in `DistributionMetric`.

    Raises:
        ValueError: If sizes are no counts, or there is no such place.

    Example:
    >>> x = np.random.default_rng(0).normal(size=(200, 1))
    >>> rows = np.concatenate([x, x < 0, x >= 0], axis=1)
    >>> sorted(SyntheticTraining((1, 2), target=1)(rows, rows))
    ['real_training', 'synthetic_training']

    Reference:
        Xu et al., Modeling Tabular Data using Conditional GAN, arXiv:1907.00503.
    """

    modules = ("sklearn",)
    higher_is_better = {"synthetic_training": True, "real_training": True}
    minimum_samples = _FEWEST_ROWS

    def __init__(
        self,
        sizes: Sequence[int],
        target: int,
        features: Features | keras.Model | None = None,
        *,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(sizes, features, **kwargs)
        _check_target(target, self.sizes)
        self.target = target
        self.seed = check_seed("seed", seed)

    def compare(self, real: StoredFeatures, fake: StoredFeatures) -> dict[str, float]:
        """Both scores."""
        synthetic, of_real = synthetic_training_scores(
            real.values, fake.values, sizes=self.sizes, target=self.target, seed=self.seed
        )
        return {"synthetic_training": synthetic, "real_training": of_real}


def _check_target(target: int, sizes: Sequence[int]) -> None:
    check_count("target", target, minimum=0, advice="It is a place in `sizes`.")
    if len(sizes) < 2 or target >= len(sizes):
        raise ValueError(
            "`target` must be a place in `sizes`, beside at least one other. Received: "
            f"target={target} and {len(sizes)} sizes."
        )


def _parted(rows: np.ndarray, sizes: Sequence[int], target: int) -> tuple[np.ndarray, np.ndarray]:
    """What is known, and what is to be told from it: numbers, or places of a category."""
    start = sum(sizes[:target])
    end = start + sizes[target]
    told = rows[:, start] if sizes[target] == 1 else rows[:, start:end].argmax(axis=1)
    return np.delete(rows, np.arange(start, end), axis=1), told


def _score(
    training: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    *,
    is_number: bool,
    seed: int,
) -> float:
    with needs_extra("metrics"):
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
        from sklearn.metrics import f1_score, r2_score

    forest = (RandomForestRegressor if is_number else RandomForestClassifier)(random_state=seed)
    predicted = forest.fit(*training).predict(test[0])
    if is_number:
        return float(r2_score(test[1], predicted))
    return float(f1_score(test[1], predicted, average="macro", labels=np.unique(test[1])))
