"""The waist: what the backends do differently, chosen once by Keras's own choice of backend."""

import importlib
from typing import cast

import keras

from keras_gan_losses.backend.contract import Backend

_implementation = cast(Backend, importlib.import_module(f"{__name__}.{keras.backend.backend()}"))

COMPILES_SECOND_ORDER = _implementation.COMPILES_SECOND_ORDER
INEXACT_SECOND_ORDER_LAYERS = _implementation.INEXACT_SECOND_ORDER_LAYERS
AdversarialTrainer = _implementation.AdversarialTrainer
without_distribution = _implementation.without_distribution
apply = _implementation.apply
as_tensorflow = _implementation.as_tensorflow
average_over_replicas = _implementation.average_over_replicas
cond = _implementation.cond
exchange = _implementation.exchange
free_memory = _implementation.free_memory
input_gradient = _implementation.input_gradient
misplaced = _implementation.misplaced
no_gradients = _implementation.no_gradients
num_replicas = _implementation.num_replicas
num_shards = _implementation.num_shards
all_gather = _implementation.all_gather
process = _implementation.process
random_states = _implementation.random_states
reaches = _implementation.reaches
vjp = _implementation.vjp
replica_index = _implementation.replica_index
set_random_states = _implementation.set_random_states
share_logs = _implementation.share_logs
split_rows = _implementation.split_rows
start_alike = _implementation.start_alike
sum_over_replicas = _implementation.sum_over_replicas
surviving = _implementation.surviving
gather_rows = _implementation.gather_rows
unscaled_loss = _implementation.unscaled_loss
value_and_gradients = _implementation.value_and_gradients


def is_chief(model: keras.Model) -> bool:
    """Whether this process is the one that writes files."""
    return process(model)[0] == 0
