"""GANs with Keras's compile and fit, on TensorFlow, JAX and torch."""

from keras_gan_losses import latents, losses, objectives, penalties
from keras_gan_losses.models import GAN
from keras_gan_losses.version import __version__

__all__ = ["GAN", "__version__", "latents", "losses", "objectives", "penalties"]
