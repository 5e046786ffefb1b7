"""The waist: what the backends do differently, chosen once by Keras's own choice of backend."""

import importlib
from typing import cast

import keras

from keras_gan_losses.backend.contract import Backend

_implementation = cast(Backend, importlib.import_module(f"{__name__}.{keras.backend.backend()}"))

INEXACT_SECOND_ORDER_LAYERS = _implementation.INEXACT_SECOND_ORDER_LAYERS
AdversarialTrainer = _implementation.AdversarialTrainer
apply = _implementation.apply
as_tensorflow = _implementation.as_tensorflow
branch = _implementation.branch
input_gradient = _implementation.input_gradient
no_gradients = _implementation.no_gradients
random_states = _implementation.random_states
reaches = _implementation.reaches
replica_scale = _implementation.replica_scale
set_random_states = _implementation.set_random_states
surviving = _implementation.surviving
value_and_gradients = _implementation.value_and_gradients
