"""What the direction of a slicing discriminator learns from."""

from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.heads import heads, joined
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.types import Outputs, Tensor
from keras_gan_losses.validation import check_number


@register
class SlicingPenalty(Penalty):
    """Turns the last layer's direction to where real and generated features lie farthest apart.

    Choose it with a discriminator that ends in `layers.SlicingDense`: together they make the
    slicing form (SAN) of any objective. The discriminator returns `{"scores": …,
    "direction_scores": …}`.

    Formula, per sample: weight · (⟨ω, sg h(fake)⟩ − ⟨ω, sg h(real)⟩), where h are the features, ω
    the direction and sg stops gradients; of maps the mean over places, and of several generated
    samples for a real one the mean over them. The value is so minus the distance of the means.
    With the two terms exchanged, as in the first commit of the authors' code, the direction would
    turn round, and generated samples score higher.

    Args:
        weight: At least 0; 1 in the paper. Adam takes no notice of it.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If `weight` is negative or not finite.

    Example:
    >>> from keras_gan_losses.layers import SlicingDense
    >>> layer = SlicingDense(kernel_initializer="ones")
    >>> score = lambda samples, training: layer(samples)
    >>> batch = AdversarialBatch(score, ops.ones((2, 4)), ops.zeros((2, 4)))
    >>> ops.convert_to_numpy(SlicingPenalty()(batch)).tolist()  # 0 − 4 / √4
    [-2.0, -2.0]

    Reference:
        Takida et al., 2023, arXiv:2301.12811.
    """

    required_outputs: tuple[str, ...] = ("direction_scores",)

    def __init__(self, *, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 1.0.")
        self.weight = weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        real, fake = map(_direction_scores, (batch.real_outputs, batch.fake_outputs))
        return self.weight * (sample_means(fake, ops.shape(real)[0]) - sample_means(real))


def _direction_scores(outputs: Outputs) -> Tensor:
    return joined(heads(outputs["direction_scores"]))
