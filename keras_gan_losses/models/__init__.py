"""The GAN as one Keras model, and a base for games of one's own."""

from keras_gan_losses.models.adversarial_model import AdversarialModel
from keras_gan_losses.models.carry_over import carry_over
from keras_gan_losses.models.gan import GAN

__all__ = ["GAN", "AdversarialModel", "carry_over"]
