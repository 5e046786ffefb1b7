"""GANs with Keras's compile and fit, on TensorFlow, JAX and torch."""

from keras_gan_losses.extras import check_backend

check_backend()

# isort: split
from keras_gan_losses import (
    architectures,
    augmentation,
    callbacks,
    comparison,
    convergence,
    datasets,
    latents,
    layers,
    losses,
    metrics,
    objectives,
    penalties,
    plots,
)
from keras_gan_losses.game.adaptive_weight import AdaptiveWeight
from keras_gan_losses.game.generator_average import GeneratorAverage
from keras_gan_losses.models import GAN, AdversarialModel, carry_over
from keras_gan_losses.version import __version__

__all__ = [
    "GAN",
    "AdaptiveWeight",
    "AdversarialModel",
    "GeneratorAverage",
    "__version__",
    "architectures",
    "augmentation",
    "callbacks",
    "carry_over",
    "comparison",
    "convergence",
    "datasets",
    "latents",
    "layers",
    "losses",
    "metrics",
    "objectives",
    "penalties",
    "plots",
]
