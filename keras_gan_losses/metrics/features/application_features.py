"""Features from the pretrained networks of keras.applications."""

import functools
import inspect
import os
from types import ModuleType

import keras
import numpy as np

from keras_gan_losses.fingerprint import digest
from keras_gan_losses.metrics.features.features import Features
from keras_gan_losses.metrics.value_range import check_in_range, range_width
from keras_gan_losses.registration import look_up, register
from keras_gan_losses.types import PathLike
from keras_gan_losses.validation import check_count

_BYTES = (0.0, 255.0)


@register
class ApplicationFeatures(Features):
    """Gives the pooled features of a network of `keras.applications`, trained on ImageNet.

    Choose `"InceptionV3"` for photographs and a distance in the manner of the FID. **The values are
    not those of published FIDs**: these use another Inception network, of 2015, with weights and a
    resizing of its own, and a change of either alone moves the distance by several points. Compare
    values of one set-up only. For digits, drawings, tables and signals a network that was
    trained on such data (`classifier_features`) sees more.

    Images are brought to `image_size` by bilinear interpolation; a single channel is repeated three
    times. The weights are loaded at the first use: by Keras, which downloads and
    keeps them, or from a file.

    Args:
        name: Name in `keras.applications`: "InceptionV3", "ResNet50", "EfficientNetB0" …
        weights: "imagenet", or the path of a weights file of the network without its top.
        image_size: Side in pixels, at least 32, that the network sees. Defaults to 299, that of
            InceptionV3.
        value_range: Lowest and highest value that a pixel can have; of unsigned bytes they are
            0 and 255 whatever stands here. Defaults to (−1, 1), the range
            in which GANs work here; (0, 255) for 8-bit images. Values beyond it are clipped.
        batch_size: Images that go through the network at once, at least 1.

    Raises:
        ValueError: If there is no such network, or the samples are no images or lie in another
            range than `value_range`.
        ConnectionError: At the first use, if the weights cannot be downloaded.

    Example:
    >>> features = ApplicationFeatures("InceptionV3")
    >>> features(images).shape  # doctest: +SKIP
    (1797, 2048)

    Reference:
        Heusel et al., 2017, arXiv:1706.08500 (the FID); Parmar et al., 2021, arXiv:2104.11222 (how
        much resizing and network change it).
    """

    def __init__(
        self,
        name: str,
        *,
        weights: PathLike = "imagenet",
        image_size: int = 299,
        value_range: tuple[float, float] = (-1.0, 1.0),
        batch_size: int = 32,
    ) -> None:
        look_up(name, _networks(), "network of keras.applications")
        check_count("image_size", image_size, minimum=32, advice="InceptionV3 takes 299.")
        check_count("batch_size", batch_size, advice="32 suits most machines.")
        self.name = name
        self.weights = os.fspath(weights)
        range_width(value_range)
        self.image_size = image_size
        self.value_range = value_range
        self.batch_size = batch_size

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Array of shape `(batch, features)`."""
        if samples.ndim != 4 or samples.shape[-1] not in (1, 3):
            raise ValueError(
                f"{self.name} takes images of shape (batch, height, width, 1 or 3). Received "
                f"samples of shape {samples.shape}. Use other features for such data."
            )
        value_range = _BYTES if samples.dtype == np.uint8 else self.value_range
        check_in_range("samples", samples, value_range)
        starts = range(0, len(samples), self.batch_size)
        return np.concatenate(
            [self._features(samples[i : i + self.batch_size], value_range) for i in starts]
        )

    def content_key(self) -> str:
        """Text that is equal for features that give the same values."""
        return digest(super().content_key(), *self._network.get_weights())

    def _features(self, images: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
        size = (self.image_size, self.image_size)
        images = np.broadcast_to(images, (*images.shape[:3], 3)).astype("float32")
        resized = keras.ops.image.resize(images, size, data_format="channels_last")
        shares = keras.ops.convert_to_numpy(resized) - value_range[0]
        intensities = np.clip(shares * (255.0 / range_width(value_range)), 0.0, 255.0)
        inputs = _networks()[self.name].preprocess_input(intensities, data_format="channels_last")
        return self._network.predict_on_batch(inputs)

    @functools.cached_property
    def _network(self) -> keras.Model:
        make = getattr(_networks()[self.name], self.name)
        try:
            return make(
                include_top=False,
                weights=self.weights,
                pooling="avg",
                input_shape=(self.image_size, self.image_size, 3),
            )
        except Exception as error:
            if self.weights != "imagenet" or "fetch" not in str(error):
                raise ValueError(
                    f"{self.name} could not be made with weights={self.weights!r} and "
                    f"image_size={self.image_size}. Keras said: {error}"
                ) from error
            raise ConnectionError(
                f"The weights of {self.name} could not be downloaded. Without a network: save "
                "them elsewhere with keras.applications."
                f'{self.name}(include_top=False).save_weights("features.weights.h5") and pass '
                f"weights='features.weights.h5', or use classifier_features. Keras said: {error}"
            ) from error


@functools.cache
def _networks() -> dict[str, ModuleType]:
    """Names of networks, and the modules of keras.applications that have them."""
    modules = [module for _, module in inspect.getmembers(keras.applications, inspect.ismodule)]
    return {
        name: module
        for module in modules
        for name, value in inspect.getmembers(module)
        if _is_network(name, value) and hasattr(module, "preprocess_input")
    }


def _is_network(name: str, value: object) -> bool:
    return name[0].isupper() and callable(value)
