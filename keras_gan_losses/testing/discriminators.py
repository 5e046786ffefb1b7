"""Small discriminators whose gradients are known, and samples for them."""

import keras
import numpy as np
from keras import layers

# Small images: a norm over the batch or over one axis differs from the norm over one sample.
SAMPLE_SHAPE = (2, 3, 1)
NUM_DIMENSIONS = 6
BATCH_SIZE = 4


def real_and_fake() -> np.ndarray:
    """Real and generated samples, float32, shape `(2, batch, …)`; the same in each call."""
    shape = (2, BATCH_SIZE, *SAMPLE_SHAPE)
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def linear_discriminator(weights: np.ndarray, *, dtype: str = "float32") -> keras.Model:
    """Discriminator of score `sample · weights`, whose gradient is `weights` everywhere."""
    return _network([layers.Dense(1, use_bias=False, dtype=dtype)], [weights[:, np.newaxis]])


def curved_discriminator() -> keras.Model:
    """Discriminator whose gradient is another at each sample; the same in each call."""
    generator = np.random.default_rng(2)
    shapes = [(NUM_DIMENSIONS, 3), (3,), (3, 1), (1,)]
    hidden, output = layers.Dense(3, activation="tanh"), layers.Dense(1)
    return _network([hidden, output], [generator.normal(size=shape) for shape in shapes])


def random_direction(size: int, *, seed: int = 1) -> np.ndarray:
    """Vector of length 1; the same for each seed."""
    vector = np.random.default_rng(seed).normal(size=size)
    return vector / np.linalg.norm(vector)


def _network(dense_layers: list[keras.layers.Layer], weights: list[np.ndarray]) -> keras.Model:
    network = keras.Sequential([keras.Input(SAMPLE_SHAPE), layers.Flatten(), *dense_layers])
    network.set_weights(weights)
    return network
