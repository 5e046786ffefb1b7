"""Features from a classifier that is trained here and now on labelled data."""

import warnings

import keras
import numpy as np
from keras import layers

from keras_gan_losses.metrics.features.model_features import ModelFeatures
from keras_gan_losses.types import ArrayLike
from keras_gan_losses.validation import check_count


def classifier_features(
    samples: np.ndarray,
    labels: np.ndarray,
    *,
    num_features: int = 64,
    epochs: int = 5,
    batch_size: int = 64,
    seed: int = 0,
) -> ModelFeatures:
    """Trains a small classifier, and gives the features by which it tells the classes.

    Choose them for data with labels that are not photographs: digits, drawings, tables, signals.
    What distinguishes the classes is then what distances see. A tenth of the samples is
    kept aside; a warning says so if the classifier does no better there than always naming the
    most frequent class. The same seed gives the same network on one machine and backend.

    Images and series go through strided convolutions, rows of a table through dense layers,
    standardised by the mean and variance of the data.

    Args:
        samples: Real samples, `(n, columns)`, `(n, steps, channels)` or
            `(n, height, width, channels)`.
        labels: Class of each, whole numbers or texts, `(n,)`.
        num_features: Width of the layer before the classes, at least 1. Distances need more
            samples than features to be precise.
        epochs: Passes over the data, at least 1.
        batch_size: Samples in a step, at least 1.
        seed: Seed of weights and order, at least 0.

    Returns:
        Features of the layer `"features"`. Their `model` is the classifier, which gives
        probabilities in the sorted order of the classes.

    Raises:
        ValueError: If samples and labels do not fit, or there is one class only.

    Example:
    >>> samples = np.random.default_rng(0).normal(size=(200, 2))
    >>> features = classifier_features(samples, samples[:, 0] > 0, num_features=8)
    >>> features(samples).shape
    (200, 8)
    """
    for name, value in (("num_features", num_features), ("epochs", epochs)):
        check_count(name, value, advice="The default suits small data sets.")
    check_count("batch_size", batch_size, advice="64 suits most data.")
    check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")
    samples, classes = _checked(samples, labels)
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(samples))
    held_out, kept = np.split(order, [max(1, len(order) // 10)])
    network = _network(samples, int(classes.max()) + 1, num_features, generator)
    network.compile("adam", loss="sparse_categorical_crossentropy")
    for _ in range(epochs):
        # In an order of our own, because Keras takes it from the global seed.
        rows = generator.permutation(kept)
        network.fit(samples[rows], classes[rows], batch_size=batch_size, shuffle=False, verbose=0)
    _warn_if_useless(network, samples[held_out], classes[held_out])
    return ModelFeatures(network, layer="features")


def _checked(samples: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    samples, labels = np.asarray(samples, dtype="float32"), np.asarray(labels)
    if samples.ndim not in (2, 3, 4) or labels.shape != (len(samples),):
        raise ValueError(
            "`samples` must be rows, series or images, of two to four dimensions, and `labels` "
            f"one class for each. Received shapes: samples {samples.shape}, labels {labels.shape}."
        )
    found, classes = np.unique(labels, return_inverse=True)
    if len(found) < 2:
        raise ValueError(
            f"A classifier needs at least two classes. Received: {len(found)}. Without classes "
            "use the samples themselves (features=None) or a network of your own."
        )
    if not np.isfinite(samples).all():
        raise ValueError("`samples` hold NaN or infinite values. Remove or replace them.")
    return samples, classes


def _network(
    samples: np.ndarray, num_classes: int, num_features: int, generator: np.random.Generator
) -> keras.Model:
    def initializer() -> keras.initializers.Initializer:
        return keras.initializers.GlorotUniform(seed=int(generator.integers(2**31)))

    standardize = layers.Normalization(axis=-1)
    standardize.adapt(samples)
    inputs = keras.Input(samples.shape[1:])
    hidden = standardize(inputs)
    if samples.ndim == 2:
        hidden = layers.Dense(128, activation="relu", kernel_initializer=initializer())(hidden)
    else:
        convolution = layers.Conv1D if samples.ndim == 3 else layers.Conv2D
        width = 32
        while max(hidden.shape[1:-1]) > 4:
            hidden = convolution(
                width, 3, 2, "same", activation="relu", kernel_initializer=initializer()
            )(hidden)
            width = min(2 * width, 128)
        hidden = layers.Flatten()(hidden)
    hidden = layers.Dense(
        num_features, activation="relu", kernel_initializer=initializer(), name="features"
    )(hidden)
    outputs = layers.Dense(
        num_classes, activation="softmax", kernel_initializer=initializer(), name="probabilities"
    )(hidden)
    return keras.Model(inputs, outputs, name="classifier")


def _warn_if_useless(network: keras.Model, samples: np.ndarray, classes: np.ndarray) -> None:
    found = network.predict(samples, verbose=0).argmax(axis=1)
    accuracy = float(np.mean(found == classes))
    greatest = float(np.bincount(classes).max() / len(classes))
    if accuracy <= greatest:
        warnings.warn(
            f"The classifier names {accuracy:.0%} of the samples kept aside rightly, and the most "
            f"frequent class alone has {greatest:.0%}: its features tell little. Give more "
            "samples or epochs, or a network of your own.",
            stacklevel=3,
        )
