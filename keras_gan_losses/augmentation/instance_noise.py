"""Noise on what the discriminator sees."""

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan_losses.augmentation.augmentation import Augmentation
from keras_gan_losses.backend import global_batch
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.registration import register
from keras_gan_losses.types import Drawn, Shape, Size, Tensor
from keras_gan_losses.validation import check_number


@register
class InstanceNoise(Augmentation):
    """Adds normal noise to samples of any kind, so that real and generated ones overlap.

    Choose it where the discriminator wins at once, as on data of few dimensions; let it fade, by
    a schedule, for samples as sharp as the data.

    Formula: x + standard_deviation · schedule(n) · ε, with ε ~ N(0, 1) for each number of a
    sample, after n updates of the discriminator.

    Args:
        standard_deviation: Size in the units of the samples, at least 0.
        schedule: Factor that changes with the discriminator's updates, one of
            `keras.optimizers.schedules`; None is 1.

    Raises:
        TypeError: If `schedule` is something else.
        ValueError: If `standard_deviation` is negative or not finite.

    Example:
    >>> fading = keras.optimizers.schedules.PolynomialDecay(1.0, 10_000, end_learning_rate=0.0)
    >>> noise = InstanceNoise(standard_deviation=0.1, schedule=fading)
    >>> tuple(noise(ops.ones((4, 2)), keras.random.SeedGenerator(0)).shape)
    (4, 2)

    Reference:
        Sønderby et al., 2016, arXiv:1610.04490, section 3.3.
    """

    moves_pixels = False

    def __init__(
        self, *, standard_deviation: float = 0.1, schedule: LearningRateSchedule | None = None
    ) -> None:
        advice = "Use a fraction of the deviation of your samples, 0.1 for instance."
        check_number("standard_deviation", standard_deviation, minimum=0.0, advice=advice)
        if not isinstance(schedule, LearningRateSchedule | None):
            raise TypeError(
                "`schedule` must be a keras.optimizers.schedules.LearningRateSchedule or None. "
                f"Received: {schedule!r}. A constant size is `standard_deviation`."
            )
        self.standard_deviation = standard_deviation
        self.schedule = schedule
        self.num_updates = keras.Variable(
            0, trainable=False, dtype="int32", aggregation="only_first_replica", name="num_updates"
        )

    def check(self, shape: Shape) -> None:
        """Accepts samples of any shape."""

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """The noise, in the shape of the samples."""
        noise = global_batch.draw(keras.random.normal, shape, seed=seed_generator)
        return self._size * noise

    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The samples and the noise."""
        return samples + drawn

    def update_state(self, batch: BatchScores) -> None:
        """Counts an update."""
        self.num_updates.assign_add(1)

    @property
    def _size(self) -> Tensor | float:
        if self.schedule is None:
            return self.standard_deviation
        factor = self.schedule(ops.convert_to_tensor(self.num_updates))
        return self.standard_deviation * ops.cast(factor, "float32")
