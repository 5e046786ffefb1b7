"""Mixtures of Gaussians in the plane: data whose true modes are known."""

import dataclasses

import numpy as np

from keras_gan_losses.validation import check_count, check_number


@dataclasses.dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Holds samples of a mixture of Gaussians together with the mixture they came from.

    A generator trained on `samples` can be judged exactly: compare what it makes with `modes`
    and `standard_deviation`. `ring` and `grid` make such mixtures.

    Args:
        samples: The data, float32 of shape `(n, 2)`.
        labels: Index of each sample's mode, int32 of shape `(n,)`, in [0, k).
        modes: Centres of the Gaussians, float32 of shape `(k, 2)`.
        standard_deviation: Spread of each Gaussian along each axis, at least 0.

    Example:
    >>> import numpy as np
    >>> GaussianMixture(
    ...     samples=np.zeros((1, 2)), labels=np.zeros(1), modes=np.zeros((1, 2)),
    ...     standard_deviation=0.1,
    ... ).modes.shape
    (1, 2)
    """

    samples: np.ndarray
    labels: np.ndarray
    modes: np.ndarray
    standard_deviation: float


def ring(
    num_samples: int = 100_000,
    *,
    num_modes: int = 8,
    radius: float = 1.0,
    standard_deviation: float = 0.01,
    seed: int = 0,
) -> GaussianMixture:
    """Draws points around modes that lie evenly on a circle.

    Choose it to see mode collapse in seconds: eight modes are few enough to look at, and far
    enough apart that a generator must jump between them. The defaults are the 2D-ring of
    PacGAN, whose training set has 100,000 points and whose evaluation draws 2,500.

    Mode k lies at `radius · (cos 2πk/K, sin 2πk/K)`, K being `num_modes`. (Angles from
    `linspace(0, 2π, K)`, often seen, put the last mode on the first.) Each sample chooses its
    mode uniformly at random, so that the modes' counts differ a little, as in the paper.

    Args:
        num_samples: Number of points, at least 1. Defaults to 100,000.
        num_modes: Number of modes, at least 1. Defaults to 8.
        radius: Radius of the circle, greater than 0. Defaults to 1.0.
        standard_deviation: Spread of each mode along each axis, at least 0. Defaults to 0.01.
        seed: Whole number of at least 0; the same seed gives the same points. Defaults to 0.

    Returns:
        A `GaussianMixture` with `samples` `(num_samples, 2)` float32, `labels`
        `(num_samples,)` int32 in [0, num_modes), `modes` `(num_modes, 2)` float32, and
        `standard_deviation`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> data = ring(2500)
    >>> data.samples.shape, data.modes.shape
    ((2500, 2), (8, 2))

    Reference: Lin et al., PacGAN: The power of two samples in generative adversarial networks,
    2018 (arXiv:1712.04086).
    """
    check_count("num_modes", num_modes, advice="Use 8 for the setting of the paper.")
    check_number("radius", radius, minimum=1e-6, advice="Use 1.0 for the setting of the paper.")
    angles = 2.0 * np.pi * np.arange(num_modes) / num_modes
    modes = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return _draw(num_samples, modes, standard_deviation, seed)


def grid(
    num_samples: int = 100_000,
    *,
    num_modes_per_side: int = 5,
    spacing: float = 2.0,
    standard_deviation: float = 0.05,
    seed: int = 0,
) -> GaussianMixture:
    """Draws points around modes that lie on a square grid centred on the origin.

    Choose it when the ring is too easy: 25 modes are enough for a generator to drop some
    without anyone seeing it in a picture. The defaults are the 2D-grid of PacGAN, 25 modes at
    {−4, −2, 0, 2, 4}², whose training set has 100,000 points and whose evaluation draws 2,500.

    Mode number `i · num_modes_per_side + j` lies in column i from the left and row j from
    below. Each sample chooses its mode uniformly at random, so that the modes' counts differ a
    little, as in the paper.

    Args:
        num_samples: Number of points, at least 1. Defaults to 100,000.
        num_modes_per_side: Modes along each side, at least 1. Defaults to 5, that is 25 modes.
        spacing: Distance between neighbouring modes, greater than 0. Defaults to 2.0.
        standard_deviation: Spread of each mode along each axis, at least 0. Defaults to 0.05.
        seed: Whole number of at least 0; the same seed gives the same points. Defaults to 0.

    Returns:
        A `GaussianMixture` with `samples` `(num_samples, 2)` float32, `labels`
        `(num_samples,)` int32 in [0, k), `modes` `(k, 2)` float32, and `standard_deviation`,
        where k is `num_modes_per_side²`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
    >>> data = grid(2500)
    >>> data.samples.shape, data.modes.shape
    ((2500, 2), (25, 2))

    Reference: Lin et al., PacGAN: The power of two samples in generative adversarial networks,
    2018 (arXiv:1712.04086).
    """
    check_count(
        "num_modes_per_side", num_modes_per_side, advice="Use 5 for the setting of the paper."
    )
    check_number("spacing", spacing, minimum=1e-6, advice="Use 2.0 for the setting of the paper.")
    positions = spacing * (np.arange(num_modes_per_side) - (num_modes_per_side - 1) / 2.0)
    columns, rows = np.meshgrid(positions, positions, indexing="ij")
    modes = np.stack([columns.ravel(), rows.ravel()], axis=1)
    return _draw(num_samples, modes, standard_deviation, seed)


def _draw(
    num_samples: int, modes: np.ndarray, standard_deviation: float, seed: int
) -> GaussianMixture:
    """Samples of equally likely Gaussians around `modes`."""
    check_count("num_samples", num_samples, advice="The paper evaluates 2500.")
    check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")
    check_number(
        "standard_deviation",
        standard_deviation,
        minimum=0.0,
        advice="The paper uses 0.01 on the ring and 0.05 on the grid.",
    )
    generator = np.random.default_rng(seed)
    labels = generator.integers(len(modes), size=num_samples, dtype="int32")
    noise = generator.standard_normal((num_samples, 2))
    samples = modes[labels] + standard_deviation * noise
    return GaussianMixture(
        samples=samples.astype("float32"),
        labels=labels,
        modes=modes.astype("float32"),
        standard_deviation=float(standard_deviation),
    )
