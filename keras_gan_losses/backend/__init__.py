"""The waist: what the backends do differently, chosen once by Keras's own choice of backend."""

import importlib

import keras

from keras_gan_losses.backend.contract import Backend

backend: Backend = importlib.import_module(f"{__name__}.{keras.backend.backend()}").Waist()
