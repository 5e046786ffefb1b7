"""How alike generated images are among themselves: the opposite of diversity."""

import numpy as np

from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import IdentityFeatures
from keras_gan_losses.metrics.sample_checks import as_samples
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.metrics.structural_similarity import as_images, similarities
from keras_gan_losses.metrics.value_range import range_width
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName
from keras_gan_losses.types import ArrayLike, PathLike
from keras_gan_losses.validation import check_count


def mean_structural_similarity(
    images: ArrayLike,
    *,
    num_pairs: int = 1000,
    seed: int = 0,
    value_range: tuple[float, float] = (-1.0, 1.0),
) -> float:
    """Averages MS-SSIM over random pairs of images: the lower, the more diverse they are.

    Choose it to see a generator collapse to a few images, and compare with the same number for
    real images, which is the goal: lower still means noise rather than diversity. The paper
    takes pairs of one class, so pass the images of one class where there are labels.

    Formula: mean of `multi_scale_structural_similarity` over pairs of different images, drawn
    without regard to earlier draws; over all pairs where there are at most `num_pairs`, and
    then the order of the images does not matter. Otherwise the order decides which pairs are
    drawn, and the value differs within the error of its mean.

    Args:
        images: Images, array or tensor of shape `(n, height, width)` or
            `(n, height, width, channels)`, n at least 2.
        num_pairs: Number of pairs, at least 1. Defaults to 1,000; the paper has 100 for each
            class.
        seed: Whole number of at least 0 that determines the pairs. Defaults to 0.
        value_range: Lowest and highest value that a pixel can have. Defaults to (−1, 1).

    Returns:
        A number in [0, 1], 1 where all images are the same.

    Raises:
        ValueError: If there are fewer than 2 images, values are not finite or far outside
            `value_range`, or another argument is out of its range.

    Example:
    >>> import numpy as np
    >>> mean_structural_similarity(np.zeros((5, 8, 8)))
    1.0

    Reference:
        Odena et al., Conditional image synthesis with auxiliary classifier GANs, 2017
        (arXiv:1610.09585), section 4.2.
    """
    _check_arguments(num_pairs, seed)
    images = as_images("images", as_samples("images", images, minimum=2), value_range)
    pairs = _pairs(len(images), num_pairs, seed)
    return float(similarities(images, images, pairs, range_width(value_range)).mean())


@register
class MultiScaleStructuralSimilarity(DistributionMetric):
    """Logs how alike generated images are among themselves; lower is more diverse.

    Choose it to see a generator collapse to a few images. It looks at no real samples: compare it
    with `mean_structural_similarity` of real images, which is the goal. See there for the
    formula.

    Args:
        num_pairs: Number of random pairs, at least 1. Defaults to 1,000, which takes a second for
            images of 32×32 pixels.
        seed: Whole number of at least 0 that determines the pairs. Defaults to 0.
        value_range: Lowest and highest value that a pixel can have. Defaults to (−1, 1).
        on: As in `DistributionMetric`.
        num_samples: How many images are generated, at least 2; None is as many as there are real
            ones.
        cache_directory: As in `DistributionMetric`; without effect here.
        name: Name in the logs. Defaults to "multi_scale_structural_similarity".

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> metric = MultiScaleStructuralSimilarity()
    >>> metric(fake=np.zeros((5, 8, 8, 1)))
    1.0

    Reference:
        Odena et al., Conditional image synthesis with auxiliary classifier GANs, 2017
        (arXiv:1610.09585).
    """

    modules = ("scipy",)
    higher_is_better = False
    uses_real_samples = False
    minimum_samples = 2

    def __init__(
        self,
        *,
        num_pairs: int = 1000,
        seed: int = 0,
        value_range: tuple[float, float] = (-1.0, 1.0),
        on: LeafName = None,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            IdentityFeatures(),
            on=on,
            num_samples=num_samples,
            cache_directory=cache_directory,
            name=name,
        )
        _check_arguments(num_pairs, seed)
        range_width(value_range)
        self.num_pairs = num_pairs
        self.seed = seed
        self.value_range = (value_range[0], value_range[1])

    def compare(self, real: None, fake: StoredFeatures) -> float:
        """Mean similarity of random pairs."""
        return mean_structural_similarity(
            fake.values, num_pairs=self.num_pairs, seed=self.seed, value_range=self.value_range
        )


def _check_arguments(num_pairs: int, seed: int) -> None:
    check_count("num_pairs", num_pairs, advice="1000 suits most image sets.")
    check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")


def _pairs(num_images: int, num_pairs: int, seed: int) -> np.ndarray:
    """Indices of different images, of shape `(2, num_pairs)` or of all pairs if they are fewer."""
    if num_images * (num_images - 1) // 2 <= num_pairs:
        return np.stack(np.triu_indices(num_images, 1))
    generator = np.random.default_rng(seed)
    first = generator.integers(num_images, size=num_pairs)
    step = generator.integers(1, num_images, size=num_pairs)
    return np.stack([first, (first + step) % num_images])
