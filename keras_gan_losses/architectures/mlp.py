"""Fully connected generator and discriminator."""

import math
from collections.abc import Sequence

import keras

from keras_gan_losses.architectures.conditioning import (
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count


def mlp(
    data_shape: tuple[int, ...],
    latent_dim: int,
    *,
    hidden_units: Sequence[int] = (128, 128),
    output_activation: str = "linear",
    num_classes: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Fully connected generator and discriminator for data of any shape.

    Choose it for toy distributions and other data without neighbourhoods; for images `dcgan`
    learns faster. The generator has ReLU units, the discriminator leaky ReLU units of slope 0.2
    and no normalisation, so every loss and penalty can be used with it.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        data_shape: Shape of one sample, such as `(2,)` or `(28, 28, 1)`.
        latent_dim: Number of latents, at least 1.
        hidden_units: Units of each hidden layer, in both players. Defaults to `(128, 128)`.
        output_activation: The generator's last activation. Defaults to "linear"; use "tanh" for
            images in [-1, 1].
        num_classes: Number of classes, for a pair that is conditional on labels. The generator
            joins an embedding of the label to the latents; the discriminator adds the inner
            product of its features and another embedding (projection). Defaults to None.

    Returns:
        `(generator, discriminator)`. The generator maps latents `(batch, latent_dim)` to
        `(batch, *data_shape)`, the discriminator maps those to raw scores `(batch, 1)`. With
        classes they take `[latents, labels]` and `[data, labels]`, labels of shape `(batch,)`.

    Raises:
        ValueError: If a size is not a whole number of at least 1.

    Example:
    >>> generator, discriminator = mlp((2,), 4, hidden_units=(16,))
    >>> generator.output_shape, discriminator.output_shape
    ((None, 2), (None, 1))

    Reference:
        Goodfellow et al., Generative Adversarial Networks, arXiv:1406.2661.
        Miyato and Koyama, cGANs with Projection Discriminator, arXiv:1802.05637.
    """
    data_shape = tuple(data_shape)
    check_players(data_shape, latent_dim, num_classes, name="data_shape")
    for units in hidden_units:
        check_count("hidden_units", units, advice="Use (128, 128) for two layers of 128.")

    def sample(latents: Tensor) -> Tensor:
        hidden = latents
        for units in hidden_units:
            hidden = keras.layers.Dense(units, activation="relu")(hidden)
        outputs = keras.layers.Dense(math.prod(data_shape))(hidden)
        return keras.layers.Reshape(data_shape)(outputs)

    def features(data: Tensor) -> Tensor:
        hidden = keras.layers.Flatten()(data)
        for units in hidden_units:
            hidden = keras.layers.Dense(units)(hidden)
            hidden = keras.layers.LeakyReLU(negative_slope=0.2)(hidden)
        return hidden

    return (
        build_generator(
            sample, latent_dim, num_classes=num_classes, output_activation=output_activation
        ),
        build_discriminator(features, data_shape, num_classes=num_classes),
    )
