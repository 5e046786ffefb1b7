"""A GAN from a file, for commands that use one."""

from pathlib import Path

import keras

from keras_gan_losses import GAN
from keras_gan_losses.trees import named_shapes
from keras_gan_losses.types import Shape


def load_gan(path: Path) -> GAN:
    """The GAN in a file.

    Raises:
        ValueError: If there is none, with what to do.
    """
    try:
        gan = keras.saving.load_model(path)
    # A class that is not known, a damaged file, another format: Keras raises whatever comes.
    except Exception as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ValueError(
            f"{path} cannot be loaded: {reason} If it has layers or losses of your own, decorate "
            "them with @keras.saving.register_keras_serializable(), and load it in a script that "
            "imports them: keras.saving.load_model(path)."
        ) from error
    if not isinstance(gan, GAN):
        raise ValueError(
            f"{path} holds a {type(gan).__name__}, but a GAN is needed: the file that `gan.save` "
            "or `keras-gan-losses train` wrote."
        )
    return gan


def only_shape(gan: GAN) -> Shape:
    """Shape of the one array that a sample is.

    Raises:
        ValueError: If samples are trees of several.
    """
    shapes = named_shapes(gan.specification.sample_shape)
    if None not in shapes:
        raise ValueError(
            "The command line takes samples of one array. This GAN makes "
            f"{sorted(map(str, shapes))} at once. Use `gan.generate` and `gan.measure` in Python."
        )
    return shapes[None]
