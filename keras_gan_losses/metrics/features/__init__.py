"""Features: what metrics compare of real and of generated samples."""

import keras

from keras_gan_losses.metrics.features.application_features import ApplicationFeatures
from keras_gan_losses.metrics.features.classifier_features import classifier_features
from keras_gan_losses.metrics.features.features import (
    Features,
    FlattenedFeatures,
    IdentityFeatures,
)
from keras_gan_losses.metrics.features.model_features import ModelFeatures
from keras_gan_losses.metrics.features.spectrogram_features import SpectrogramFeatures

__all__ = [
    "ApplicationFeatures",
    "Features",
    "FlattenedFeatures",
    "IdentityFeatures",
    "ModelFeatures",
    "SpectrogramFeatures",
    "classifier_features",
    "get",
]


def get(identifier: Features | keras.Model | None) -> Features:
    """Features of what a metric was given.

    Args:
        identifier: Features, a Keras model whose output is taken, or None for flattened samples.

    Raises:
        TypeError: If it is none of these.

    Example:
    >>> type(get(None)).__name__
    'FlattenedFeatures'
    """
    if identifier is None:
        return FlattenedFeatures()
    if isinstance(identifier, Features):
        return identifier
    if isinstance(identifier, keras.Model):
        return ModelFeatures(identifier)
    raise TypeError(
        "`features` must be a keras.Model, an object of keras_gan_losses.metrics.features, or "
        f"None for the samples themselves. Received: {identifier!r}."
    )
