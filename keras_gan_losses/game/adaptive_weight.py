"""A weight of the adversarial loss that keeps its gradient as strong as that of penalties."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.contract import Pull
from keras_gan_losses.game.inspection import all_layers
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.registration import Configurable, register
from keras_gan_losses.types import Gradient, Tensor
from keras_gan_losses.validation import check_number, listed

# In the authors' code; the paper has 1e-6.
_LEAST_NORM = 1e-4


@register
@dataclass(frozen=True, kw_only=True)
class AdaptiveWeight(Configurable):
    """Weighs the adversarial loss so that it pulls as strongly as penalties do, in each update.

    Choose it beside a reconstruction, where no fixed number suits the whole training: VQ-GAN and
    the autoencoders of latent diffusion. Give it to `compile` as `adversarial_weight`; the weight
    is in the logs under that name.

    Formula: factor · min(‖∂P/∂w‖ / (‖∂L/∂w‖ + 1e-4), maximum), where P is the sum of the penalties,
    L the generator's adversarial loss, and w the kernel of the layer. No gradient flows through
    it.

    Args:
        layer: Name of a layer of the generator, the last one as a rule.
        of: Name of a penalty of the generator, or several.
        factor: At least 0; 0.8 in the authors' code.
        maximum: At least 0; 10,000 in the authors' code.

    Raises:
        ValueError: If a number is out of its range; in `compile`, if the generator has no such
            layer, or the game no such penalty.

    Example:
    >>> AdaptiveWeight(layer="to_image", of="reconstruction_penalty").factor
    0.8

    Reference:
        Esser et al., 2020, arXiv:2012.09841, equation 7.
    """

    layer: str
    of: str | Sequence[str]
    factor: float = 0.8
    maximum: float = 1e4

    def __post_init__(self) -> None:
        if not all(isinstance(name, str) for name in self.names):
            raise ValueError(f"`of` must name penalties. Received: of={self.of!r}.")
        check_number("factor", self.factor, minimum=0.0, advice="0.8 is usual.")
        check_number("maximum", self.maximum, minimum=0.0, advice="10,000 is usual.")

    @property
    def names(self) -> tuple[str, ...]:
        """Of the penalties."""
        return (self.of,) if isinstance(self.of, str) else listed("of", self.of)

    def kernel(self, generator: keras.Model) -> keras.Variable:
        """What the gradients are compared at: the layer's first weight.

        Raises:
            ValueError: If there is no such layer, or several, or it has no weight that is trained.
        """
        found = [each for each in all_layers(generator) if each.name == self.layer]
        if len(found) == 1 and found[0].trainable_weights:
            return found[0].trainable_weights[0]
        known = [each.name for each in all_layers(generator) if each.trainable_weights]
        raise ValueError(
            f"`adversarial_weight` needs one layer with weights of the name {self.layer!r} in the "
            f"generator. Received a generator with {known}. Name the one that makes the samples: "
            f"Conv2D(…, name={self.layer!r})."
        )

    def check(self, generator: keras.Model, penalties: Sequence[Penalty]) -> None:
        """Raises if the generator has no such layer, or the game no such penalty.

        Raises:
            ValueError: With what there is.
        """
        self.kernel(generator)
        known = [penalty.name for penalty in penalties]
        missing = [name for name in self.names if name not in known]
        if missing or not self.names:
            raise ValueError(
                f"`adversarial_weight` is by the gradients of the generator's penalties {known}. "
                f"Received: of={self.of!r}. Name one of these, or add it to `penalties`."
            )

    def value(self, pull: Pull, unit: Tensor, generator: keras.Model) -> Tensor:
        """The weight in an update.

        Args:
            pull: The way back from three values: L, P and whatever else is added.
            unit: What a value counts as in what is differentiated, such as a scale.
            generator: The generator.
        """
        kernel, nothing = self.kernel(generator), ops.zeros_like(unit)
        scale = unit * backend.num_replicas()
        by_loss, by_penalties = (
            _norm(pull(each, [kernel])[0]) / scale
            for each in ([unit, nothing, nothing], [nothing, unit, nothing])
        )
        ratio = by_penalties / (by_loss + _LEAST_NORM)
        return self.factor * ops.clip(ratio, 0.0, self.maximum)


def _norm(gradient: Gradient) -> Tensor:
    if gradient is None:
        return ops.zeros(())
    return ops.norm(ops.reshape(ops.cast(backend.sum_over_replicas(gradient), "float32"), (-1,)))
