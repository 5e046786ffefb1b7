"""Work in the middle of training that must leave its random numbers alone."""

import contextlib
import random
from collections.abc import Iterator

import numpy as np

from keras_gan_losses.backend import backend


@contextlib.contextmanager
def preserved_random_state() -> Iterator[None]:
    """Context after which all generators that belong to no layer are as they were before.

    On torch each pass over a data loader draws from the global generator, from which the order of
    training data and dropout come too.
    """
    backend_states = backend.random_states()
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        backend.set_random_states(backend_states)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
