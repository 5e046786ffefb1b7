"""Latents of several parts by name, some of which are codes that mean something."""

from collections.abc import Mapping

import keras
from keras import ops

from keras_gan_losses.latents.sampler import LatentSampler
from keras_gan_losses.registration import register
from keras_gan_losses.types import Latents, Seed, Size, Tensor
from keras_gan_losses.validation import check_count

# What penalties find under these names.
_RESERVED = frozenset({"latents", "sample", "real", "condition"})


@register
class CategoricalLatents(LatentSampler):
    """Draws one of several categories, all with the same probability, as one-hot vectors.

    Choose it for a code of `NamedLatents` that shall come to mean a kind of sample.

    Args:
        num_categories: How many there are, at least 2; 10 for the digits of InfoGAN.

    Raises:
        ValueError: If `num_categories` is no whole number of at least 2.

    Example:
    >>> codes = CategoricalLatents(10)(16, seed=0)
    >>> codes.shape == (16, 10), float(ops.sum(codes))
    (True, 16.0)

    Reference:
        Chen et al., 2016, arXiv:1606.03657, section 7.
    """

    def __init__(self, num_categories: int) -> None:
        advice = "InfoGAN has 10 for digits."
        check_count("num_categories", num_categories, minimum=2, advice=advice)
        super().__init__(num_categories)
        self.num_categories = num_categories

    def __call__(self, num_samples: Size, seed: Seed) -> Tensor:
        """Latents of shape `(num_samples, num_categories)`, float32."""
        drawn = keras.random.randint((num_samples,), 0, self.num_categories, seed=seed)
        return ops.one_hot(drawn, self.num_categories, dtype="float32")


@register
class NamedLatents(LatentSampler):
    """Draws several kinds of latents, each by a sampler of its own.

    Choose it where latents shall mean something, as the codes of InfoGAN. The generator takes them
    by these names: `keras.Model({"noise": …, "code": …}, samples)`. Penalties ask for them by
    name too.

    Args:
        samplers: Sampler of each kind, by name.

    Raises:
        ValueError: If there are none, or a name stands for something else already.
        TypeError: If one is no `LatentSampler`.

    Example:
    >>> from keras_gan_losses.latents import NormalLatents
    >>> sampler = NamedLatents({"noise": NormalLatents(62), "code": CategoricalLatents(10)})
    >>> {name: tuple(each.shape) for name, each in sampler(4, seed=0).items()}
    {'code': (4, 10), 'noise': (4, 62)}

    Reference:
        Chen et al., 2016, arXiv:1606.03657.
    """

    def __init__(self, samplers: Mapping[str, LatentSampler]) -> None:
        taken = _RESERVED & set(samplers)
        if not samplers or taken:
            raise ValueError(
                "Named latents need a sampler for each of their names, none of which is one of "
                f"{sorted(_RESERVED)}. Received: {sorted(samplers)}. Use "
                'NamedLatents({"noise": NormalLatents(62), "code": CategoricalLatents(10)}).'
            )
        # Sorted, as Keras walks through dictionaries.
        self.samplers = {name: samplers[name] for name in sorted(samplers)}
        self.shape = {name: _shape(name, each) for name, each in self.samplers.items()}

    def __call__(self, num_samples: Size, seed: Seed) -> Latents:
        """Latents of shape `(num_samples, …)` by name, independent of each other."""
        source = keras.random.SeedGenerator(seed) if isinstance(seed, int) else seed
        return {name: sampler(num_samples, source) for name, sampler in self.samplers.items()}


def _shape(name: str, sampler: LatentSampler) -> tuple[int, ...]:
    if isinstance(sampler, LatentSampler) and isinstance(sampler.shape, tuple):
        return sampler.shape
    raise TypeError(
        f"Each of the named latents needs a sampler of one tensor. Received for {name!r}: "
        f"{sampler!r}. Use latents.NormalLatents(62)."
    )
