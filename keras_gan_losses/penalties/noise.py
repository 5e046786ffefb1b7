"""Ways to move samples off the data, for penalties around the data."""

import abc
from collections.abc import Mapping

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.registration import Configurable, look_up, register
from keras_gan_losses.trees import for_each_row, num_rows
from keras_gan_losses.types import Samples, Tensor
from keras_gan_losses.validation import check_number


class Noise(Configurable, abc.ABC):
    """Moves samples to random points near them.

    Subclass it for a noise of your own: implement `__call__`, and keep each constructor argument
    in an attribute of the same name, so that it is saved.
    """

    @abc.abstractmethod
    def __call__(self, samples: Samples, seed_generator: keras.random.SeedGenerator) -> Samples:
        """Points near the samples, in their shape.

        Args:
            samples: Shape `(batch, …)`, float32, or a tuple or dictionary of such tensors.
            seed_generator: Source of the random numbers.
        """


class _BatchScaledNoise(Noise):
    """Noise in units of the batch's standard deviation, taken over all numbers of a leaf in it.

    Args:
        scale: Size in those units, at least 0.
    """

    def __init__(self, *, scale: float = 0.5) -> None:
        advice = "0.5 is half a standard deviation of the batch."
        check_number("scale", scale, minimum=0.0, advice=advice)
        self.scale = scale


def _deviation(samples: Tensor) -> Tensor:
    """Standard deviation of all numbers in the global batch."""
    centred = samples - global_batch.mean(samples)
    return ops.sqrt(global_batch.mean(ops.square(centred)))


@register
class UniformNoise(_BatchScaledNoise):
    """Moves each number upwards by a random amount, as DRAGAN's authors do: `"uniform"`.

    Formula: x + α · scale · deviation · u, with u ~ U(0, 1) for each number, α ~ U(0, 1) for each
    sample, and the standard deviation of all numbers in the batch.

    Args:
        scale: Greatest movement in standard deviations, at least 0.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> points = UniformNoise()(ops.ones((4, 2)), keras.random.SeedGenerator(0))
    >>> float(ops.max(points))  # a batch without deviation stays where it is
    1.0

    Reference:
        The code of Kodali et al., 2017, arXiv:1705.07215.
    """

    def __call__(self, samples: Samples, seed_generator: keras.random.SeedGenerator) -> Samples:
        """Points near the samples, in their shape."""
        count, seed = num_rows(samples), seed_generator
        shares = global_batch.draw(keras.random.uniform, (count,), seed=seed)

        def moved(leaf: Tensor) -> Tensor:
            step = global_batch.draw(keras.random.uniform, ops.shape(leaf), seed=seed)
            return leaf + for_each_row(shares, leaf) * self.scale * _deviation(leaf) * step

        return keras.tree.map_structure(moved, samples)


@register
class SymmetricNoise(_BatchScaledNoise):
    """Moves each number up or down by a random amount: `"symmetric"`.

    Choose it to keep the points around the data: those of `UniformNoise` are brighter on average.

    Formula: x + scale · deviation · u, with u ~ U(−1, 1) for each number. compare_gan has this
    noise, and also clips the points to the range of its images.

    Args:
        scale: Greatest movement in standard deviations, at least 0.

    Raises:
        ValueError: If `scale` is negative or not finite.

    Example:
    >>> points = SymmetricNoise()(ops.ones((4, 2)), keras.random.SeedGenerator(0))
    >>> float(ops.max(points))  # a batch without deviation stays where it is
    1.0
    """

    def __call__(self, samples: Samples, seed_generator: keras.random.SeedGenerator) -> Samples:
        """Points near the samples, in their shape."""

        def moved(leaf: Tensor) -> Tensor:
            shape, seed = ops.shape(leaf), seed_generator
            step = global_batch.draw(keras.random.uniform, shape, -1.0, 1.0, seed=seed)
            return leaf + self.scale * _deviation(leaf) * step

        return keras.tree.map_structure(moved, samples)


@register
class NormalNoise(Noise):
    """Moves each number by normal noise of a fixed size, as DRAGAN's formula has it: `"normal"`.

    Formula: x + δ, with δ ~ N(0, standard_deviation²) for each number.

    Args:
        standard_deviation: Size in the units of the samples, at least 0. The default suits
            samples in [−1, 1]; the paper's own c, the square of it, is for other units.

    Raises:
        ValueError: If `standard_deviation` is negative or not finite.

    Example:
    >>> noise = NormalNoise(standard_deviation=0.5)
    >>> tuple(noise(ops.ones((4, 2)), keras.random.SeedGenerator(0)).shape)
    (4, 2)

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.
    """

    def __init__(self, *, standard_deviation: float = 0.1) -> None:
        advice = "Use a fraction of the deviation of your samples, 0.1 for instance."
        check_number("standard_deviation", standard_deviation, minimum=0.0, advice=advice)
        self.standard_deviation = standard_deviation

    def __call__(self, samples: Samples, seed_generator: keras.random.SeedGenerator) -> Samples:
        """Points near the samples, in their shape."""

        def moved(leaf: Tensor) -> Tensor:
            step = global_batch.draw(keras.random.normal, ops.shape(leaf), seed=seed_generator)
            return leaf + self.standard_deviation * step

        return keras.tree.map_structure(moved, samples)


_NOISES: Mapping[str, type[Noise]] = {
    "normal": NormalNoise,
    "symmetric": SymmetricNoise,
    "uniform": UniformNoise,
}


def get_noise(identifier: str | Noise) -> Noise:
    """Noise of a name, with its default size; a noise is returned as it is.

    Example:
    >>> get_noise("uniform").scale
    0.5
    """
    if isinstance(identifier, Noise):
        return identifier
    return look_up(identifier, _NOISES, "noise")()
