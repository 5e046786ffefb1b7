"""What an f-divergence is, as a discriminator needs it."""

import abc

from keras_gan_losses.registration import Configurable
from keras_gan_losses.types import Scores, Tensor


class Divergence(Configurable, abc.ABC):
    """Measures how far data are from generated samples, by the ratio of their densities.

    With p the density of data and q that of generated samples, the divergence is
    E_q f(p/q), f convex with f(1) = 0. A discriminator estimates it from samples by the bound
    E_p T − E_q f*(T), where f* is the convex conjugate of f and T its output, pressed into the
    domain of f* by an activation. The bound is tight for T = f'(p/q). Activations rise with the
    score, so that a higher score means "more real".

    Exponentials are continued by their tangent from `EXPONENT_LIMIT` on: values are exact as
    long as ratios of densities are below e²⁰ (5·10⁸), and finite, with a constant slope, where
    float32 would overflow.

    Subclass it for a divergence of your own, and hand an object of it to the losses.

    Reference:
        Nowozin et al., 2016, arXiv:1606.00709, section 2 and tables 1, 2 and 6.
    """

    domain: tuple[float, float]
    """Least and greatest output for which the conjugate is finite."""

    threshold: float
    """f'(1): the output for samples as likely real as generated."""

    def __init__(self) -> None:
        """Takes no arguments, unless a family of divergences has a parameter."""

    @abc.abstractmethod
    def generator_function(self, ratios: Tensor) -> Tensor:
        """f, at ratios of densities above 0."""

    @abc.abstractmethod
    def activation(self, scores: Scores) -> Tensor:
        """T: raw scores to outputs in the domain of the conjugate."""

    @abc.abstractmethod
    def conjugate(self, outputs: Tensor) -> Tensor:
        """f*, at outputs in its domain."""

    def conjugate_of_scores(self, scores: Scores) -> Tensor:
        """f*(T), of raw scores; override it where the two together are simpler or steadier."""
        return self.conjugate(self.activation(scores))
