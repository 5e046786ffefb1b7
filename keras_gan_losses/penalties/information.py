"""What InfoGAN adds to both losses: the discriminator tells the code of generated samples."""

import math
from typing import Any

from keras import ops

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.registration import register
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_number


class InformationPenalty(Penalty):
    """Binds a code among the latents to what can be seen of it in the generated samples.

    Args:
        code: Name of the code among the latents.
        player: Whose loss it is added to, "discriminator" or "generator".
        weight: At least 0.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.
    """

    def __init__(self, code: str, *, player: str, weight: float, **kwargs: Any) -> None:
        whose = "_generator" if player == "generator" else ""
        super().__init__(**{**kwargs, "name": kwargs.get("name") or f"{code}_information{whose}"})
        advice = "InfoGAN has 1.0 for categories and 0.1 for numbers."
        check_number("weight", weight, minimum=0.0, advice=advice)
        self.code = code
        self.player = player
        self.weight = weight
        self.required_names = (code,)

    def _code_and_outputs(self, batch: AdversarialBatch) -> list[Tensor]:
        said = [batch.fake_outputs[name] for name in self.required_outputs]
        rows = [ops.cast(each, "float32") for each in (batch.named(self.code), *said)]
        sizes = {tuple(each.shape[1:]) for each in rows}
        if len(sizes) > 1:
            raise ValueError(
                f"The penalty {self.name!r} compares a code with what the discriminator says of "
                f"it, number by number. Received: {self.code!r} and {self.required_outputs} of "
                f"shapes {[tuple(each.shape) for each in rows]}. Give "
                "the discriminator's layer as many units as the code has numbers."
            )
        return rows


@register
class CategoricalInformationPenalty(InformationPenalty):
    """Lets a code of categories mean a kind of sample, which the discriminator can tell.

    Choose it for InfoGAN, once for each player, with a code of `latents.NamedLatents` drawn by
    `latents.CategoricalLatents`. The discriminator returns `{"scores": …, "code_logits": …}`. Its
    negative, but for a constant, is a lower bound of the mutual information of code and sample.

    Formula, per sample: −weight · Σ code · log softmax(code_logits(fake)).

    Args:
        code: Name of the code among the latents.
        logits_output: Name of the discriminator's output, of shape `(batch, categories)`.
        player: Whose loss it is added to, "discriminator" or "generator".
        weight: λ, at least 0; 1 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty. The name is
            by default the code's with `_information`, for the generator `_information_generator`.

    Raises:
        ValueError: If `weight` is negative or not finite; in `compile`, if there is no such code or
            output, or they have different shapes.

    Example:
    >>> said = lambda samples, training: {"scores": samples, "code_logits": 0.0 * samples}
    >>> code = ops.one_hot([1, 3], 4)
    >>> batch = AdversarialBatch(said, code, code, latents={"code": code})
    >>> values = ops.convert_to_numpy(CategoricalInformationPenalty()(batch))  # log 4
    >>> [round(value, 3) for value in values.tolist()]
    [1.386, 1.386]

    Reference:
        Chen et al., 2016, arXiv:1606.03657, equation 5.
    """

    def __init__(
        self,
        code: str = "code",
        logits_output: str = "code_logits",
        *,
        player: str = "discriminator",
        weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(code, player=player, weight=weight, **kwargs)
        self.logits_output = logits_output
        self.required_outputs = (logits_output,)

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        code, logits = self._code_and_outputs(batch)
        return -self.weight * ops.sum(code * ops.log_softmax(logits), axis=-1)


@register
class NormalInformationPenalty(InformationPenalty):
    """Lets a code of any numbers mean a trait of samples, which the discriminator can tell.

    Choose it for InfoGAN, once for each player, with a code of `latents.NamedLatents` drawn by
    `latents.UniformLatents`. The discriminator returns `{"scores": …, "style_mean": …,
    "style_log_variance": …}`: where it believes the code to be, and how sure it is.

    Formula, per sample: weight · ½ Σ (log 2π + log_variance + (code − mean)² exp(−log_variance)),
    the sum over the code's dimensions.

    Args:
        code: Name of the code among the latents.
        mean_output: Name of the discriminator's output, of the code's shape.
        log_variance_output: Name of the logarithm of its variance, likewise.
        player: Whose loss it is added to, "discriminator" or "generator".
        weight: λ, at least 0; 0.1 in the authors' code.
        **kwargs: As in `CategoricalInformationPenalty`.

    Raises:
        ValueError: If `weight` is negative or not finite; in `compile`, if there is no such code or
            output, or they have different shapes.

    Example:
    >>> said = lambda x, training: {"scores": x, "style_mean": x, "style_log_variance": 0.0 * x}
    >>> code = ops.zeros((2, 1))
    >>> batch = AdversarialBatch(said, code, code, latents={"style": code})
    >>> values = ops.convert_to_numpy(NormalInformationPenalty(weight=1.0)(batch))  # ½ log 2π
    >>> [round(value, 3) for value in values.tolist()]
    [0.919, 0.919]

    Reference:
        Chen et al., 2016, arXiv:1606.03657, equation 5 and section 6.
    """

    def __init__(
        self,
        code: str = "style",
        mean_output: str = "style_mean",
        log_variance_output: str = "style_log_variance",
        *,
        player: str = "discriminator",
        weight: float = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(code, player=player, weight=weight, **kwargs)
        self.mean_output = mean_output
        self.log_variance_output = log_variance_output
        self.required_outputs = (mean_output, log_variance_output)

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        code, mean, log_variance = self._code_and_outputs(batch)
        squares = ops.square(code - mean) * ops.exp(-log_variance)
        terms = math.log(2.0 * math.pi) + log_variance + squares
        return 0.5 * self.weight * ops.sum(ops.reshape(terms, (ops.shape(terms)[0], -1)), axis=1)
