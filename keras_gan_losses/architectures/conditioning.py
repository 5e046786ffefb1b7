"""Inputs and outputs of the two players, with and without a condition."""

from collections.abc import Callable

import keras

from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# From a tensor to a tensor: a stack of layers.
Body = Callable[[Tensor], Tensor]
# From a layer to the layer that takes its place, such as one with spectral normalisation.
Wrap = Callable[[keras.layers.Layer], keras.layers.Layer]


def build_generator(
    body: Body,
    latent_dim: int,
    *,
    num_classes: int | None,
    output_activation: str,
    condition_size: int | None = None,
) -> keras.Model:
    """Generator that maps latents, or `[latents, labels]`, through `body`.

    The label is embedded into as many numbers as there are latents, of the same scale, and
    joined to them. A condition of so many numbers is joined as it is.
    """
    # Samples and scores keep full precision where the layers before them compute in less.
    activation = keras.layers.Activation(output_activation, dtype=keras.config.floatx())
    latents = keras.Input((latent_dim,), name="latents")
    if condition_size is not None:
        condition = keras.Input((condition_size,), name="condition")
        joined = keras.layers.Concatenate()([latents, condition])
        return keras.Model([latents, condition], activation(body(joined)), name="generator")
    if num_classes is None:
        return keras.Model(latents, activation(body(latents)), name="generator")
    labels = keras.Input((), dtype="int32", name="labels")
    embedding = keras.layers.Embedding(
        num_classes, latent_dim, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0)
    )(labels)
    joined = keras.layers.Concatenate()([latents, embedding])
    return keras.Model([latents, labels], activation(body(joined)), name="generator")


def build_translator(body: Body, condition_shape: tuple[int, ...]) -> keras.Model:
    """Generator that maps a condition alone, with no latents, through `body` and a tanh."""
    condition = keras.Input(condition_shape, name="condition")
    activation = keras.layers.Activation("tanh", dtype=keras.config.floatx())
    return keras.Model(condition, activation(body(condition)), name="generator")


def build_discriminator(
    body: Body,
    data_shape: tuple[int, ...],
    *,
    num_classes: int | None,
    initializer: str | keras.initializers.Initializer = "glorot_uniform",
    wrap: Wrap = lambda layer: layer,
    condition_size: int | None = None,
) -> keras.Model:
    """Discriminator that scores the features that `body` finds, given labels by projection.

    A condition of so many numbers is joined to data that are rows.

    score = w·φ(x) + b + e(label)·φ(x) for features φ(x) of shape `(batch, features)`, where
    e(label) is a learned vector for each class (Miyato & Koyama, arXiv:1802.05637).
    """
    data = keras.Input(data_shape, name="data")
    condition = None if condition_size is None else keras.Input((condition_size,), name="condition")
    seen = data if condition is None else keras.layers.Concatenate()([data, condition])
    features = body(seen)
    precision = keras.config.floatx()
    score = wrap(keras.layers.Dense(1, kernel_initializer=initializer, dtype=precision))(features)
    if condition is not None:
        return keras.Model([data, condition], score, name="discriminator")
    if num_classes is None:
        return keras.Model(data, score, name="discriminator")
    labels = keras.Input((), dtype="int32", name="labels")
    embedding = wrap(
        keras.layers.Embedding(
            num_classes,
            features.shape[-1],
            # Small beside the score that all classes share.
            embeddings_initializer=keras.initializers.RandomNormal(stddev=0.02),
            dtype=precision,
        )
    )(labels)
    projection = keras.layers.Dot(axes=1, dtype=precision)([features, embedding])
    score = keras.layers.Add(dtype=precision)([score, projection])
    return keras.Model([data, labels], score, name="discriminator")


def check_players(
    data_shape: tuple[int, ...], latent_dim: int, num_classes: int | None, *, name: str
) -> None:
    """Raises unless these describe data, latents and classes; `name` is that of the shape."""
    for size in data_shape:
        check_count(name, size, advice=f"Give the size of every axis, such as {name}=(32, 32, 3).")
    check_count("latent_dim", latent_dim, advice="Use 64, or 2 for toy data.")
    if num_classes is not None:
        check_count("num_classes", num_classes, advice="Use None where there are no labels.")
