"""Kernels by which samples are compared pair by pair."""

import abc
from collections.abc import Mapping, Sequence

import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.registration import Configurable, look_up, register
from keras_gan_losses.validation import check_numbers

_LEAST_BANDWIDTH = 1e-12
# Of so many samples all pairs of distances are looked at for their median.
_NUM_FOR_MEDIAN = 1000


class Kernel(Configurable, abc.ABC):
    """Tells for each pair of samples how alike they are.

    Subclass it for a kernel of your own: implement `__call__`, and keep each constructor argument
    in an attribute of the same name, so that it is saved.
    """

    def fitted(self, real: np.ndarray) -> "Kernel":
        """The kernel with what it takes from the real samples; by default itself.

        Args:
            real: Their features, shape `(n, features)`, float64.
        """
        return self

    @abc.abstractmethod
    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Values of all pairs, a new array of shape `(n, m)`.

        Args:
            first: Features, shape `(n, features)`, float64.
            second: Others, shape `(m, features)`.
        """


@register
class PolynomialKernel(Kernel):
    """Compares means, variances and skewness: `"polynomial"`, that of the KID.

    Formula: (x·y / features + 1)³.

    Example:
    >>> PolynomialKernel()(np.ones((1, 4)), np.ones((1, 4))).tolist()
    [[8.0]]

    Reference: M. Bińkowski et al., Demystifying MMD GANs, arXiv:1801.01401.
    """

    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Values of all pairs, shape `(n, m)`."""
        values = first @ second.T
        values /= first.shape[1]
        values += 1.0
        # Two products are far faster than a power.
        cubes = values * values
        cubes *= values
        return cubes


@register
class GaussianKernel(Kernel):
    """Compares everything, at the given scales: `"gaussian"`.

    Choose it where distributions may differ in more than their first moments; its distance is 0
    for equal distributions alone, and bounded.

    Formula: Σ exp(−‖x − y‖² / (2 bandwidth²)) over the bandwidths.

    Args:
        bandwidths: Scales in units of the features, each above 0. By default None: one, the median
            distance between two of the first 1,000 real samples.

    Raises:
        ValueError: If a bandwidth is not positive; in use, if that median is 0.

    Example:
    >>> GaussianKernel(bandwidths=[1.0])(np.zeros((1, 2)), np.ones((1, 2))).round(3).tolist()
    [[0.368]]

    Reference: Gretton et al., A kernel two-sample test, JMLR 13, 2012; several bandwidths: Li et
    al., Generative moment matching networks, 2015, arXiv:1502.02761.
    """

    def __init__(self, *, bandwidths: Sequence[float] | None = None) -> None:
        if bandwidths is not None:
            advice = "None takes the median distance of real samples."
            check_numbers("bandwidths", bandwidths, minimum=_LEAST_BANDWIDTH, advice=advice)
        self.bandwidths = bandwidths

    def fitted(self, real: np.ndarray) -> "GaussianKernel":
        """With the median distance of real samples, where no bandwidth was given."""
        return GaussianKernel(bandwidths=self._scales(real))

    def _scales(self, real: np.ndarray) -> Sequence[float]:
        with needs_extra("metrics"):
            from scipy.spatial.distance import pdist

        if self.bandwidths is not None:
            return self.bandwidths
        median = float(np.median(pdist(real[:_NUM_FOR_MEDIAN])))
        if median == 0.0:
            raise ValueError(
                "The median distance of real samples is 0, so that it cannot be the bandwidth of "
                "a Gaussian kernel. Give `bandwidths`."
            )
        return [median]

    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Values of all pairs, shape `(n, m)`."""
        with needs_extra("metrics"):
            from scipy.spatial.distance import cdist

        squares = cdist(first, second, "sqeuclidean")
        total = np.zeros_like(squares)
        for bandwidth in self._scales(first):
            total += np.exp(squares / (-2.0 * bandwidth**2))
        return total


@register
class EnergyKernel(Kernel):
    """Compares everything, at all scales alike: `"energy"`, whose distance is the energy distance.

    Choose it for tables and points in the plane: it has no setting, and the distance is in the
    samples' unit.

    Formula: −‖x − y‖, so that the distance is 2 E‖real − fake‖ − E‖real − real′‖ −
    E‖fake − fake′‖. SciPy gives its root, and that of the biased estimate.

    Example:
    >>> EnergyKernel()(np.zeros((1, 2)), np.array([[3.0, 4.0]])).tolist()
    [[-5.0]]

    Reference: Székely and Rizzo, Energy statistics, Journal of Statistical Planning and Inference
    143, 2013; as a kernel distance: Sejdinovic et al., 2012, arXiv:1207.6076.
    """

    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Values of all pairs, shape `(n, m)`."""
        with needs_extra("metrics"):
            from scipy.spatial.distance import cdist

        return -cdist(first, second)


KERNELS: Mapping[str, type[Kernel]] = {
    "energy": EnergyKernel,
    "gaussian": GaussianKernel,
    "polynomial": PolynomialKernel,
}
"""Kernels that need no argument, by name."""


def get_kernel(identifier: str | Kernel) -> Kernel:
    """Kernel of a name, with its defaults, or itself.

    Args:
        identifier: "energy", "gaussian", "polynomial", or a `Kernel`.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither.
    """
    if isinstance(identifier, Kernel):
        return identifier
    if not isinstance(identifier, str):
        raise TypeError(
            f"`kernel` must be a name or a metrics.Kernel. Received: {identifier!r}. Names: "
            f"{', '.join(sorted(KERNELS))}."
        )
    return look_up(identifier, KERNELS, "kernel")()
