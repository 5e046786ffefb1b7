"""Where the generator's inputs come from: samplers of latents of any shape."""

from keras_gan_losses.latents.codes import CategoricalLatents, NamedLatents
from keras_gan_losses.latents.continuous import (
    NormalLatents,
    TruncatedNormalLatents,
    UniformLatents,
)
from keras_gan_losses.latents.sampler import LatentSampler

__all__ = [
    "CategoricalLatents",
    "LatentSampler",
    "NamedLatents",
    "NormalLatents",
    "TruncatedNormalLatents",
    "UniformLatents",
]
