"""Conditional terms that contrast samples with each other: ContraGAN's and ReACGAN's."""

import abc
from typing import Any, NamedTuple

from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.class_labels import class_indices
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.registration import register
from keras_gan_losses.types import Condition, Outputs, Tensor
from keras_gan_losses.validation import check_number

_LEAST_TEMPERATURE = 1e-3
# Keeps the length's gradient finite for embeddings that are all zero.
_EPSILON = 1e-12
# What a pair that does not count has in place of a cosine over the temperature.
_NEVER = -1e30


class ClassContrastPenalty(Penalty, abc.ABC):
    """Compares embeddings of samples with their class's proxy and with one another.

    The discriminator takes samples and labels, and returns `{"scores": …, "embedding": …,
    "proxy": …}`: of each sample, and of its class, such as `keras.layers.Embedding(classes,
    size)(label)`, both of shape `(batch, size)`. Only their directions count.

    Args:
        weight: At least 0.
        temperature: What cosines are divided by, at least 0.001; the lower, the more the nearest
            samples count.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.
    """

    required_outputs: tuple[str, ...] = ("embedding", "proxy")

    def __init__(self, *, weight: float, temperature: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="Use 1.0 for a beginning.")
        advice = "ContraGAN has 1.0, ReACGAN 0.5."
        check_number("temperature", temperature, minimum=_LEAST_TEMPERATURE, advice=advice)
        self.weight = weight
        self.temperature = temperature

    def _of_real(self, batch: AdversarialBatch) -> Tensor:
        return self.weight * self._contrast(_compare(batch.real_outputs, batch.condition))

    def _of_fake(self, batch: AdversarialBatch) -> Tensor:
        return self.weight * self._contrast(_compare(batch.fake_outputs, batch.fake_condition))

    @abc.abstractmethod
    def _contrast(self, cosines: "_Cosines") -> Tensor:
        """One value per sample, shape `(batch,)`."""


class _Contrastive(ClassContrastPenalty):
    """The 2C loss, of either player."""

    def __init__(self, *, weight: float = 1.0, temperature: float = 1.0, **kwargs: Any) -> None:
        super().__init__(weight=weight, temperature=temperature, **kwargs)

    def _contrast(self, cosines: "_Cosines") -> Tensor:
        to_proxy, to_others = (each / self.temperature for each in cosines[:2])
        of_others = ops.where(cosines.is_itself, _NEVER, to_others)
        of_class = ops.where(cosines.is_alike, of_others, _NEVER)
        return _log_sum(to_proxy, of_others) - _log_sum(to_proxy, of_class)


@register
class ConditionalContrastivePenalty(_Contrastive):
    """Draws the embeddings of real samples to their class and away from the others: ContraGAN's 2C.

    Choose it with `ConditionalContrastiveGeneratorPenalty`, for a conditional generator of many
    classes: samples of a class are compared with each other too, not with their label alone. The
    discriminator returns `{"scores": …, "embedding": …, "proxy": …}`, of each sample and of its
    class, shape `(batch, size)`. Batches must hold several samples of a class.

    Formula, per sample i: −weight · log((s(proxyᵢ) + Σ_{k≠i, same class} s(embeddingₖ)) /
    (s(proxyᵢ) + Σ_{k≠i} s(embeddingₖ))), with s(v) = exp(cos(embeddingᵢ, v) / temperature); of
    the real samples alone, as in the paper.

    Args:
        weight: At least 0; 1 in the paper.
        temperature: At least 0.001; 1 in the paper's CIFAR-10.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If a number is out of its range; in a call, if there are no labels, or the
            embeddings and proxies do not fit.

    Example:
    >>> outputs = lambda samples, training: {
    ...     "scores": samples[:, :1], "embedding": samples, "proxy": samples
    ... }
    >>> samples = ops.convert_to_tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> batch = AdversarialBatch(
    ...     outputs, samples, samples, condition=[0, 1],
    ...     discriminator_inputs=lambda samples, condition: samples,
    ... )
    >>> values = ops.convert_to_numpy(ConditionalContrastivePenalty()(batch))  # log(1 + 1/e)
    >>> [round(value, 3) for value in values.tolist()]
    [0.313, 0.313]

    Reference:
        Kang and Park, 2020, arXiv:2006.12681, equation 8.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self._of_real(batch)


@register
class ConditionalContrastiveGeneratorPenalty(_Contrastive):
    """Teaches the generator samples that lie near their class and apart from the others: 2C.

    Choose it with `ConditionalContrastivePenalty`, which teaches the discriminator its embedding.

    Formula, per sample i: −weight · log((s(proxyᵢ) + Σ_{k≠i, same class} s(embeddingₖ)) /
    (s(proxyᵢ) + Σ_{k≠i} s(embeddingₖ))), with s(v) = exp(cos(embeddingᵢ, v) / temperature); of
    the generated samples.

    Args:
        weight: At least 0; 1 in the paper.
        temperature: At least 0.001; 1 in the paper's CIFAR-10.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If a number is out of its range; in a call, if there are no labels, or the
            embeddings and proxies do not fit.

    Example:
    >>> ConditionalContrastiveGeneratorPenalty().name
    'conditional_contrastive_generator_penalty'

    Reference:
        Kang and Park, 2020, arXiv:2006.12681, equation 8.
    """

    player = "generator"

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self._of_fake(batch)


class _DataToData(ClassContrastPenalty):
    """The D2D-CE loss, of either player."""

    def __init__(
        self,
        *,
        weight: float = 0.5,
        temperature: float = 0.5,
        positive_margin: float = 0.98,
        negative_margin: float = 0.02,
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, temperature=temperature, **kwargs)
        margins = {"positive_margin": positive_margin, "negative_margin": negative_margin}
        for name, margin in margins.items():
            advice = "ReACGAN has 0.98 and 0.02."
            check_number(name, margin, minimum=-1.0, maximum=1.0, advice=advice)
        self.positive_margin = positive_margin
        self.negative_margin = negative_margin

    def _contrast(self, cosines: "_Cosines") -> Tensor:
        to_proxy = -ops.relu(self.positive_margin - cosines.to_proxy) / self.temperature
        to_others = ops.relu(cosines.to_others - self.negative_margin) / self.temperature
        of_others = ops.where(cosines.is_alike, _NEVER, to_others)
        return _log_sum(to_proxy, of_others) - to_proxy


@register
class DataToDataPenalty(_DataToData):
    """Draws embeddings of real samples to their class, and from other classes': ReACGAN's D2D-CE.

    Choose it with `DataToDataGeneratorPenalty` in place of an auxiliary classifier, whose loss
    grows with the number of classes and with the features' length: here directions alone count,
    and neither what is near enough (`positive_margin`) nor what is far enough gives a gradient.
    The discriminator returns `{"scores": …, "embedding": …, "proxy": …}`, of each sample and of
    its class, shape `(batch, size)`.

    Formula, per sample i: −weight · log(s / (s + Σ_{other classes} exp(max(0, cos(embeddingᵢ,
    embeddingₖ) − negative_margin) / temperature))), with s = exp(min(0, cos(embeddingᵢ, proxyᵢ) −
    positive_margin) / temperature); of the real samples alone, as in the paper. StudioGAN
    subtracts the row's largest exponent from those of the others and not from that of s, which
    changes the value.

    Args:
        weight: At least 0; 0.5 for the authors' CIFAR-10.
        temperature: At least 0.001; 0.5 there.
        positive_margin: Cosine to the proxy above which there is no pull, from −1 to 1.
        negative_margin: Cosine to samples of other classes below which there is no push, likewise;
            the authors' code has 1 − `positive_margin`.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If a number is out of its range; in a call, if there are no labels, or the
            embeddings and proxies do not fit.

    Example:
    >>> outputs = lambda samples, training: {
    ...     "scores": samples[:, :1], "embedding": samples, "proxy": samples
    ... }
    >>> samples = ops.convert_to_tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> batch = AdversarialBatch(
    ...     outputs, samples, samples, condition=[0, 1],
    ...     discriminator_inputs=lambda samples, condition: samples,
    ... )
    >>> values = ops.convert_to_numpy(DataToDataPenalty(weight=1.0)(batch))  # log(1 + 1)
    >>> [round(value, 3) for value in values.tolist()]
    [0.693, 0.693]

    Reference:
        Kang et al., 2021, arXiv:2111.01118, equation 6.
    """

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self._of_real(batch)


@register
class DataToDataGeneratorPenalty(_DataToData):
    """Teaches the generator samples near their class and apart from other classes': D2D-CE.

    Choose it with `DataToDataPenalty`, which teaches the discriminator its embedding.

    Formula, per sample i: −weight · log(s / (s + Σ_{other classes} exp(max(0, cos(embeddingᵢ,
    embeddingₖ) − negative_margin) / temperature))), with s = exp(min(0, cos(embeddingᵢ, proxyᵢ) −
    positive_margin) / temperature); of the generated samples.

    Args:
        weight: At least 0; 0.5 for the authors' CIFAR-10.
        temperature: At least 0.001; 0.5 there.
        positive_margin: Cosine to the proxy above which there is no pull, from −1 to 1.
        negative_margin: Cosine to samples of other classes below which there is no push, likewise.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If a number is out of its range; in a call, if there are no labels, or the
            embeddings and proxies do not fit.

    Example:
    >>> DataToDataGeneratorPenalty().name
    'data_to_data_generator_penalty'

    Reference:
        Kang et al., 2021, arXiv:2111.01118, equation 6.
    """

    player = "generator"

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self._of_fake(batch)


class _Cosines(NamedTuple):
    """Cosines of a replica's samples, and what the pairs are.

    Args:
        to_proxy: To the proxy of the own class, shape `(batch,)`.
        to_others: To each sample of the global batch, shape `(batch, global batch)`.
        is_alike: Whether both are of one class, likewise.
        is_itself: Whether both are the same sample, likewise.
    """

    to_proxy: Tensor
    to_others: Tensor
    is_alike: Tensor
    is_itself: Tensor


def _compare(outputs: Outputs, condition: Condition | None) -> _Cosines:
    given = [ops.convert_to_tensor(outputs[name]) for name in ("embedding", "proxy")]
    shapes = [tuple(each.shape) for each in given]
    if any(len(shape) != 2 for shape in shapes) or shapes[0][1] != shapes[1][1]:
        raise ValueError(
            "The discriminator's 'embedding' and 'proxy' must both have the shape (batch, size). "
            f"Received: {shapes[0]} and {shapes[1]}. Flatten them, and give them one size."
        )
    embedding, proxy = map(_directions, given)
    # Summed over replicas, which is for numbers with a gradient.
    labels = ops.cast(class_indices(condition), "float32")
    others, other_labels = map(global_batch.all_rows, (embedding, labels))
    places = ops.arange(ops.shape(others)[0])
    return _Cosines(
        ops.sum(embedding * proxy, axis=1),
        ops.matmul(embedding, ops.transpose(others)),
        ops.equal(labels[:, None], other_labels[None]),
        ops.equal(global_batch.own_rows(places)[:, None], places[None]),
    )


def _directions(values: Tensor) -> Tensor:
    return values / ops.sqrt(squared_norm(values) + _EPSILON)[:, None]


def _log_sum(one: Tensor, others: Tensor) -> Tensor:
    """Logarithm of the sum of exponentials, of a vector and the rows of a matrix."""
    return ops.logsumexp(ops.concatenate([one[:, None], others], axis=1), axis=1)
