"""Features from a Keras model of one's own."""

from collections.abc import Sequence
from typing import Self

import keras
import numpy as np

from keras_gan_losses.metrics.features.features import Features
from keras_gan_losses.registration import register
from keras_gan_losses.types import Config
from keras_gan_losses.validation import check_count


@register
class ModelFeatures(Features):
    """Gives the outputs of a Keras model, or of one of its layers.

    Choose it when you have a network that knows what matters in your data: a classifier of your
    classes, a part of a larger model, an autoencoder's encoder. `classifier_features` trains a
    small one. Distances between features of different networks cannot be compared.

    The model runs in inference mode and is not changed. Its weights are saved with a GAN that was
    compiled with these features; a copy made of the configuration alone has none and refuses to
    work.

    Args:
        model: Takes a batch of samples and gives one tensor.
        layer: Name of the layer whose output is taken; None takes the model's own output.
        batch_size: Samples that go through the model at once, at least 1.

    Raises:
        TypeError: If `model` is not a Keras model.
        ValueError: If it has no layer of that name, gives several tensors, or is not built.

    Example:
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5, name="inner"),
    ...                           keras.layers.Dense(3)])
    >>> ModelFeatures(model)(np.zeros((4, 2))).shape
    (4, 3)
    >>> ModelFeatures(model, layer="inner")(np.zeros((4, 2))).shape
    (4, 5)
    """

    def __init__(
        self, model: keras.Model, *, layer: str | None = None, batch_size: int = 128
    ) -> None:
        if not isinstance(model, keras.Model):
            raise TypeError(
                f"`model` must be a keras.Model that takes samples. Received: {model!r}."
            )
        check_count("batch_size", batch_size, advice="128 suits most networks.")
        self.model = model
        self.layer = layer
        self.batch_size = batch_size
        self._extractor = _extractor(model, layer)
        self._lacks_weights = False

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Array of the output's shape, flattened to `(batch, features)`."""
        if self._lacks_weights:
            raise ValueError(
                f"The features of {self.model.name!r} come from a configuration alone, without "
                "the network's weights. Load a whole GAN with keras.saving.load_model, or make "
                "the features anew from the trained network."
            )
        _check_shape(self._extractor, samples)
        outputs = self._extractor.predict(samples, batch_size=self.batch_size, verbose=0)
        return np.asarray(outputs).reshape(len(samples), -1)

    def arrays(self) -> list[np.ndarray]:
        """The model's weights."""
        return self.model.get_weights()

    def restore(self, arrays: Sequence[np.ndarray]) -> None:
        """Gives the model its weights."""
        self.model.set_weights(list(arrays))
        self._lacks_weights = False

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Features that still wait for their weights."""
        features = super().from_config(config)
        features._lacks_weights = bool(features.arrays())
        return features


def _extractor(model: keras.Model, layer: str | None) -> keras.Model:
    if layer is None:
        return model
    names = [inner.name for inner in model.layers]
    if layer not in names:
        raise ValueError(
            f"{model.name!r} has no layer named {layer!r}. Its layers: {', '.join(names)}."
        )
    try:
        return keras.Model(model.inputs, model.get_layer(layer).output)
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"The output of the layer {layer!r} cannot be taken out of {model.name!r}, which is "
            "not a functional or built Sequential model. Pass a model that gives the features "
            f"itself. Keras said: {error}"
        ) from error


def _check_shape(model: keras.Model, samples: np.ndarray) -> None:
    expected = getattr(model, "input_shape", None)
    if not isinstance(expected, tuple):
        return
    fits = len(expected) == samples.ndim and all(
        wanted in (None, size) for wanted, size in zip(expected, samples.shape, strict=True)
    )
    if not fits:
        raise ValueError(
            f"The features of {model.name!r} take samples of shape {expected[1:]}. Received "
            f"samples of shape {samples.shape[1:]}. Use a network for these samples."
        )
