"""ADA: augmentations as often as the discriminator's overfitting asks for."""

import keras
from keras import ops

from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.augmentation.colour import Brightness, Contrast, Saturation
from keras_gan_losses.augmentation.geometry import Flip, QuarterTurn, Translation
from keras_gan_losses.augmentation.pipeline import Pipeline, as_augmentation
from keras_gan_losses.augmentation.wrapped import AugmentationLike
from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Drawn, Shape, Size, Tensor
from keras_gan_losses.validation import check_count, check_flag, check_number

_DEFAULT = (Flip, QuarterTurn, Translation, Brightness, Contrast, Saturation)


@register
class Adaptive(Augmentation):
    """Applies each augmentation to each sample with a probability that finds itself: `"ada"`.

    Choose it for some hundred to some ten thousand samples, where the discriminator would learn
    them by heart. The probability rises while the discriminator is too sure of real samples, and
    falls while it is not; the log `augmentation_probability` tells it. Below about 0.8 the
    generator does not learn to make augmented samples, so `fit` long enough to see where it stays.

    Formula, every so many updates: p += sign(E sign(D(real)) − target) · samples seen since /
    num_samples, within [0, 1]. Where `compares_pairs`, sign(D(real) − D(fake)) stands in place of
    sign(D(real)), so that 0.6 is a `discriminator_accuracy` of 0.8. The tutorial of Keras moves p
    by accuracy − 0.85 over 1000 in each update instead.

    The paper has 18 transformations in a fixed order, of which flip, quarter turn, translation by
    pixels, brightness, contrast, saturation, noise and cutout are here; by default the first six,
    with the ranges of DiffAugment. Scaling, rotation and translation between pixels are layers of
    Keras, on JAX and torch. Hue, luma flip and the filters of four bands are not here.

    Args:
        augmentations: One augmentation or a list, each as for `compile`; each acts on its own.
        target: What E sign(D(real)) is held at, from −1 to 1; 0.6 in the paper.
        num_samples: Real samples in which the probability can go from 0 to 1; 500,000 in the
            paper. Take less for short runs: 20,000 serve 200 digits in docs/augmentation.md.
        every: Updates of the discriminator between two changes; 4 in the paper.
        start: Probability at the start, from 0 to 1.
        compares_pairs: Whether scores of real samples are compared with those of generated ones,
            and not with 0: for losses whose scores have no zero, such as Wasserstein and
            relativistic ones.

    Raises:
        TypeError: If there is no augmentation.
        ValueError: If a number is out of its range; in `compile`, if the sign of a score says
            nothing under the loss, and pairs are not compared.

    Example:
    >>> augmentation = Adaptive(num_samples=20_000)
    >>> images = ops.ones((2, 8, 8, 1))
    >>> unchanged = augmentation(images, keras.random.SeedGenerator(0))
    >>> float(ops.max(ops.abs(unchanged - images)))  # the probability is 0 at the start
    0.0

    Reference:
        Karras et al., 2020, arXiv:2006.06676.
    """

    def __init__(
        self,
        augmentations: AugmentationLike | None = None,
        *,
        target: float = 0.6,
        num_samples: int = 500_000,
        every: int = 4,
        start: float = 0.0,
        compares_pairs: bool = False,
    ) -> None:
        advice = "The paper has 0.6."
        check_number("target", target, minimum=-1.0, maximum=1.0, advice=advice)
        check_count("num_samples", num_samples, advice="The paper has 500,000.")
        check_count("every", every, advice="The paper has 4.")
        check_number("start", start, minimum=0.0, maximum=1.0, advice="The paper has 0.0.")
        check_flag("compares_pairs", compares_pairs)
        given = [kind() for kind in _DEFAULT] if augmentations is None else augmentations
        joined = as_augmentation(given)
        self.augmentations = joined if isinstance(joined, Pipeline) else Pipeline([joined])
        self.target = target
        self.num_samples = num_samples
        self.every = every
        self.start = start
        self.compares_pairs = compares_pairs
        self.needs_origin = not compares_pairs
        self.moves_pixels = self.augmentations.moves_pixels
        self.probability, self.total_sign, self.total_samples, self.num_updates = (
            keras.Variable(value, trainable=False, dtype="float32", aggregation="mean", name=name)
            for value, name in [
                (start, "probability"),
                (0.0, "total_sign"),
                (0.0, "total_samples"),
                (0.0, "num_updates"),
            ]
        )

    def check(self, shape: Shape) -> None:
        """Raises unless each can augment samples of a shape."""
        self.augmentations.check(shape)

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """Which augmentations act on each sample, and the random numbers of each."""
        numbers = (shape[0], len(self.augmentations.augmentations))
        uniform = global_batch.draw(keras.random.uniform, numbers, seed=seed_generator)
        is_acting = uniform < ops.convert_to_tensor(self.probability)
        return {"acts": is_acting, "drawn": self.augmentations.draw(shape, seed_generator)}

    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The samples, some of them changed."""
        parts = self.augmentations.augmentations
        by_sample = (-1,) + (1,) * (len(samples.shape) - 1)
        for index, (part, numbers) in enumerate(zip(parts, drawn["drawn"], strict=True)):
            acts = ops.reshape(drawn["acts"][:, index], by_sample)
            samples = ops.where(acts, part.call(samples, numbers), samples)
        return samples

    def update_state(self, batch: BatchScores) -> None:
        """Counts an update, and moves the probability when it is time.

        Args:
            batch: Scores of the update; higher is more real.
        """
        self.augmentations.update_state(batch)
        real = batch.real_scores
        num_rows = ops.shape(real)[0]
        bound = global_batch.one_for_each(batch.fake_scores, num_rows) if self.compares_pairs else 0
        sign = self.total_sign + global_batch.mean(ops.sign(real - bound))
        seen = self.total_samples + ops.cast(num_rows * backend.num_replicas(), "float32")
        count = self.num_updates + 1.0
        step = ops.sign(sign / count - self.target) * seen / self.num_samples
        before = ops.convert_to_tensor(self.probability)
        is_time = count >= self.every
        self.probability.assign(ops.where(is_time, ops.clip(before + step, 0.0, 1.0), before))
        sums = (self.total_sign, self.total_samples, self.num_updates)
        for variable, value in zip(sums, (sign, seen, count), strict=True):
            variable.assign(ops.where(is_time, ops.zeros_like(value), value))

    def measures(self) -> dict[str, Tensor]:
        """The probability, and what the augmentations tell."""
        own = {"augmentation_probability": ops.convert_to_tensor(self.probability)}
        return {**own, **self.augmentations.measures()}
